// @ts-check
// Measures one library in the page: from its loading to the first answer, then one face at a time.
const WARM_UP = 5;

/**
 * @typedef {(canvas: HTMLCanvasElement) => Promise<unknown>} Predict
 * @typedef {{backend: string, files: Record<string, string>, faces: string[], repetitions: number}} Options
 *   `files`: where the page's server has the libraries; `faces`: PNG files as data addresses.
 */

/** @type {Record<string, (options: Options) => Promise<Predict>>} */
const LIBRARIES = {
	'fer-emotion-model': async ({ backend, files }) => {
		const tf = await import(files.tfjs);
		if (backend === 'wasm') {
			const wasm = await import(`${files.wasm}/tf-backend-wasm.fesm.min.js`);
			wasm.setWasmPaths(`${files.wasm}/`);
		}
		await tf.setBackend(backend);
		const { loadEmotionModel } = await import(files.package);
		const model = await loadEmotionModel();
		return (canvas) => model.predict(canvas);
	},
	'@vladmandic/face-api': async ({ backend, files }) => {
		const api = await import(`${files.faceApi}/dist/face-api.esm.js`);
		if (backend === 'wasm') api.tf.setWasmPaths(`${files.wasm}/`);
		await api.tf.setBackend(backend);
		await api.tf.ready();
		await api.nets.faceExpressionNet.loadFromUri(`${files.faceApi}/model`);
		return (canvas) => api.nets.faceExpressionNet.predictExpressions(canvas);
	},
	// Its emotion network alone, fed as human feeds it: its own call would find the face first.
	'@vladmandic/human': async ({ backend, files }) => {
		const { Human } = await import(`${files.human}/dist/human.esm.js`);
		const human = new Human({
			backend,
			modelBasePath: `${files.human}/models/`,
			wasmPath: `${files.wasm}/`,
			debug: false,
		});
		const { tf } = human;
		if (backend === 'wasm') tf.setWasmPaths(`${files.wasm}/`);
		await tf.setBackend(backend);
		await tf.ready();
		const model = await tf.loadGraphModel(`${files.human}/models/emotion.json`);
		const side = model.inputs[0].shape[1];
		return async (canvas) => {
			const output = tf.tidy(() => {
				const pixels = tf.div(tf.expandDims(tf.browser.fromPixels(canvas), 0), 255);
				const grey = tf.sum(tf.mul(tf.image.resizeBilinear(pixels, [side, side]), [0.2989, 0.587, 0.114]), 3, true);
				return model.execute(tf.mul(tf.sub(grey, 0.5), 2));
			});
			const values = await output.data();
			output.dispose();
			return values;
		};
	},
};

/** @param {string} address */
async function drawFace(address) {
	const image = new Image();
	image.src = address;
	await image.decode();
	const canvas = document.createElement('canvas');
	[canvas.width, canvas.height] = [image.width, image.height];
	canvas.getContext('2d', { willReadFrequently: true })?.drawImage(image, 0, 0);
	return canvas;
}

Reflect.set(globalThis, 'measure', async (/** @type {string} */ name, /** @type {Options} */ options) => {
	const faces = await Promise.all(options.faces.map(drawFace));
	const start = performance.now();
	const predict = await LIBRARIES[name](options);
	const loaded = performance.now();
	await predict(faces[0]);
	const first = performance.now();
	const milliseconds = [];
	for (let i = 0; i < WARM_UP + options.repetitions; i++) {
		const before = performance.now();
		await predict(faces[i % faces.length]);
		if (i >= WARM_UP) milliseconds.push(performance.now() - before);
	}
	return { loading: loaded - start, first: first - loaded, milliseconds };
});
