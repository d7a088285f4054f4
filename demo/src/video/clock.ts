/** Formats a time in a video: `0:04`, `12:30`, `1:02:09`. */
export function clock(seconds: number): string {
	const whole = Math.max(0, Math.floor(seconds + 1e-3));
	const two = (value: number) => String(value).padStart(2, '0');
	const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
	return hours > 0 ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}
