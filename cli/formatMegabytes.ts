/** Formats a number of bytes in decimal megabytes, as pip and npm do: `259.6 MB`. */
export function formatMegabytes(bytes: number): string {
	return `${(bytes / 1e6).toFixed(1)} MB`;
}
