import { showProblem } from '../messages.js';
import { find } from '../page.js';
import { drawResult, type ShownPicture } from './resultPicture.js';
import { canShare, shareOrSave } from './saveFile.js';

/** Offers what is shown as a picture: to other programs where the device does that, or else to save. */
export class ShareButton {
	private readonly button = find('share', HTMLButtonElement);
	private readonly emotions: readonly string[];
	private readonly colors: readonly string[];
	private readonly picture: () => ShownPicture | undefined;

	/** @param colors Of the model's classes. @param picture Returns what is shown. */
	constructor(emotions: readonly string[], colors: readonly string[], picture: () => ShownPicture | undefined) {
		this.emotions = emotions;
		this.colors = colors;
		this.picture = picture;
		this.button.textContent = canShare() ? 'Share as a picture' : 'Save as a picture';
		this.button.addEventListener('click', () => this.share());
	}

	private share(): void {
		const picture = this.picture();
		if (!picture) {
			showProblem('There is no picture yet. Use the camera, or open a photo or video.');
			return;
		}
		const style = getComputedStyle(document.documentElement);
		const [ground, text, track] = ['--card', '--text', '--track'].map((name) => style.getPropertyValue(name));
		const canvas = drawResult(picture, { emotions: this.emotions, colors: this.colors, ground, text, track });
		canvas.toBlob((blob) => {
			if (blob) void shareOrSave(blob, 'faces.png');
			else showProblem('The browser is out of memory. Close other tabs and try again.');
		});
	}
}
