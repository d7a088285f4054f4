/** An axis-aligned rectangle in pixels; y points down, as in SVG. */
export interface Box {
	readonly left: number;
	readonly top: number;
	readonly right: number;
	readonly bottom: number;
}

/** Maps a point: x' = a x + c y + e, y' = b x + d y + f, as SVG's `matrix(a b c d e f)`. */
type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Returns the smallest box around all boxes; null if there are none. */
export function union(boxes: readonly Box[]): Box | null {
	if (boxes.length === 0) return null;
	return {
		left: Math.min(...boxes.map((box) => box.left)),
		top: Math.min(...boxes.map((box) => box.top)),
		right: Math.max(...boxes.map((box) => box.right)),
		bottom: Math.max(...boxes.map((box) => box.bottom)),
	};
}

function matrixOf(name: string, values: readonly number[]): Matrix {
	const [first, second = 0, third = 0] = values;
	if (name === 'translate') return [1, 0, 0, 1, first, second];
	if (name === 'scale') return [first, 0, 0, values[1] ?? first, 0, 0];
	// Plotly uses no transform but these and `rotate`.
	const [cos, sin] = [Math.cos((first * Math.PI) / 180), Math.sin((first * Math.PI) / 180)];
	return [cos, sin, -sin, cos, second - cos * second + sin * third, third - sin * second - cos * third];
}

/**
 * Returns the bounding box of a transformed box.
 * @param transform SVG's attribute, for example `translate(10,20) rotate(-90,5,5)`; empty for none.
 */
export function transformBox(box: Box, transform: string): Box {
	const corners = [box.left, box.right].flatMap((x) => [box.top, box.bottom].map((y) => [x, y] as const));
	const steps = [...transform.matchAll(/(translate|scale|rotate)\(([^)]*)\)/g)];
	// The last transform applies first.
	const moved = steps.reverse().reduce((points, [, name, values]) => {
		const numbers = values.trim().split(/[\s,]+/);
		const [a, b, c, d, e, f] = matrixOf(name, numbers.map(Number));
		return points.map(([x, y]) => [a * x + c * y + e, b * x + d * y + f] as const);
	}, corners);
	const [xs, ys] = [moved.map(([x]) => x), moved.map(([, y]) => y)];
	return { left: Math.min(...xs), right: Math.max(...xs), top: Math.min(...ys), bottom: Math.max(...ys) };
}
