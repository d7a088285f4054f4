import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { decodeImage } from '../../../lib/data/image';
import { confusionMatrix } from '../../../lib/figures/confusionMatrix';
import { faceGrid } from '../../../lib/figures/faceGrid';
import type { Figure } from '../../../lib/figures/figure';
import { drawFigure, toPng, writePng } from '../../../lib/figures/rendering/export';
import { PICTURE, STORED_FIGURES } from '../storedFigure';

const EXPORT = require.resolve('../../../lib/figures/rendering/export');
/** One grey pixel. */
const PIXEL =
	'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNoAAAAggCBd81ytgAAAABJRU5ErkJggg==';

function storedFigure(name: string): Figure {
	return JSON.parse(readFileSync(path.join(STORED_FIGURES, `${name}.json`), 'utf8').replaceAll(PICTURE, PIXEL));
}

const NAMES = readdirSync(STORED_FIGURES)
	.filter((file) => file.endsWith('.json') && !file.endsWith('-changed.json'))
	.map((file) => path.basename(file, '.json'));

function temporaryFolder(t: { after(fn: () => void): void }): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'figures-'));
	t.after(() => rmSync(folder, { recursive: true }));
	return folder;
}

/** Width and height as the PNG file's header says. */
function pngSize(png: Buffer): number[] {
	assert.equal(png.subarray(1, 4).toString(), 'PNG');
	return [png.readUInt32BE(16), png.readUInt32BE(20)];
}

test('there are stored figures to draw', () => assert.ok(NAMES.length >= 8));

for (const name of NAMES) {
	test(`Plotly knows every attribute of ${name}, and its PNG has the right size and ink`, async () => {
		const figure = storedFigure(name);
		const { width, height } = figure.layout;
		const png = await toPng(figure, { scale: 1 });
		assert.deepEqual(pngSize(png), [width, height]);
		const pixels = await decodeImage(png, { height, width });
		const ink = pixels.filter((value) => value < 250).length;
		assert.ok(ink > 500, `${ink} of ${pixels.length} pixels are not white`);
		// Nothing may touch the edge: it would be cut off.
		for (let column = 0; column < width; column++) {
			assert.ok(pixels[column] > 250 && pixels[(height - 1) * width + column] > 250, `column ${column}`);
		}
		for (let row = 0; row < height; row++) {
			assert.ok(pixels[row * width] > 250 && pixels[row * width + width - 1] > 250, `row ${row}`);
		}
	});
}

