import { pythonEnvironment } from './pythonEnvironment';
import { type RunOptions, runOrFail } from './runProgram';

const UNREACHABLE =
	/NewConnectionError|ConnectTimeout|ReadTimeout|NameResolutionError|Name or service not known|Temporary failure in name resolution|Connection refused|ProxyError|SSLError|Max retries exceeded|connection broken/i;

/** Explains pip's failure in a sentence with a remedy; undefined where none is known. */
function explainPip(output: string): string | undefined {
	if (UNREACHABLE.test(output)) {
		const remedy = 'Check the network, or set a mirror: pip config set global.index-url ADDRESS';
		return `The Python package index cannot be reached. ${remedy}`;
	}
	const missing = /No matching distribution found for (\S+)/.exec(output)?.[1];
	if (missing) return `${missing} has no wheel for this Python.`;
	if (/No space left on device/.test(output)) return 'The disk is full. Free some space: python3 -m pip cache purge';
	return undefined;
}

/**
 * Installs Python packages with pip, without questions or progress bars.
 * @param python The interpreter that has pip.
 * @param args pip's options and packages.
 * @throws {Problem} If pip fails: why, where that is known, and where its output is.
 */
export async function pipInstall(python: string, args: readonly string[], options: RunOptions): Promise<void> {
	const quiet = ['--disable-pip-version-check', '--no-input', '--progress-bar', 'off'];
	const env = pythonEnvironment(options.env);
	await runOrFail(python, ['-m', 'pip', 'install', ...quiet, ...args], { ...options, env, explain: explainPip });
}
