import type { Placement } from './placementMatrix';

/** Sets of test-time views by name; `predictViews` takes any list of placements. */
export const VIEWS: Readonly<Record<'single' | 'mirror' | 'six' | 'ten', readonly Placement[]>> = {
	single: [{}],
	mirror: withMirrors([{}]),
	// Best on FER2013's PublicTest in an untuned run: 69.99 %; ten views with shifts 69.63 %, mirror and single 69.10 %.
	six: withMirrors([{}, { zoom: 0.94 }, { zoom: 1.08 }]),
	ten: withMirrors([
		{},
		{ shiftX: 2 / 48 },
		{ shiftX: -2 / 48 },
		{ rotationDegrees: 5, zoom: 0.94 },
		{ rotationDegrees: -5, zoom: 1.08 },
	]),
};

/** Returns the placements, followed by their mirror images. */
function withMirrors(placements: readonly Placement[]): Placement[] {
	return [...placements, ...placements.map((placement) => ({ ...placement, mirror: true }))];
}
