// @ts-check

const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
/** Seconds between two lines of a task that goes on, where the output is a file and cannot be redrawn. */
const PLAIN_SECONDS = 30;

/**
 * @typedef {object} Task One piece of work shown in the terminal: redrawn in place, or a line each 30 s in a log.
 * @property {(status: string) => void} update Sets what stands after the title.
 * @property {(note?: string) => void} done Ends it with a tick.
 * @property {() => void} failed Ends it with a cross.
 */

/**
 * Formats a duration: `8 s`, `2 min 05 s`, `1 h 02 min`.
 * @param {number} seconds
 */
export function formatSeconds(seconds) {
	const whole = Math.round(seconds);
	if (whole < 60) return `${whole} s`;
	const minutes = Math.floor(whole / 60);
	if (minutes < 60) return `${minutes} min ${String(whole % 60).padStart(2, '0')} s`;
	return `${Math.floor(minutes / 60)} h ${String(minutes % 60).padStart(2, '0')} min`;
}

/**
 * Formats a number of bytes in decimal megabytes, as pip and npm do: `259.6 MB`.
 * @param {number} bytes
 */
export function formatMegabytes(bytes) {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}

/**
 * Shows that a piece of work has begun, and keeps the line alive until it ends.
 * @param {string} title
 * @param {NodeJS.WriteStream} [stream]
 * @returns {Task}
 */
export function startTask(title, stream = process.stdout) {
	const began = Date.now();
	const inPlace = Boolean(stream.isTTY);
	let status = '';
	let frame = 0;
	const text = () => `${title}${status ? `: ${status}` : ''} (${formatSeconds((Date.now() - began) / 1000)})`;
	const draw = () => {
		const line = `${FRAMES[frame++ % FRAMES.length]} ${text()}`;
		// Cut one column short: a line that fills the terminal wraps, and \r then redraws only its last row.
		stream.write(`\r\x1b[K${[...line].slice(0, (stream.columns || 80) - 1).join('')}`);
	};
	if (inPlace) draw();
	else stream.write(`- ${title}\n`);
	const timer = inPlace
		? setInterval(draw, 120)
		: setInterval(() => stream.write(`  ${text()}\n`), PLAIN_SECONDS * 1000);
	/** @param {string} mark */
	const end = (mark) => {
		clearInterval(timer);
		stream.write(`${inPlace ? '\r\x1b[K' : ''}${mark} ${text()}\n`);
	};
	return {
		update: (next) => {
			status = next;
		},
		done: (note = '') => {
			status = note;
			end('✓');
		},
		failed: () => end('✗'),
	};
}
