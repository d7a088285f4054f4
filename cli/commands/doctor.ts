import type { Command } from 'commander';
import { examples } from '../examples';

export function registerDoctor(program: Command): void {
	program
		.command('doctor')
		.summary('check this machine and the installation')
		.description(
			'Check processor, TensorFlow, data, weights, models and Jupyter, and print a command for what is wrong. ' +
				'Exit code 1 if something that is needed does not work.',
		)
		.option('--json', 'print the findings as JSON')
		.addHelpText('after', examples('doctor', 'doctor --json'))
		.action(doctor);
}

async function doctor({ json }: { json?: boolean }): Promise<void> {
	const { formatFindings } = await import('../doctor/finding.js');
	const { machineFindings } = await import('../doctor/machine.js');
	const { tensorflowFindings } = await import('../doctor/tensorflow.js');
	const { projectFindings } = await import('../doctor/project.js');
	const { withTask } = await import('../progressLine.js');
	const check = async () => [...machineFindings(), ...(await tensorflowFindings()), ...(await projectFindings())];
	const findings = await withTask('Checking', check);
	console.log(json ? JSON.stringify(findings, null, '\t') : formatFindings(findings));
	if (findings.some(({ state }) => state === 'fault')) process.exitCode = 1;
}
