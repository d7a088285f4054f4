import { modelFolder } from '../projectFolder';
import { type Finding, findingOf } from './finding';

const SET_UP = 'npm run setup';

/** Checks that TensorFlow loads and computes, where it runs, and whether the project's kernels are in it. */
export async function tensorflowFindings(): Promise<Finding[]> {
	const tensorflow = await findingOf('TensorFlow', SET_UP, async () => {
		const { tf } = await import('../../lib/tensorflow/tf.js');
		const { nativeLibrary } = await import('../../lib/tensorflow/native.js');
		const sum = tf.tidy(
			() =>
				tf
					.ones([2, 2])
					.matMul(tf.ones([2, 2]))
					.sum()
					.dataSync()[0],
		);
		if (sum !== 8) throw new Error(`a matrix product is wrong: expected a sum of 8 but received ${sum}`);
		return `${nativeLibrary().version} by tfjs ${tf.version.tfjs}`;
	});
	if (tensorflow.state === 'fault') return [tensorflow];
	return [tensorflow, await kernelsFinding(), await speedFinding(), await cardFinding(), await webgpuFinding()];
}

/** Says whether TensorFlow computes on a graphics card. */
async function cardFinding(): Promise<Finding> {
	const { execa } = await import('execa');
	const { nativeLibrary } = await import('../../lib/tensorflow/native.js');
	const query = ['--query-gpu=name,memory.total', '--format=csv,noheader'];
	const { stdout = '', exitCode } = await execa('nvidia-smi', query, { stdin: 'ignore', reject: false });
	const card = exitCode === 0 ? stdout.trim().split('\n')[0] : '';
	const name = 'Graphics card';
	if (nativeLibrary().onCard) return { name, state: 'ok', found: `${card || 'found'}; TensorFlow computes on it` };
	const found = `${card || 'no NVIDIA card'}; TensorFlow computes on the processor`;
	return { name, state: 'absent', found, ...(card && { remedy: 'npm run setup -- --gpu (CUDA; not tested)' }) };
}

/** Says whether the backend `webgpu` finds a graphics card. */
async function webgpuFinding(): Promise<Finding> {
	const { probeWebgpu } = await import('../../lib/tensorflow/webgpu/adapter.js');
	const found = await probeWebgpu();
	const name = 'WebGPU';
	if (found.available) return { name, state: 'ok', found: `${found.adapter}; --backend webgpu computes on it` };
	return { name, state: 'absent', found: found.reason };
}

async function kernelsFinding(): Promise<Finding> {
	const { hasOwnOps, nativeLibrary } = await import('../../lib/tensorflow/native.js');
	const name = 'C++ kernels';
	if (hasOwnOps()) return { name, state: 'ok', found: 'compiled in' };
	const others = "TensorFlow's own ops run instead";
	if (nativeLibrary().onCard) return { name, state: 'absent', found: `for the processor alone; on the card ${others}` };
	return { name, state: 'fault', found: `missing; ${others}, more slowly`, remedy: SET_UP };
}

/** Measures how fast the default model reads faces. */
function speedFinding(): Promise<Finding> {
	const [batchSize, batches] = [16, 4];
	return findingOf('Speed', 'git checkout models', async () => {
		const { readStoredModel } = await import('../../lib/runs/storedModel.js');
		const { tf, valuesOf } = await import('../../lib/tensorflow/tf.js');
		const { model, about } = await readStoredModel(modelFolder());
		const [, ...shape] = model.inputs[0].shape as number[];
		const faces = tf.fill([batchSize, ...shape], 128);
		const read = () => valuesOf(() => model.predict(faces) as ReturnType<typeof tf.scalar>);
		read();
		const start = performance.now();
		for (let i = 0; i < batches; i++) read();
		const seconds = (performance.now() - start) / 1000;
		faces.dispose();
		model.dispose();
		return `${Math.round((batchSize * batches) / seconds)} faces/s (${about.backbone}, ${about.imageSize} px)`;
	});
}