test('all text of an SVG is paths', async () => {
	const svg = await drawFigure(storedFigure('confusionMatrix'));
	assert.doesNotMatch(svg, /<text|<tspan/);
	assert.match(svg, /<path[^>]* d="M/);
});

test('toPng paints the cells of a confusion matrix in the colours of the scale', async () => {
	const figure = confusionMatrix({ matrix: [[4, 0], [0, 4]], emotions: ['a', 'b'] }); // biome-ignore format: a matrix
	const { width, height, margin } = figure.layout;
	const pixels = await decodeImage(await toPng(figure, { scale: 1 }), { height, width, channels: 3 });
	const colorAt = (x: number, y: number) => [...pixels.subarray((y * width + x) * 3, (y * width + x) * 3 + 3)];
	const [left, top] = [margin?.l ?? 0, margin?.t ?? 0];
	// Blues from #f7fbff at 0 to #08306b at 100 percent; near the corners, away from the numbers.
	assert.deepEqual(colorAt(left + 6, top + 6), [0x08, 0x30, 0x6b]);
	assert.deepEqual(colorAt(left + 78 + 6, top + 6), [0xf7, 0xfb, 0xff]);
	assert.deepEqual(colorAt(left + 78 + 6, top + 60 + 6), [0x08, 0x30, 0x6b]);
});

test('toPng makes each pixel of a face a square of its own', async () => {
	const pixels = Uint8Array.from(
		{ length: 48 * 48 },
		(_, place) => (((place % 48) + Math.floor(place / 48)) % 2) * 255,
	);
	const figure = await faceGrid({ rows: [{ cells: [{ face: { pixels, height: 48, width: 48 }, hover: '' }] }] });
	const { width, height, margin } = figure.layout;
	for (const scale of [1, 1.5, 2]) {
		const shape = { height: height * scale, width: width * scale };
		const drawn = await decodeImage(await toPng(figure, { scale }), shape);
		const [left, top, size] = [(margin?.l ?? 0) * scale, (margin?.t ?? 0) * scale, 2 * scale];
		for (let row = 0; row < 48; row++) {
			for (let column = 0; column < 48; column++) {
				for (const inside of [0, size - 1]) {
					const place = (top + row * size + inside) * shape.width + left + column * size + inside;
					assert.equal(drawn[place], ((row + column) % 2) * 255, `scale ${scale}, row ${row}, column ${column}`);
				}
			}
		}
	}
});

test('a figure gives the same SVG and PNG each time, also when drawn at once with others', async () => {
	const [curves, matrix] = [storedFigure('trainingCurves'), storedFigure('confusionMatrix')];
	const alone = await drawFigure(curves);
	const [first, , again] = await Promise.all([drawFigure(curves), drawFigure(matrix), drawFigure(curves)]);
	assert.equal(first, alone);
	assert.equal(again, alone);
	assert.ok((await toPng(curves)).equals(await toPng(curves)));
});

test('another process without any font draws the same bytes', async (t) => {
	const folder = temporaryFolder(t);
	writeFileSync(path.join(folder, 'fonts.conf'), '<?xml version="1.0"?><fontconfig></fontconfig>');
	const [source, target] = [path.join(folder, 'figure.json'), path.join(folder, 'figure.png')];
	const figure = storedFigure('trainingCurves');
	writeFileSync(source, JSON.stringify(figure));
	const script = `require(process.argv[1]).writePng(JSON.parse(require('fs').readFileSync(process.argv[2])), process.argv[3])`;
	execFileSync(process.execPath, ['--import', 'tsx', '-e', script, EXPORT, source, target], {
		env: { ...process.env, FONTCONFIG_FILE: path.join(folder, 'fonts.conf') },
		cwd: path.join(__dirname, '..', '..', '..'),
	});
	assert.ok(readFileSync(target).equals(await toPng(figure)));
});

test('after drawing, TensorFlow.js still sees Node, and no global is new', async () => {
	const before = Object.getOwnPropertyNames(globalThis);
	await drawFigure(storedFigure('trainingCurves'));
	assert.deepEqual(Object.getOwnPropertyNames(globalThis), before);
	assert.ok(!('window' in globalThis) && !('document' in globalThis));
	const { env } = await import('@tensorflow/tfjs-core');
	assert.equal(env().getBool('IS_NODE'), true);
	assert.equal(env().getBool('IS_BROWSER'), false);
});

test('drawFigure refuses an attribute or a value that Plotly does not know', async () => {
	const figure = storedFigure('classDistribution');
	const misspelled = { ...figure, layout: { ...figure.layout, barmoed: 'group' } } as Figure;
	await assert.rejects(drawFigure(misspelled), /Plotly cannot draw the figure: .*barmoed/);
	const wrong = { ...figure, layout: { ...figure.layout, barmode: 'beside' } } as unknown as Figure;
	await assert.rejects(drawFigure(wrong), /Plotly cannot draw the figure: .*barmode/);
	// The next figure is drawn none the less.
	assert.match(await drawFigure(figure), /^<svg/);
});

test('toPng takes another scale, and refuses one that is not above 0', async () => {
	const figure = storedFigure('classDistribution');
	const { width, height } = figure.layout;
	assert.deepEqual(pngSize(await toPng(figure, { scale: 2 })), [2 * width, 2 * height]);
	await assert.rejects(toPng(figure, { scale: 0 }), /Expected number above 0 for scale but received 0/);
});

test('writePng makes the folder, replaces the file whole, and leaves nothing beside it', async (t) => {
	const folder = path.join(temporaryFolder(t), 'images');
	const file = path.join(folder, 'Phase 1 Graphs.png');
	const figure = storedFigure('trainingCurves');
	await writePng(figure, file);
	writeFileSync(file, 'half a picture');
	await writePng(figure, file);
	assert.ok(readFileSync(file).equals(await toPng(figure)));
	assert.deepEqual(readdirSync(folder), ['Phase 1 Graphs.png']);
});

test('writePng leaves the old file and nothing beside it where a figure cannot be drawn', async (t) => {
	const folder = temporaryFolder(t);
	const file = path.join(folder, 'a.png');
	writeFileSync(file, 'old');
	const figure = storedFigure('trainingCurves');
	await assert.rejects(writePng({ ...figure, layout: { ...figure.layout, nothing: 1 } } as Figure, file));
	assert.equal(readFileSync(file, 'utf8'), 'old');
	assert.deepEqual(readdirSync(folder), ['a.png']);
});
