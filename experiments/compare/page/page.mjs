// @ts-check
// Measures one library in the page: loading, the first answer, then one face at a time. Faces are PNG files as data URLs.
const WARM_UP = 5;

/** The page's server has each library in a folder of its own. @param {string} address */
const load = (address) => import(address);

/** @type {Record<string, (backend: string, load: object) => Promise<(canvas: HTMLCanvasElement) => Promise<unknown>>>} */
const LIBRARIES = {
	'fer-emotion-model': async (backend, options) => {
		const tf = await load('/tfjs/tf.fesm.min.js');
		if (backend === 'wasm') (await load('/wasm/tf-backend-wasm.fesm.min.js')).setWasmPaths('/wasm/');
		await tf.setBackend(backend);
		const { loadEmotionModel } = await load('/package/browser.js');
		const model = await loadEmotionModel(options);
		return (canvas) => model.predict(canvas);
	},
	'@vladmandic/face-api': async (backend) => {
		const api = await load('/face-api/dist/face-api.esm.js');
		if (backend === 'wasm') api.tf.setWasmPaths('/wasm/');
		await api.tf.setBackend(backend);
		await api.tf.ready();
		await api.nets.faceExpressionNet.loadFromUri('/face-api/model');
		return (canvas) => api.nets.faceExpressionNet.predictExpressions(canvas);
	},
	// Its emotion network alone, preprocessed as human does: its own call would detect the face first.
	'@vladmandic/human': async (backend) => {
		const { Human } = await load('/human/dist/human.esm.js');
		const human = new Human({ backend, modelBasePath: '/human/models/', wasmPath: '/wasm/', debug: false });
		const { tf } = human;
		if (backend === 'wasm') tf.setWasmPaths('/wasm/');
		await tf.setBackend(backend);
		await tf.ready();
		const model = await tf.loadGraphModel('/human/models/emotion.json');
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

/** @param {string} name @param {{backend: string, load: object, faces: string[], repetitions: number}} options */
async function measure(name, options) {
	const faces = await Promise.all(options.faces.map(drawFace));
	const start = performance.now();
	const predict = await LIBRARIES[name](options.backend, options.load);
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
}

Reflect.set(globalThis, 'measure', measure);
