/** Formats a count with thousands separators, whatever the locale: 7178 as 7,178. */
export const formatCount = (count: number): string => count.toLocaleString('en-US');

/** Formats a fraction as a percentage: 0.5 as 50.00 %. */
export const formatPercent = (fraction: number, decimals = 2): string => `${(100 * fraction).toFixed(decimals)} %`;

/** Formats a score from 0 to 1, such as F1: 0.6769. */
export const formatRatio = (score: number): string => score.toFixed(4);

/** Formats the ends of an interval: (70.10 % to 72.30 %). */
export const formatRange = ({ low, high }: { low: number; high: number }, format: (value: number) => string): string =>
	`(${format(low)} to ${format(high)})`;

/** Formats a number of bytes in decimal megabytes, as pip and npm do: 259.6 MB. */
export const formatMegabytes = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;

/** Formats rows of text as columns, padded to the widest cell and two spaces apart. */
export function formatColumns(rows: readonly (readonly string[])[]): string {
	const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)));
	const lines = rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column])).join('  '));
	return lines.map((line) => line.trimEnd()).join('\n');
}

/** Formats a difference of fractions as signed percentage points: 0.0052 as +0.52. */
export function points(difference: number): string {
	const text = (100 * difference).toFixed(2);
	return text === '-0.00' ? '0.00' : `${difference > 0 ? '+' : ''}${text}`;
}

/** Formats a duration: `4 s`, `3:05`, `1:02:09`. */
export function formatSeconds(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < 60) return `${whole} s`;
	const two = (value: number) => String(value).padStart(2, '0');
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
	return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** Formats a time in a recording as players do: `0:04`, `3:05`, `1:02:09`; with decimals of the second if asked: `0:04.2`. */
export function formatClock(seconds: number, decimals = 0): string {
	const units = 10 ** decimals;
	const whole = Math.floor(Math.max(0, seconds) + 1e-6);
	const two = (value: number) => String(value).padStart(2, '0');
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
	const fraction = Math.floor((Math.max(0, seconds) - whole) * units + 1e-3);
	const rest = decimals > 0 ? `.${String(Math.max(0, fraction)).padStart(decimals, '0')}` : '';
	return `${hours > 0 ? `${hours}:${two(minutes)}` : minutes}:${two(whole % 60)}${rest}`;
}
