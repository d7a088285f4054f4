import { type Command, InvalidArgumentError } from 'commander';
import type { Backend } from '../../lib/config';
import { SMOOTHING_SECONDS } from '../../lib/videos/faceFollower';
import { backendOption } from '../backendOption';
import { examples } from '../examples';
import type { PredictSummary } from '../predictPhotos';
import type { PredictVideoOptions } from '../predictVideos';
import { Problem } from '../problem';
import { note } from '../progressLine';
import { stopOnSignal } from '../signals';

/** Frames per second at least and at most. */
const RATES = { default: 5, least: 0.1, most: 120 };
/** The longest time constant in seconds. */
const MOST_SMOOTHING = 60;

export function registerPredict(program: Command): void {
	program
		.command('predict')
		.summary('find and classify faces in photos and videos')
		.description(
			'Find the faces in photos or videos and predict their emotions. Each result is printed as soon as its photo or frame ' +
				'is read. Files that cannot be read are reported, and the exit code is then 2; all other files are processed. ' +
				'Ctrl-C stops after the photo or frame that is being read. Videos are read by ffmpeg, and only if they are named: ' +
				'those in folders are counted and passed over. Give photos and videos in separate commands.',
		)
		.argument('<files...>', 'photos, folders of photos, videos, or patterns in quotes')
		.option('--json', 'print JSON')
		.option('--csv', 'print CSV, one line per face, and one for a photo or frame without')
		.option(
			'--to <file>',
			'append the results to a new file instead: .csv, .jsonl with one JSON object per line, or .parquet, which is ' +
				'complete at the end',
		)
		.option('--resume', 'go on with the file of --to: skip the photos and frames that are in it')
		.option(
			'--annotate <folder>',
			'write copies: photos with boxes, probabilities, and where the network looked; videos with boxes, bars and their ' +
				'sound, as .mp4. Never replaces other files',
		)
		.option('--timeline <folder>', 'videos: draw the emotions of each face over time, as .png and interactive .html')
		.option('--fps <rate>', `videos: frames per second that are read (default: ${RATES.default})`, readRate)
		.option(
			'--smoothing <seconds>',
			`videos: time constant of the average over time, 0 for none (default: ${SMOOTHING_SECONDS})`,
			readSmoothing,
		)
		.option('--tta', 'average several views of each face: slightly more accurate, six times slower')
		.option('--no-detect', 'do not look for faces: the files are cropped faces')
		.option('--model <folder>', 'models/NAME or runs/NAME/model (default: models/official)')
		.addOption(backendOption())
		.option(
			'--on <where>',
			'photos: read them in many processes at once, on `local`, the cores of this machine, or on a Ray cluster: ' +
				'HOST:PORT or ray://HOST:PORT (docs/scale.md)',
		)
		.option('--cores <n>', 'with --on: cores of each process (default: 1)', readCores)
		.addHelpText(
			'after',
			examples(
				'predict photo.jpg',
				'predict "photos/**/*.jpg" --csv',
				'predict photos --to faces.csv --resume',
				'predict photos --annotate annotated --tta',
				'predict photos --on local --to faces.parquet --resume',
				'predict clip.mp4 --to clip.csv --timeline figures --annotate annotated',
			),
		)
		.action(predict);
}

type Options = Omit<PredictVideoOptions, 'fps' | 'smoothing'> & {
	readonly backend?: Backend;
	readonly json?: boolean;
	readonly csv?: boolean;
	readonly fps?: number;
	readonly smoothing?: number;
};

async function predict(given: string[], { json, csv, backend, ...options }: Options, command: Command): Promise<void> {
	if (json && csv) throw new Problem('--json and --csv exclude each other.');
	if (options.to !== undefined && (json || csv)) {
		throw new Problem('--to excludes --json and --csv: the ending of its file chooses the format.');
	}
	if (backend && options.on !== undefined) throw new Problem('--on and --backend exclude each other.');
	const format = json ? 'json' : csv ? 'csv' : 'text';
	if (backend) await (await import('../../lib/tensorflow/backend.js')).useBackend(backend);
	const { listVideos } = await import('../videos/listing.js');
	const { openPrinter } = await import('../results/printing.js');
	const { debug } = command.optsWithGlobals();
	const videos = await listVideos(given);
	const read = videos.length > 0 ? 'frame' : 'photo';
	const stopping = options.on === undefined ? `Stopping after this ${read}` : 'Stopping the processes';
	const signal = stopOnSignal(() => note(`${stopping}. Ctrl-C again stops at once.`));
	let summary: PredictSummary;
	if (videos.length > 0) {
		if (options.on !== undefined) throw new Problem('Expected photos for --on but received a video.');
		const { predictVideos } = await import('../predictVideos.js');
		const { VIDEO_RESULTS } = await import('../videos/formats.js');
		const isText = format === 'text' && options.to === undefined;
		const output = {
			open: (emotions: readonly string[]) => openPrinter(format, emotions, VIDEO_RESULTS),
			tell(text: string, isFailure: boolean) {
				if (isText) console.log(text);
				else if (isFailure) console.error(text);
				else note(text);
			},
		};
		const { fps = RATES.default, smoothing = SMOOTHING_SECONDS } = options;
		summary = await predictVideos(videos, { ...options, fps, smoothing, debug }, output, signal);
	} else {
		refuseForPhotos(options);
		const { predictPhotos } = await import('../predictPhotos.js');
		const { PHOTO_RESULTS } = await import('../photos/formats.js');
		const print = (emotions: readonly string[]) => openPrinter(format, emotions, PHOTO_RESULTS);
		summary = await predictPhotos(given, { ...options, debug }, print, signal);
	}
	tell(summary, options.to);
	if (summary.wasStopped) process.exitCode = signal.reason;
	else if (summary.failed > 0) process.exitCode = 2;
}

function refuseForPhotos(options: Options): void {
	const name = (['fps', 'smoothing', 'timeline'] as const).find((option) => options[option] !== undefined);
	if (name)
		throw new Problem(`Expected videos for --${name} but received none. Name them: those in folders are not read.`);
}

/** Tells what was left out, and how to go on after an interruption. */
function tell({ done, leftOut, wasStopped }: PredictSummary, to?: string): void {
	const parts = Object.entries(leftOut).map(([name, count]) => `${count} ${name}${count === 1 ? '' : 's'}`);
	const hint = Object.keys(leftOut).some((name) => name.endsWith(' video'))
		? ' Videos are read if they are named.'
		: '';
	if (parts.length > 0) note(`Left out in folders: ${parts.join(', ')}.${hint}`);
	if (!wasStopped) return;
	const goOn = to === undefined ? 'With --to FILE, --resume goes on after an interruption.' : 'Add --resume to go on.';
	note(`Stopped after ${done} ${done === 1 ? 'file' : 'files'}. ${goOn}`);
}

function readCores(text: string): number {
	if (/^[1-9]\d{0,3}$/.test(text)) return Number(text);
	throw new InvalidArgumentError('Expected an integer above 0.');
}

const readRate = (text: string) => readNumber(text, RATES.least, RATES.most);
const readSmoothing = (text: string) => readNumber(text, 0, MOST_SMOOTHING);

function readNumber(text: string, least: number, most: number): number {
	const value = text.trim() === '' ? Number.NaN : Number(text);
	if (value >= least && value <= most) return value;
	throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
}
