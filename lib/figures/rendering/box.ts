/** An axis-aligned rectangle in pixels; y points down, as in SVG. */
export interface Box {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

type Point = readonly [x: number, y: number];
/** Maps a point: x' = a x + c y + e, y' = b x + d y + f, as SVG's `matrix(a b c d e f)`. */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

const corners = ({ left, top, right, bottom }: Box): Point[] =>
	[left, right].flatMap((x) => [top, bottom].map((y) => [x, y] as const));

function boxAround(points: readonly Point[]): Box {
	const [xs, ys] = [points.map(([x]) => x), points.map(([, y]) => y)];
	return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}

/** Returns the smallest box around all boxes; null if there are none. */
export function union(boxes: readonly Box[]): Box | null {
	return boxes.length === 0 ? null : boxAround(boxes.flatMap(corners));
}

/** Returns the bounding box of a box after an SVG `transform`, such as `translate(10,20) rotate(-90,5,5)`. */
export function transformBox(box: Box, transform: string): Box {
	const steps = [...transform.matchAll(/(translate|scale|rotate)\(([^)]*)\)/g)];
	// The last transform applies first.
	const moved = steps.reverse().reduce((points, [, name, values]) => {
		const [a, b, c, d, e, f] = matrixOf(
			name,
			values
				.trim()
				.split(/[\s,]+/)
				.map(Number),
		);
		return points.map(([x, y]) => [a * x + c * y + e, b * x + d * y + f] as const);
	}, corners(box));
	return boxAround(moved);
}

/** Plotly uses no other transforms than these. */
function matrixOf(name: string, values: readonly number[]): Matrix {
	const [first, second = name === 'scale' ? values[0] : 0, third = 0] = values;
	if (name === 'translate') return [1, 0, 0, 1, first, second];
	if (name === 'scale') return [first, 0, 0, second, 0, 0];
	const [cos, sin] = [Math.cos((first * Math.PI) / 180), Math.sin((first * Math.PI) / 180)];
	return [cos, sin, -sin, cos, second - cos * second + sin * third, third - sin * second - cos * third];
}
