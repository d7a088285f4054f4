import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from 'node:test';
import { classDistribution } from '../../../lib/figures/classDistribution';
import { type MimeBundle, show, toMimeBundle } from '../../../lib/figures/rendering/display';
import { drawFigure, toPng } from '../../../lib/figures/rendering/export';

const FIGURE = classDistribution({ emotions: ['angry', 'happy'], counts: { test: [1, 2] } });

function temporaryFolder(t: { after(fn: () => void): void }): string {
	const folder = mkdtempSync(path.join(os.tmpdir(), 'figures-'));
	t.after(() => rmSync(folder, { recursive: true }));
	return folder;
}

test('a bundle holds the figure for Plotly and a PNG of its own size for all others, and no HTML', async () => {
	const { data, metadata } = await toMimeBundle(FIGURE, await drawFigure(FIGURE));
	assert.deepEqual(Object.keys(data), ['application/vnd.plotly.v1+json', 'image/png', 'text/plain']);
	assert.deepEqual(data['application/vnd.plotly.v1+json'], { ...FIGURE, config: { displaylogo: false } });
	const png = Buffer.from(data['image/png'], 'base64');
	assert.ok(png.equals(await toPng(FIGURE, { scale: 1 })));
	const { width, height } = FIGURE.layout;
	assert.deepEqual([png.readUInt32BE(16), png.readUInt32BE(20)], [width, height]);
	assert.deepEqual(metadata, { 'image/png': { width, height } });
});

test('outside a notebook, show only saves', async (t) => {
	const file = path.join(temporaryFolder(t), 'images', 'figure.png');
	await show(FIGURE, file);
	assert.ok(readFileSync(file).equals(await toPng(FIGURE)));
	await show(FIGURE);
	assert.ok(!Object.keys(require.cache).some((name) => name.includes(`${path.sep}tslab${path.sep}`)));
});

test("in tslab's kernel, show sends one output with all forms, and saves", async (t) => {
	// The real module of the kernel, with a listener in place of Jupyter.
	const kernel: { lastWriteDisplayData: unknown } = require('tslab/dist/jupyter');
	const sent: MimeBundle[] = [];
	kernel.lastWriteDisplayData = (message: MimeBundle, update?: boolean) => {
		assert.equal(update, undefined);
		sent.push(message);
	};
	t.after(() => {
		kernel.lastWriteDisplayData = null;
	});
	const file = path.join(temporaryFolder(t), 'figure.png');
	await show(FIGURE, file);
	assert.deepEqual(sent, [{ ...(await toMimeBundle(FIGURE, await drawFigure(FIGURE))), transient: {} }]);
	assert.ok(existsSync(file));
	await show(FIGURE);
	assert.equal(sent.length, 2);
});

test('before the first cell of a kernel, show only saves', async (t) => {
	const kernel: { lastWriteDisplayData: unknown } = require('tslab/dist/jupyter');
	assert.equal(kernel.lastWriteDisplayData, null);
	const file = path.join(temporaryFolder(t), 'figure.png');
	await show(FIGURE, file);
	assert.ok(existsSync(file));
});
