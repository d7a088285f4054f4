import type { TestContext } from 'node:test';
import { probeWebgpu } from '../../../lib/tensorflow/webgpu/adapter';

let probe: ReturnType<typeof probeWebgpu> | undefined;

/** Whether there is a graphics card, or a Vulkan driver that stands for one; skips the test otherwise. */
export async function hasCard(t: TestContext): Promise<boolean> {
	probe ??= probeWebgpu();
	const found = await probe;
	if (!found.available) t.skip(found.reason);
	return found.available;
}

/** Whether there is one, and time for what takes a processor that stands for it minutes. */
export async function hasCardAndTime(t: TestContext): Promise<boolean> {
	if (process.env.FER_SLOW_TESTS) return hasCard(t);
	t.skip('takes minutes without a graphics card: FER_SLOW_TESTS=1 runs it');
	return false;
}
