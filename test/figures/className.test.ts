import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boldName, escapeHtml, fitName, longestWidth, textWidth } from '../../lib/figures/className';

test('textWidth grows with the letters and the size, and more so in bold', () => {
	assert.equal(textWidth('', { size: 12 }), 0);
	assert.equal(textWidth('happy', { size: 20 }), 2 * textWidth('happy', { size: 10 }));
	assert.ok(textWidth('happy', { size: 12, bold: true }) > textWidth('happy', { size: 12 }));
	assert.equal(longestWidth(['a', 'abc', 'ab'], { size: 10 }), textWidth('abc', { size: 10 }));
	assert.equal(longestWidth([], { size: 10 }), 0);
});

/** Space for some letters of 10 pixels. */
const letters = (count: number) => ({ size: 10, width: textWidth('x'.repeat(count), { size: 10 }) });

test('fitName leaves a name that fits, and cuts off one that does not', () => {
	assert.equal(fitName('happy', letters(5)), 'happy');
	assert.equal(fitName('surprised', letters(5)), 'surp…');
	// A space before the ellipsis would look like a fault.
	assert.equal(fitName('very surprised', letters(6)), 'very…');
});

test('fitName breaks a name into lines where words end, and cuts off only the last one', () => {
	assert.equal(fitName('eyes closed', { ...letters(6), lines: 2 }), 'eyes<br>closed');
	assert.equal(fitName('eyes_closed', { ...letters(6), lines: 2 }), 'eyes_<br>closed');
	assert.equal(fitName('a b c d e f', { ...letters(5), lines: 2 }), 'a b c<br>d e f');
	assert.equal(fitName('happily surprised by others', { ...letters(9), lines: 2 }), 'happily<br>surprise…');
	assert.equal(fitName('happily surprised', { ...letters(30), lines: 2 }), 'happily surprised');
});

test('fitName cuts whole letters, and shows at least three', () => {
	assert.equal(fitName('😀😀😀😀', letters(3)), '😀😀…');
	assert.equal(fitName('surprised', { size: 10, width: 1 }), 'su…');
});

test('names are no HTML of Plotly', () => {
	assert.equal(escapeHtml('<b>R&D</b>'), '&lt;b&gt;R&amp;D&lt;/b&gt;');
	assert.equal(fitName('<i>', letters(9)), '&lt;i&gt;');
	assert.equal(boldName('smile', '#332288'), '<span style="color:#332288"><b>smile</b></span>');
});
