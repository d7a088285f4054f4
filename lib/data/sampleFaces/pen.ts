/** A point in face units (the head is 125 wide): x right, y down from the bridge of the nose. */
export type Point = readonly [x: number, y: number];

/** Points from their coordinates, x and y in turn. */
export function points(...coordinates: number[]): Point[] {
	return coordinates.flatMap((x, at): Point[] => (at % 2 === 0 ? [[x, coordinates[at + 1]]] : []));
}

const coordinate = (value: number) => value.toFixed(1);
const pair = (point: Point) => point.map(coordinate).join(' ');

/** A smooth path through all points (Catmull and Rom 1974, as cubic Bézier curves). */
export function curve(points: readonly Point[], closed = false): string {
	const last = points.length - 1;
	const at = (index: number) =>
		closed ? points[(index + points.length) % points.length] : points[Math.min(last, Math.max(0, index))];
	const control = (from: Point, before: Point, after: Point, sign: number): Point => [
		from[0] + (sign * (after[0] - before[0])) / 6,
		from[1] + (sign * (after[1] - before[1])) / 6,
	];
	let path = `M${pair(points[0])}`;
	for (let index = 0; index < (closed ? points.length : last); index++) {
		const [before, from, to, after] = [at(index - 1), at(index), at(index + 1), at(index + 2)];
		path += `C${pair(control(from, before, to, 1))} ${pair(control(to, from, after, -1))} ${pair(to)}`;
	}
	return closed ? `${path}Z` : path;
}

/** A closed path of a right half, from the top middle to the bottom middle, and its mirror image. */
export function mirrored(half: readonly Point[], place: (x: number, y: number) => Point): string {
	const right = half.map(([x, y]) => place(x, y));
	const left = half.filter(([x]) => x !== 0).map(([x, y]) => place(-x, y));
	return curve([...right, ...left.reverse()], true);
}

/** A grey level, 0 to 255, as a colour. */
export function tone(level: number): string {
	const byte = Math.round(Math.min(255, Math.max(0, level)));
	return `rgb(${byte},${byte},${byte})`;
}

/** Below this opacity nothing is drawn: parsing the drawing takes longer than painting it. */
const INVISIBLE = 0.05;

export function fill(path: string, level: number, opacity = 1): string {
	if (opacity < INVISIBLE) return '';
	return `<path d="${path}" fill="${tone(level)}" fill-opacity="${opacity.toFixed(2)}"/>`;
}

/** A line with round ends. */
export function stroke(path: string, level: number, width: number, opacity = 1): string {
	if (opacity < INVISIBLE) return '';
	const line = `stroke="${tone(level)}" stroke-width="${width.toFixed(1)}" stroke-opacity="${opacity.toFixed(2)}"`;
	return `<path d="${path}" fill="none" stroke-linecap="round" stroke-linejoin="round" ${line}/>`;
}

/** An ellipse, as a path. */
export function oval([x, y]: Point, width: number, height = width): string {
	const [w, h, step] = [coordinate(width), coordinate(height), coordinate(2 * width)];
	return `M${pair([x - width, y])}a${w} ${h} 0 1 0 ${step} 0a${w} ${h} 0 1 0 -${step} 0Z`;
}

/** A soft spot of shade (level 0) or light (255) that fades to nothing at its rim. */
export function spot([x, y]: Point, width: number, height: number, level: number, opacity: number): string {
	if (opacity < INVISIBLE) return '';
	const shade = level < 128 ? 'shade' : 'light';
	const size = `rx="${coordinate(width)}" ry="${coordinate(height)}"`;
	return `<ellipse cx="${coordinate(x)}" cy="${coordinate(y)}" ${size} fill="url(#${shade})" opacity="${opacity.toFixed(2)}"/>`;
}

export function clipPath(id: string, path: string): string {
	return `<clipPath id="${id}"><path d="${path}"/></clipPath>`;
}

/** Draws something for the left (-1) and the right side (1). */
export function bothSides(draw: (side: -1 | 1) => string): string {
	return draw(-1) + draw(1);
}
