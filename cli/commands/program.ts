import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Command } from 'commander';
import { registerBench } from '../../bench/command';
import { registerExperiments, registerResults } from '../../experiments/commands';
import { examples } from '../examples';
import { describeError, Problem } from '../problem';
import { silenceProgress } from '../progressLine';
import { PROJECT_FOLDER } from '../projectFolder';
import { exitOnSignals } from '../signals';
import { complete, registerCompletion } from './completion';
import { registerData } from './data';
import { registerDemo } from './demo';
import { registerEvaluate } from './evaluate';
import { registerExport } from './export';
import { registerFigures } from './figures';
import { registerNotebook } from './notebook';
import { registerPackage } from './package';
import { registerPredict } from './predict';
import { registerSettings } from './settings';
import { registerTrain } from './train';
import { registerTune } from './tune';

/** Builds the program `fer` with all its commands; their actions load what they need. */
export function buildProgram(): Command {
	const { version } = JSON.parse(readFileSync(join(PROJECT_FOLDER, 'package.json'), 'utf8'));
	const program = new Command('fer')
		.description('Facial emotion recognition on FER2013: train, evaluate and use the networks of this project.')
		.version(version)
		.option('-q, --quiet', 'hide the progress')
		.option('--debug', 'print the stack trace of an error')
		.configureHelp({ showGlobalOptions: true })
		.addHelpText('after', examples('predict photo.jpg', 'train --profile quick', 'train --help'));
	program.hook('preAction', (_, command) => {
		if (command.optsWithGlobals().quiet) silenceProgress();
		checkFilled(command);
	});
	registerPredict(program);
	registerTrain(program);
	registerTune(program);
	registerEvaluate(program);
	registerData(program);
	registerSettings(program);
	registerFigures(program);
	registerNotebook(program);
	registerDemo(program);
	registerPackage(program);
	registerExport(program);
	registerResults(program);
	registerBench(program);
	registerExperiments(program);
	registerCompletion(program);
	return program;
}

/** Refuses empty arguments: an unset variable of the user's script would choose a default, or the current folder. */
function checkFilled(command: Command): void {
	const empty = command.options.find((option) => [command.opts()[option.attributeName()]].flat().includes(''));
	const name = empty?.long ?? (command.args.includes('') ? 'an argument' : undefined);
	if (name) throw new Problem(`Expected a value for ${name} but received an empty string.`);
}

/** Runs the program; an error becomes one sentence on standard error and an exit code. */
export async function main(args: readonly string[]): Promise<void> {
	// Read by TensorFlow's native library when it is loaded: no start-up notes on the terminal.
	process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
	exitOnSignals();
	// The reader of a pipe may leave early: `fer settings | head -1`.
	for (const stream of [process.stdout, process.stderr]) {
		stream.on('error', (error: NodeJS.ErrnoException) => {
			if (error.code === 'EPIPE') process.exit(0);
			console.error(`Cannot write the output: ${error.message}.`);
			process.exit(1);
		});
	}
	const program = buildProgram();
	try {
		if (args[0] === 'complete') return await complete(program, args.slice(1));
		await program.parseAsync(args, { from: 'user' });
	} catch (error) {
		const isDebug = program.opts().debug && error instanceof Error;
		console.error(isDebug ? error.stack : describeError(error));
		process.exitCode = 1;
	}
}

if (require.main === module) void main(process.argv.slice(2));
