import { isSameRecording, type Recording, record } from './recorder';
import { hasTapes, Tape } from './tape';
import { tf } from './tf';

/** Most shapes of inputs whose recordings are kept, those used last; they may hold large constants. */
const MOST_SHAPES = 8;

/**
 * A computation that runs again and again on inputs of few shapes, with a list of TensorFlow ops that never changes: a
 * training step, or a forward pass. For each shape its ops are recorded twice; if both recordings are the same, further
 * runs replay them in one call, with the same results to the last bit. Otherwise it runs as it is.
 */
export class RecordedComputation {
	private readonly states = new Map<string, Recording | Tape | 'differs'>();

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

	private keep(key: string, state: Recording | Tape | 'differs'): void {
		// The map lists its keys in the order in which they were set.
		this.states.delete(key);
		this.states.set(key, state);
		const [oldest] = this.states.keys();
		if (this.states.size > MOST_SHAPES) this.states.delete(oldest);
	}
}

function nextState(first: Recording | undefined, second: Recording | undefined): Recording | Tape | 'differs' {
	if (!second) return 'differs';
	if (!first) return second;
	return isSameRecording(first, second) ? new Tape(second) : 'differs';
}
