/** Inputs for photos and videos. */
interface FileInputs {
	/** Hidden file input that a button opens. */
	readonly file: HTMLInputElement;
	/** Element that shows that a file can be dropped. */
	readonly target: HTMLElement;
	readonly onPhoto: (photo: File) => void;
	readonly onVideo: (video: File) => void;
	/** Called if something other than an image or a video was chosen, dropped or pasted. */
	readonly onOther: (sentence: string) => void;
}

const OTHER =
	'That was not an image file or a video. Save the picture first: this page cannot download from other sites.';
/** Videos whose type some systems do not know, by the ends of their names. */
const VIDEO_NAMES = /\.(mp4|m4v|mov|webm|mkv|ogv|avi)$/i;

/** Accepts photos and videos that are chosen, dropped anywhere on the page, or pasted. */
export function listenForFiles({ file, target, onPhoto, onVideo, onOther }: FileInputs): void {
	const take = (files: Iterable<File>) => {
		for (const each of files) {
			if (each.type.startsWith('image/')) return onPhoto(each);
			if (isVideo(each)) return onVideo(each);
		}
		onOther(OTHER);
	};
	file.addEventListener('change', () => {
		if (file.files?.length) take(file.files);
		// So that choosing the same file again is a change.
		file.value = '';
	});
	document.addEventListener('paste', (event) => {
		// Pasted text is left to the field it goes into.
		if (event.clipboardData?.files.length) take(event.clipboardData.files);
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
		take(event.dataTransfer?.files ?? []);
	});
}

const isVideo = ({ type, name }: File) => type.startsWith('video/') || (type === '' && VIDEO_NAMES.test(name));
