import type { Backend } from '../config';
import { tf, WEBGPU_BACKEND } from './tf';

/**
 * Chooses what computes from now on: networks, data and trainings. `openRun` does so by the setting `backend`.
 * @param name `tensorflow`, or `webgpu` for a graphics card.
 * @throws {GraphicsError} If no graphics card can be used; the message says what to install.
 * @example
 * ```ts
 * await fer.useBackend('tensorflow');
 * fer.tf.getBackend(); // 'tensorflow'
 * ```
 */
export async function useBackend(name: Backend): Promise<void> {
	// Loaded only then: it is large, and few need it.
	if (name === WEBGPU_BACKEND) await (await import('./webgpu/device.js')).registerWebgpu();
	await tf.setBackend(name);
}
