import { isSameRecording, type Recording, record } from './recorder';
import { hasTapes, Tape } from './tape';
import { tf } from './tf';

/** Most shapes of inputs whose recordings are kept, those used last; they may hold large constants. */
const MOST_SHAPES = 8;

/** Recordings after which a computation counts as one that cannot be replayed; tfjs may do something only once. */
const MOST_RECORDINGS = 3;

/** What is known of one shape: recordings so far, or their tape, or that they differ. */
type State = { readonly recording: Recording; readonly count: number } | Tape | 'differs';

/**
 * A computation that runs again and again on inputs of few shapes, with a list of TensorFlow ops that never changes: a
 * training step, or a forward pass. For each shape its ops are recorded until two recordings are the same; further
 * runs replay them in one call, with the same results to the last bit. Otherwise it runs as it is.
 */
export class RecordedComputation {
	private readonly states = new Map<string, State>();

	/**
	 * @param compute Returns its results. It reads nothing else that changes, except through `fed`, and changes nothing else.
	 * @param variables Those that it may assign.
	 */
	constructor(
		private readonly compute: (inputs: tf.Tensor[]) => tf.Tensor[],
		private readonly variables: readonly tf.Variable[] = [],
	) {}

	/** Whether recording was possible for all shapes so far. */
	get isRecorded(): boolean {
		return hasTapes() && ![...this.states.values()].includes('differs');
	}

	/** Runs the computation; the caller disposes the results, and keeps the inputs. */
	run(inputs: tf.Tensor[]): tf.Tensor[] {
		const key = inputs.map(({ shape, dtype }) => `${dtype} ${shape}`).join('; ');
		const state = this.states.get(key);
		if (!hasTapes() || state === 'differs') return tf.tidy(() => this.compute(inputs));
		if (state instanceof Tape) {
			this.keep(key, state);
			return state.replay(inputs, this.variables);
		}
		const { results, recording } = record(this.compute, inputs, this.variables);
		this.keep(key, nextState(state, recording));
		return results;
	}

	private keep(key: string, state: State): void {
		// The map lists its keys in the order in which they were set.
		this.states.delete(key);
		this.states.set(key, state);
		const [oldest] = this.states.keys();
		if (this.states.size > MOST_SHAPES) this.states.delete(oldest);
	}
}

function nextState(before: Exclude<State, Tape | 'differs'> | undefined, recording: Recording | undefined): State {
	if (!recording) return 'differs';
	if (before && isSameRecording(before.recording, recording)) return new Tape(recording);
	const count = (before?.count ?? 0) + 1;
	return count < MOST_RECORDINGS ? { recording, count } : 'differs';
}
