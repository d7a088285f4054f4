import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_FOLDER, RUNS } from '../../cli/projectFolder';
import { pythonEnvironment } from '../../cli/python';
import { installPackages, pythonOf } from '../../cli/pythonPackages';
import { runOrFail } from '../../cli/runProgram';

const VENV = join(RUNS, 'peers', 'onnxruntime');
const FOLDER = join(PROJECT_FOLDER, 'experiments', 'exports');

/** Installs ONNX Runtime into runs/peers/onnxruntime unless it is there. */
export function installOnnxRuntime(): Promise<void> {
	const requirements = join(FOLDER, 'requirements.txt');
	return installPackages({ title: 'ONNX Runtime', venv: VENV, requirements, log: 'exports' });
}

/**
 * Runs an ONNX file on images in Python's ONNX Runtime, which must be installed.
 * @param pixels Of all images, 0 to 255, in the order of the file's input.
 * @param onImages Receives the number of images in each batch that is done.
 * @returns Probabilities `[images, classes]`, and the versions of the programs by name.
 * @throws {Problem} If the program fails.
 */
export async function runOnnx(file: string, pixels: Float32Array, onImages: (count: number) => void) {
	const input = `${file}.pixels`;
	const output = `${file}.probabilities`;
	writeFileSync(input, pixels);
	let versions: Readonly<Record<string, string>> = {};
	const onLine = (line: string) => {
		const [, word, value] = /^(images|versions) (.+)$/.exec(line) ?? [];
		if (word === 'images') onImages(Number(value));
		if (word === 'versions') versions = JSON.parse(value);
	};
	const env = { ...pythonEnvironment(), PYTHONDONTWRITEBYTECODE: '1' };
	const logFile = join(RUNS, 'logs', 'exports-onnx.log');
	const args = [join(FOLDER, 'run_onnx.py'), file, input, output];
	await runOrFail(pythonOf(VENV), args, { cwd: PROJECT_FOLDER, env, logFile, onLine });
	const bytes = readFileSync(output);
	const probabilities = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength));
	return { probabilities, versions };
}
