import { connect } from 'node:net';
import { printable } from '../../lib/errors';
import { Problem } from '../problem';

/** Seconds for the first answer; Ray's own attempts last for minutes. */
const ANSWER_SECONDS = 10;

/** Splits the address of a Ray cluster, `HOST:PORT` of a node or `ray://HOST:PORT`; undefined for another text. */
function hostAndPort(address: string): { host: string; port: number } | undefined {
	const [, bracketed, name, digits] =
		/^(?:ray:\/\/)?(?:\[([\da-f:.]+)\]|([^\s:/[\]]+)):(\d{1,5})$/i.exec(address) ?? [];
	const port = Number(digits);
	return port >= 1 && port <= 65_535 ? { host: bracketed ?? name, port } : undefined;
}

/**
 * Checks that something answers at the address of a Ray cluster.
 * @throws {Problem} If it is no such address, or nothing answers within ten seconds.
 */
export async function checkAddress(address: string, option = '--on'): Promise<void> {
	const place = hostAndPort(address);
	if (!place) {
		const expected = 'ray://HOST:PORT or HOST:PORT';
		throw new Problem(printable(`Expected ${expected} for ${option} but received ${JSON.stringify(address)}.`));
	}
	const reason = await new Promise<string | undefined>((resolve) => {
		const socket = connect({ ...place, timeout: ANSWER_SECONDS * 1000 });
		const end = (result?: string) => {
			socket.destroy();
			resolve(result);
		};
		socket.once('connect', () => end());
		socket.once('timeout', () => end('no answer'));
		socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? error.message));
	});
	if (reason === undefined) return;
	const remedy = 'Start a cluster with `.venv-ray/bin/ray start --head`, or leave the option away to use this machine.';
	throw new Problem(`Expected a Ray cluster at ${address} for ${option} but received ${reason}. ${remedy}`);
}
