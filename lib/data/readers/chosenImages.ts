import { makeDataset, subset } from '../dataset';
import { chosenLabels } from './chosenClasses';
import { countEach, type FaceSet } from './faceSet';

/** Keeps the images of chosen classes, as `chooseFiles` does, where a source is read whole. */
export function chooseImages(faces: FaceSet, chosen: readonly string[] | undefined, place: string): FaceSet {
	if (!chosen) return faces;
	const { dataset, names, dropped } = faces;
	const classes = Array.from(dataset.labels, (label) => dataset.emotions[label]);
	const { emotions, labels } = chosenLabels(classes, chosen, place);
	const kept = [...classes.keys()].filter((index) => labels.has(classes[index]));
	const own = Uint8Array.from(kept, (index) => labels.get(classes[index]) ?? 0);
	const others = classes.filter((name) => !labels.has(name));
	return {
		...faces,
		dataset: makeDataset({ ...subset(dataset, kept), emotions, labels: own }),
		names: kept.map((index) => names[index]),
		dropped: { ...dropped, ...countEach(others) },
	};
}
