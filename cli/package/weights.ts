import { copyFileSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { saveModel } from '../../lib/model/modelFile';
import type { Places } from '../demo/assets';
import { loadFaceModel } from '../faceModel';

/** Bits of each weight in the two models that the package ships. */
export const WEIGHT_BITS = [16, 8] as const;

/**
 * Stores a trained model once for each number of bits, in folders named by it.
 * @returns Bytes of the weights, by bits.
 * @throws {Problem} If there is no model, or it does not take FER2013's faces.
 */
export async function storeWeights({ modelFolder, folder }: Places): Promise<Record<number, number>> {
	const model = await loadFaceModel(modelFolder, 'npx fer package');
	const metrics = join(modelFolder, 'metrics.json');
	try {
		const bytes: Record<number, number> = {};
		for (const bits of WEIGHT_BITS) {
			const place = join(folder, String(bits));
			bytes[bits] = await saveModel(model, place, { bits });
			// With its metrics, `fer evaluate` accepts the folder and shows what the bits cost.
			if (existsSync(metrics)) copyFileSync(metrics, join(place, 'metrics.json'));
		}
		return bytes;
	} finally {
		model.dispose();
	}
}
