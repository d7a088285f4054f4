/** Where photos come from. */
interface PhotoInputs {
	/** The hidden choice of files that a button opens. */
	readonly file: HTMLInputElement;
	/** Shows that a photo can be dropped. */
	readonly target: HTMLElement;
	readonly onPhoto: (photo: File) => void;
	/** Something came that is no file. */
	readonly onOther: (sentence: string) => void;
}

const OTHER = 'That was no image file. Save the picture first: this page fetches nothing from other sites.';

/** Takes photos that are chosen, dropped anywhere on the page, or pasted. */
export function listenForPhotos({ file, target, onPhoto, onOther }: PhotoInputs): void {
	const take = (data: DataTransfer | null) => {
		const photo = imageIn(data);
		if (photo) onPhoto(photo);
		else onOther(OTHER);
	};
	file.addEventListener('change', () => {
		if (file.files?.[0]) onPhoto(file.files[0]);
		// The same file again is a change, too.
		file.value = '';
	});
	document.addEventListener('paste', (event) => {
		// Text that goes into a field is none of our business.
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
