import { tf, WEBGPU_BACKEND } from '../tf';
import { findAdapter } from './adapter';
import './batchNormalization';
import './batchNormalizationGradient';
import { forgetProblem, hasProblem, lostDevice, reportedError, reportProblem } from './deviceProblem';
import './flatten';
import './networkInput';
import './optimizer';

/** Limits of the card that are asked for in full: WebGPU's own are those of the weakest phones. */
const LIMITS = [
	'maxBufferSize',
	'maxComputeInvocationsPerWorkgroup',
	'maxComputeWorkgroupSizeX',
	'maxComputeWorkgroupsPerDimension',
	'maxComputeWorkgroupStorageSize',
	'maxStorageBufferBindingSize',
] as const;

let isRegistered = false;

/**
 * Registers tfjs's WebGPU backend on a graphics card, with the kernels of this folder. Later calls do nothing, unless the
 * card failed: tensors on it are lost then, and new ones need a device of their own.
 * @throws {GraphicsError} If there is no card that can be used.
 */
export async function registerWebgpu(): Promise<void> {
	if (isRegistered && !hasProblem()) return;
	const { gpu, adapter } = await findAdapter();
	// Before `navigator.gpu` is set: else the package registers a backend of its own, whose failures nobody sees.
	const { WebGPUBackend } = await import('@tensorflow/tfjs-backend-webgpu');
	offer(gpu);
	const device = await open(adapter);
	if (isRegistered) tf.removeBackend(WEBGPU_BACKEND);
	tf.registerBackend(WEBGPU_BACKEND, () => new WebGPUBackend(device, adapter.info), 0);
	isRegistered = true;
}

/** Sets `navigator.gpu`, by which tfjs recognizes that there is WebGPU; Node 20 has no `navigator`. */
function offer(gpu: GPU): void {
	const holder = globalThis as { navigator?: object };
	if (!holder.navigator) {
		const userAgent = `Node.js/${process.versions.node.split('.')[0]}`;
		Object.defineProperty(holder, 'navigator', { value: { userAgent }, configurable: true, writable: true });
	}
	Object.defineProperty(holder.navigator, 'gpu', { value: gpu, configurable: true });
}

async function open(adapter: GPUAdapter): Promise<GPUDevice> {
	const requiredLimits = Object.fromEntries(LIMITS.map((limit) => [limit, adapter.limits[limit]]));
	const device = await adapter.requestDevice({ requiredLimits });
	forgetProblem();
	void device.lost.then(({ message }) => reportProblem(lostDevice(message)));
	device.addEventListener('uncapturederror', (event) => {
		const { error } = event as GPUUncapturedErrorEvent;
		// Else Dawn prints it.
		event.preventDefault();
		reportProblem(reportedError({ name: error.constructor.name, message: error.message }));
	});
	return device;
}
