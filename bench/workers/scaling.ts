import { existsSync, readFileSync } from 'node:fs';
import { tf } from '../../lib/tensorflow/tf';
import { noiseBatch, openClassifier, ourVersions } from './classifier';
import { serve } from './protocol';
import { repeated, startTraining } from './training';

interface Options {
	readonly network: string;
	/** In ascending order, so that peak memory is that of the last shape. */
	readonly shapes: readonly { readonly batchSize: number; readonly imageSize: number }[];
	/** Images trained on at each shape. */
	readonly imagesAShape: number;
	readonly minSteps: number;
}

/** Reads the peak memory of this process in bytes; 0 where the system does not report it. */
function peakBytes(): number {
	const status = existsSync('/proc/self/status') ? readFileSync('/proc/self/status', 'utf8') : '';
	return 1024 * Number(/^VmHWM:\s+(\d+) kB/m.exec(status)?.[1] ?? 0);
}

// Training at several shapes in one process.
void serve(async ({ network, shapes, imagesAShape, minSteps }: Options) => {
	const { model } = openClassifier({ network }).classifier;
	let batch = noiseBatch(shapes[0].batchSize, shapes[0].imageSize);
	const training = startTraining(model, () => repeated(batch)());
	return {
		info: { versions: ourVersions(), parameters: model.countParams() },
		async repeat() {
			const figures: Record<string, number> = {};
			for (const { batchSize, imageSize } of shapes) {
				tf.dispose({ ...batch });
				batch = noiseBatch(batchSize, imageSize);
				await training.takeSteps(1);
				const steps = Math.max(minSteps, Math.round(imagesAShape / batchSize));
				const imagesPerSecond = (steps * batchSize) / (await training.takeSteps(steps));
				const name = `${batchSize}x${imageSize}`;
				figures[`imagesPerSecond ${name}`] = imagesPerSecond;
				figures[`pixelsPerSecond ${name}`] = imagesPerSecond * imageSize ** 2;
				figures[`peakBytes ${name}`] = peakBytes();
			}
			return { figures };
		},
	};
});
