import { SOFTWARE } from '../../lib/data/image';
import { WORKING_PIXELS } from '../../lib/data/photo';
import { Problem } from '../problem';
import { inputOf, reasonOf, runFfmpeg } from './ffmpeg';

interface Size {
	readonly width: number;
	readonly height: number;
}

/** What a video is. */
export interface Video {
	/** Its path, as the user wrote it. */
	readonly file: string;
	/** The size of its picture as players show it: upright, with square pixels. */
	readonly size: Size;
	/** The size of the frames that are read: the same, or reduced to as many pixels as photos have. */
	readonly frame: Size;
	/** Its length; undefined where the file does not say it. */
	readonly seconds?: number;
	/** The codecs of its sound. */
	readonly sound: readonly string[];
}

/** A part of what ffprobe reports. */
interface Report {
	readonly streams?: readonly {
		readonly codec_type?: string;
		readonly codec_name?: string;
		readonly width?: number;
		readonly height?: number;
		readonly sample_aspect_ratio?: string;
		readonly duration?: string;
		readonly disposition?: { readonly attached_pic?: number };
		readonly tags?: { readonly rotate?: string };
		readonly side_data_list?: readonly { readonly rotation?: number }[];
	}[];
	readonly format?: { readonly duration?: string; readonly tags?: { readonly comment?: string } };
}

const ENTRIES = [
	'format=duration:format_tags=comment',
	'stream=codec_type,codec_name,width,height,sample_aspect_ratio,duration:stream_disposition=attached_pic',
	'stream_tags=rotate:stream_side_data=rotation',
].join(':');

async function report(file: string): Promise<Report> {
	const args = ['-v', 'error', '-show_entries', ENTRIES, '-of', 'json', inputOf(file)];
	const { stdout, stderr, exitCode } = await runFfmpeg('ffprobe', args);
	if (exitCode !== 0) throw new Problem(`ffmpeg cannot read ${file}: ${reasonOf(stderr)}.`);
	return JSON.parse(stdout);
}

/**
 * Reads what a video is, by ffprobe.
 * @throws {Problem} If there is no ffprobe, it cannot read the file, or the file has no video stream.
 */
export async function probe(file: string): Promise<Video> {
	const { streams = [], format } = await report(file);
	// The cover of a song is a video stream too, of one picture.
	const video = streams.find(({ codec_type, disposition }) => codec_type === 'video' && !disposition?.attached_pic);
	const sound = streams.filter(({ codec_type }) => codec_type === 'audio').map(({ codec_name }) => codec_name ?? '');
	if (!video?.width || !video.height) {
		const received = sound.length > 0 ? 'only sound' : 'none';
		throw new Problem(`Expected a video stream in ${file} but found ${received}.`);
	}
	const seconds = Number(video.duration ?? format?.duration);
	const size = shownSize(video);
	const scale = Math.min(1, Math.sqrt(WORKING_PIXELS / (size.width * size.height)));
	const [width, height] = [size.width, size.height].map((side) => Math.max(1, Math.floor(side * scale)));
	return { file, size, frame: { width, height }, sound, ...(seconds > 0 && { seconds }) };
}

type Stream = NonNullable<Report['streams']>[number];

/** The size of a stream's picture with square pixels, turned as ffmpeg turns it. */
function shownSize({ width = 1, height = 1, sample_aspect_ratio = '', tags, side_data_list = [] }: Stream): Size {
	const [across, down] = sample_aspect_ratio.split(':').map(Number);
	const aspect = across > 0 && down > 0 ? across / down : 1;
	const stored = { width: Math.max(1, Math.round(width * aspect)), height };
	const rotation = side_data_list.find((data) => data.rotation !== undefined)?.rotation ?? Number(tags?.rotate ?? 0);
	const isTurned = Math.round(rotation / 90) % 2 !== 0;
	return isTurned ? { width: stored.height, height: stored.width } : stored;
}

/** Whether a file is a video that this program annotated. */
export async function isOwnVideo(file: string): Promise<boolean> {
	try {
		return (await report(file)).format?.tags?.comment === SOFTWARE;
	} catch {
		return false;
	}
}
