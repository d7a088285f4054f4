import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** Something that tfjs can compute with. */
interface Backend {
	/** Its name in tfjs. */
	readonly name: string;
	readonly title: string;
	/** Whether this browser has it. */
	isThere(): Promise<boolean>;
	/** Fetches what it needs. @param site The address of the page's folder. */
	prepare?(site: string): Promise<void>;
}

/** What a visitor may choose. */
export interface BackendOption {
	readonly name: string;
	readonly title: string;
	readonly isThere: boolean;
	/** Whether it is the one to begin with. */
	readonly isFirst: boolean;
}

/** The part of WebGPU that is used; TypeScript's own types have it only from later versions on. */
interface Gpu {
	requestAdapter(): Promise<object | null>;
}

const BACKENDS: readonly Backend[] = [
	{ name: 'webgl', title: 'Graphics card (WebGL)', isThere: async () => Boolean(graphics()) },
	{
		name: 'webgpu',
		title: 'Graphics card (WebGPU)',
		isThere: async () => Boolean(await (navigator as { gpu?: Gpu }).gpu?.requestAdapter().catch(() => null)),
		// A quarter of a megabyte that few need.
		prepare: async () => void (await import('@tensorflow/tfjs-backend-webgpu')),
	},
	{
		name: 'wasm',
		title: 'Processor (WebAssembly)',
		isThere: async () => typeof WebAssembly === 'object',
		prepare: async (site) => setWasmPaths(new URL('wasm/', site).href),
	},
	{ name: 'cpu', title: 'Processor (JavaScript, slow)', isThere: async () => true },
];

/** What draws where a graphics card is missing: the processor, and slower than WebAssembly does. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/** The name of what WebGL draws with; undefined where there is no WebGL. */
function graphics(): string | undefined {
	const context = new OffscreenCanvas(1, 1).getContext('webgl2');
	if (!context) return undefined;
	const about = context.getExtension('WEBGL_debug_renderer_info');
	const name = String(context.getParameter(about?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
	// Browsers keep few contexts at a time.
	context.getExtension('WEBGL_lose_context')?.loseContext();
	return name;
}

/** Lists all backends. The one to begin with is WebGL where a graphics card does the work, and else WebAssembly. */
export async function listBackends(): Promise<BackendOption[]> {
	const card = graphics();
	const first = card && !SOFTWARE.test(card) ? 'webgl' : 'wasm';
	return Promise.all(
		BACKENDS.map(async ({ name, title, isThere }) => ({
			name,
			title,
			isThere: await isThere(),
			isFirst: name === first,
		})),
	);
}

/**
 * Lets tfjs compute with a backend from now on.
 * @param site The address of the page's folder.
 * @throws {Error} If the browser does not have it after all.
 */
export async function useBackend(name: string, site: string): Promise<void> {
	await BACKENDS.find((backend) => backend.name === name)?.prepare?.(site);
	// tfjs says no in either of two ways.
	if (!(await tf.setBackend(name).catch(() => false))) throw new Error(`${name} does not start`);
	await tf.ready();
}
