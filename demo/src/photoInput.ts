/** Inputs for photos. */
interface PhotoInputs {
	/** Hidden file input that a button opens. */
	readonly file: HTMLInputElement;
	/** Element that shows that a photo can be dropped. */
	readonly target: HTMLElement;
	readonly onPhoto: (photo: File) => void;
	/** Called if something other than an image file was dropped or pasted. */
	readonly onOther: (sentence: string) => void;
}

const OTHER = 'That was not an image file. Save the picture first: this page cannot download from other sites.';

/** Accepts photos that are chosen, dropped anywhere on the page, or pasted. */
export function listenForPhotos({ file, target, onPhoto, onOther }: PhotoInputs): void {
	const take = (data: DataTransfer | null) => {
		const photo = imageIn(data);
		if (photo) onPhoto(photo);
		else onOther(OTHER);
	};
	file.addEventListener('change', () => {
		if (file.files?.[0]) onPhoto(file.files[0]);
		// So that choosing the same file again is a change.
		file.value = '';
	});
	document.addEventListener('paste', (event) => {
		// Pasted text is left to the field it goes into.
		if (event.clipboardData?.files.length) take(event.clipboardData);
	});
	document.addEventListener('dragover', (event) => {
		event.preventDefault();
		target.classList.add('dropping');
	});
	document.addEventListener('dragleave', (event) => {
		if (!event.relatedTarget) target.classList.remove('dropping');
	});
	document.addEventListener('drop', (event) => {
		event.preventDefault();
		target.classList.remove('dropping');
		take(event.dataTransfer);
	});
}

function imageIn(data: DataTransfer | null): File | undefined {
	return Array.from(data?.files ?? []).find(({ type }) => type.startsWith('image/'));
}
