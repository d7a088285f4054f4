/** A count with its thousands parted: 7178 as 7,178, whatever the language of the machine. */
export function formatCount(count: number): string {
	return count.toLocaleString('en-US');
}

/** Formats a duration: `4 s`, `3:05`, `1:02:09`. */
export function formatSeconds(seconds: number): string {
	const whole = Math.max(0, Math.round(seconds));
	if (whole < 60) return `${whole} s`;
	const two = (value: number) => String(value).padStart(2, '0');
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
	return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

/** A fraction as a percentage: 0.5 is 50.00 %. */
export const formatPercent = (fraction: number, digits = 2): string => `${(100 * fraction).toFixed(digits)} %`;

/** An interval's ends in brackets. */
export const formatRange = ({ low, high }: { low: number; high: number }, format: (value: number) => string): string =>
	`(${format(low)} to ${format(high)})`;

/** Percentage points with their sign; what rounds to zero has none that says anything. */
export const points = (difference: number) => {
	const text = (100 * difference).toFixed(2);
	return text === '-0.00' ? '0.00' : `${difference > 0 ? '+' : ''}${text}`;
};
