/** Saves a file among the visitor's downloads. */
export function saveFile(content: Blob, name: string): void {
	const link = document.createElement('a');
	link.href = URL.createObjectURL(content);
	link.download = name;
	link.click();
	// Browsers read it after the click.
	setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Whether this device passes pictures on to other programs. */
export function canShare(): boolean {
	const files = [new File([], 'picture.png', { type: 'image/png' })];
	return navigator.canShare?.({ files }) ?? false;
}

/** Passes a picture on to a program that the visitor chooses, or else saves it. */
export async function shareOrSave(picture: Blob, name: string): Promise<void> {
	const files = [new File([picture], name, { type: picture.type })];
	try {
		if (!canShare()) throw new Error();
		await navigator.share({ files });
	} catch (error) {
		// The visitor changed their mind.
		if ((error as Error).name !== 'AbortError') saveFile(picture, name);
	}
}
