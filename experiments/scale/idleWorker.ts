import { createInterface } from 'node:readline';
import { EMOTIONS } from '../../lib/emotions';

// Answers as cli/photos/worker.ts does, but reads nothing: what remains is the work of Ray and of `fer predict` itself.

const face = {
	box: { left: 123.456789, top: 98.7654321, width: 110.1234567, height: 110.1234567 },
	detection: 0.987654321,
	emotion: EMOTIONS[0],
	probabilities: EMOTIONS.map((_, i) => 1 / (i + 3.456789)),
};

async function main(): Promise<void> {
	const send = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
	send({ ready: true });
	for await (const line of createInterface({ input: process.stdin })) {
		send({ file: JSON.parse(line).file, status: 'face', faces: [face] });
	}
}

if (require.main === module) void main();
