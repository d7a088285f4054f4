import assert from 'node:assert/strict';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Figure } from '../../lib/figures/figure';

export const STORED_FIGURES = path.join(__dirname, '..', 'fixtures', 'figures');

/** Stands for the pictures in stored figures: how well PNG packs depends on the machine. Tests of pixels decode them. */
export const PICTURE = 'data:image/png;base64,…';

/**
 * Compares a figure with test/fixtures/figures/<name>.json. Where they differ, a copy named -changed is left beside it:
 * after a look at the figure, rename it to accept the change.
 */
export function assertStored(figure: Figure, name: string): void {
	const text = `${JSON.stringify(figure, null, '\t').replaceAll(/data:image\/png;base64,[\w+/=]+/g, PICTURE)}\n`;
	const file = path.join(STORED_FIGURES, `${name}.json`);
	const changed = path.join(STORED_FIGURES, `${name}-changed.json`);
	if (existsSync(file) && readFileSync(file, 'utf8') === text) {
		rmSync(changed, { force: true });
		return;
	}
	writeFileSync(changed, text);
	assert.fail(
		`The figure differs from ${name}.json. Compare ${name}-changed.json, and rename it if the change is meant.`,
	);
}
