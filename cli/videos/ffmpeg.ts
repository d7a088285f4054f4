import { Problem } from '../problem';
import { resolveUserPath } from '../projectFolder';

/** How ffmpeg takes a file, whatever its name: `concat:a` would be two files. */
export const inputOf = (file: string) => `file:${resolveUserPath(file)}`;

/** How a program ended. */
export interface Ended {
	readonly stdout: string;
	readonly stderr: string;
	/** Undefined if a signal ended it. */
	readonly exitCode?: number;
}

/**
 * Runs ffmpeg or ffprobe to its end.
 * @throws {Problem} If it is not installed.
 */
export async function runFfmpeg(program: 'ffmpeg' | 'ffprobe', args: readonly string[]): Promise<Ended> {
	const { execa } = await import('execa');
	const { stdout, stderr, exitCode, code } = await execa(program, args, { stdin: 'ignore', reject: false });
	if (code === 'ENOENT' || code === 'EACCES') {
		const remedy = 'Install it with "sudo apt-get install ffmpeg" (Fedora: "sudo dnf install ffmpeg-free").';
		throw new Problem(`Videos are read by ffmpeg, but there is no program ${program} on the PATH. ${remedy}`);
	}
	return { stdout, stderr, exitCode };
}

/** The option by which ffmpeg keeps the times of frames instead of repeating some: it was renamed in version 5.1. */
export async function keptTimes(): Promise<readonly string[]> {
	const { stdout } = await runFfmpeg('ffmpeg', ['-version']);
	const [, major, minor = 0] = /^ffmpeg version n?(\d+)(?:\.(\d+))?/.exec(stdout) ?? [];
	const isOld = major !== undefined && (Number(major) < 5 || (Number(major) === 5 && Number(minor) < 1));
	return [isOld ? '-vsync' : '-fps_mode', 'vfr'];
}

/** The reason that ffmpeg gives for a failure: its last line, without what only its authors need. */
export function reasonOf(stderr: string): string {
	const lines = stderr
		.trim()
		.split('\n')
		.map((line) => line.replace(/^\[[^\]]*@ 0x[^\]]*\] /, '').replace(/^.*\/[^:]*: (?=[A-Z])/, ''))
		.filter(Boolean);
	return (lines.at(-1) ?? 'no reason given').replace(/\.$/, '');
}
