// @ts-check

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Seconds between two lines where the output is a file and cannot be redrawn. */
const PLAIN_SECONDS = 30;

/** @typedef {{update: (status: string) => void}} Task `update` sets the text after the title. */

/** Formats a duration: `8 s`, `2 min 05 s`, `1 h 02 min`. @param {number} seconds */
export function formatSeconds(seconds) {
	const whole = Math.round(seconds);
	const two = (/** @type {number} */ value) => String(value % 60).padStart(2, '0');
	if (whole < 60) return `${whole} s`;
	const minutes = Math.floor(whole / 60);
	return minutes < 60 ? `${minutes} min ${two(whole)} s` : `${Math.floor(minutes / 60)} h ${two(minutes)} min`;
}

/** Formats a number of bytes in decimal megabytes, as pip and npm do: `259.6 MB`. @param {number} bytes */
export function formatMegabytes(bytes) {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Shows a piece of work while it runs: redrawn in place, or in a log a line every 30 s.
 * @param {NodeJS.WriteStream} stream
 * @param {string} title
 * @param {(task: Task) => unknown} work
 */
export async function showTask(stream, title, work) {
	const began = Date.now();
	let status = '';
	let frame = 0;
	const text = () => `${title}${status && `: ${status}`} (${formatSeconds((Date.now() - began) / 1000)})`;
	const draw = () => {
		if (!stream.isTTY) return stream.write(`  ${text()}\n`);
		const line = `${FRAMES[frame++ % FRAMES.length]} ${text()}`;
		// One column short: a line that fills the terminal wraps, and \r would redraw only its last row.
		return stream.write(`\r\x1b[K${[...line].slice(0, (stream.columns || 80) - 1).join('')}`);
	};
	if (!stream.isTTY) stream.write(`- ${title}\n`);
	const timer = setInterval(draw, stream.isTTY ? 120 : PLAIN_SECONDS * 1000);
	const end = (/** @type {string} */ mark) => {
		clearInterval(timer);
		stream.write(`${stream.isTTY ? '\r\x1b[K' : ''}${mark} ${text()}\n`);
	};
	const update = (/** @type {string} */ next) => {
		status = next;
	};
	try {
		await work({ update });
		status = '';
		end('✓');
	} catch (error) {
		end('✗');
		throw error;
	}
}
