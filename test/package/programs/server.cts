// Compiled, not run: as server.mts, where it compiles to CommonJS.
import fer = require('fer-emotion-model');

export async function happiness(pixels: Float32Array): Promise<number> {
	const model = await fer.loadEmotionModel();
	// @ts-expect-error: an address is no image.
	await model.predict('face.jpg');
	return (await model.predict({ pixels, width: 48, height: 48 })).probabilities.happy;
}
