import type { FrameRate } from '../frameRate.js';
import { showProblem, showStatus } from '../messages.js';
import { find } from '../page.js';
import { saveFile } from '../share/saveFile.js';
import { clock } from './clock.js';
import { recordingCsv } from './recordingCsv.js';
import { Timeline } from './timeline.js';
import type { VideoFile, VideoState } from './videoFile.js';

/** Milliseconds between drawings of the timeline. */
const PAUSE = 400;

const ACTIONS: Readonly<Record<VideoState, string>> = {
	reading: 'Stop reading',
	stopped: 'Go on reading',
	still: 'Play',
	playing: 'Pause',
};

/** The controls of a video file: reading and playing, the timeline, the table. */
export class VideoPanel {
	private readonly panel = find('video-panel', HTMLElement);
	private readonly action = find('video-action', HTMLButtonElement);
	private readonly moment = find('moment', HTMLInputElement);
	private readonly clock = find('video-clock', HTMLElement);
	private readonly framesPerSecond = find('frames-per-second', HTMLSelectElement);
	private readonly emotions: readonly string[];
	private readonly timeline: Timeline;
	private video?: VideoFile;
	/** Seconds until it is read; undefined if that is not known. */
	private remaining?: number;
	private state?: VideoState;
	private drawing?: ReturnType<typeof setTimeout>;

	/** @param colors Of the model's classes. @param onSeek Called when another moment is shown. */
	constructor(emotions: readonly string[], colors: readonly string[], onSeek: () => void) {
		this.emotions = emotions;
		const seek = (time: number) => {
			this.video?.seek(time);
			onSeek();
		};
		this.timeline = new Timeline(emotions, colors, (part) => seek(part * (this.video?.clip.duration ?? 0)));
		this.moment.addEventListener('input', () => seek(Number(this.moment.value)));
		this.action.addEventListener('click', () => this.video?.toggle());
		this.framesPerSecond.addEventListener('change', () => this.anew(Number(this.framesPerSecond.value)));
		find('save-table', HTMLButtonElement).addEventListener('click', () => this.save());
	}

	/** Shows the controls of a video, or none. */
	show(video: VideoFile | undefined): void {
		this.video = video;
		this.panel.hidden = !video;
		this.forget();
		if (!video) return;
		this.framesPerSecond.value = String(Math.round(1 / video.recording.step));
		video.onChange = (problem) => {
			if (problem) showProblem(problem);
			this.write(video);
		};
		this.write(video);
	}

	/** Reads the video again from its start. @param framesPerSecond Default: as before. */
	anew(framesPerSecond?: number): void {
		this.forget();
		this.video?.anew(framesPerSecond);
	}

	/** Tells how long reading takes. */
	count({ perSecond }: FrameRate): void {
		if (!this.video || !perSecond) return;
		const { recording, clip } = this.video;
		this.remaining = (clip.duration - recording.nextTime) / recording.step / perSecond;
	}

	private forget(): void {
		this.timeline.clear();
		this.remaining = undefined;
		this.state = undefined;
	}

	private write(video: VideoFile): void {
		const { clip, state, recording } = video;
		const { currentTime } = clip.element;
		this.action.textContent = ACTIONS[state];
		this.moment.max = String(clip.duration);
		this.moment.step = String(recording.step);
		this.moment.value = String(currentTime);
		this.moment.setAttribute('aria-valuetext', `${clock(currentTime)} of ${clock(clip.duration)}`);
		const left = state === 'reading' && this.remaining !== undefined ? `, ${clock(this.remaining + 1)} left` : '';
		this.clock.textContent = `${clock(currentTime)} of ${clock(clip.duration)}${left}`;
		this.timeline.mark(currentTime / clip.duration);
		this.announce(video);
		// The last state is always drawn.
		this.drawing ??= setTimeout(() => {
			this.drawing = undefined;
			if (this.video) this.timeline.draw(this.video.recording, this.video.clip.duration);
		}, PAUSE);
	}

	private announce({ state, recording }: VideoFile): void {
		if (state === this.state) return;
		this.state = state;
		const [frames, faces] = [recording.frames.length, recording.summaries().length];
		if (state === 'stopped') showStatus('Reading has stopped.');
		if (state !== 'still' || frames === 0) return;
		const found = faces === 0 ? 'no face' : faces === 1 ? '1 face' : `${faces} faces`;
		showStatus(`The video is read: ${found} found in ${frames} ${frames === 1 ? 'frame' : 'frames'}.`);
	}

	private save(): void {
		if (!this.video) return;
		const { recording, clip, name } = this.video;
		const text = recordingCsv(recording.frames, { emotions: this.emotions, width: clip.width, height: clip.height });
		saveFile(new Blob([text], { type: 'text/csv' }), `${name.replace(/\.[^.]*$/, '')}.csv`);
	}
}
