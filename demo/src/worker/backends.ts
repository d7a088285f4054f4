import * as tf from '@tensorflow/tfjs';
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm';

/** A backend of tfjs. */
interface Backend {
	/** Name in tfjs. */
	readonly name: string;
	readonly title: string;
	/** Returns whether this browser has it. */
	isThere(): Promise<boolean>;
	/** Fetches its files. @param site URL of the page's folder. */
	prepare?(site: string): Promise<void>;
}

/** A backend for the visitor to choose. */
export interface BackendOption {
	readonly name: string;
	readonly title: string;
	readonly isThere: boolean;
	/** Whether it is the default. */
	readonly isFirst: boolean;
}

/** The part of WebGPU that is used; this version of TypeScript has no types for it. */
interface Gpu {
	requestAdapter(): Promise<object | null>;
}

const BACKENDS: readonly Backend[] = [
	{ name: 'webgl', title: 'Graphics card (WebGL)', isThere: async () => Boolean(graphics()) },
	{
		name: 'webgpu',
		title: 'Graphics card (WebGPU)',
		isThere: async () => Boolean(await (navigator as { gpu?: Gpu }).gpu?.requestAdapter().catch(() => null)),
		// Loaded on demand: a quarter of a megabyte that few need.
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

/** Names of software renderers, which are slower than WebAssembly. */
const SOFTWARE = /swiftshader|llvmpipe|software|basic render/i;

/** Returns the name of WebGL's renderer; undefined without WebGL. */
function graphics(): string | undefined {
	const context = new OffscreenCanvas(1, 1).getContext('webgl2');
	if (!context) return undefined;
	const about = context.getExtension('WEBGL_debug_renderer_info');
	const name = String(context.getParameter(about?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER));
	// Browsers limit the number of contexts.
	context.getExtension('WEBGL_lose_context')?.loseContext();
	return name;
}

/** Lists all backends. The default is WebGL if there is a graphics card, and else WebAssembly. */
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
 * Switches tfjs to a backend.
 * @param site URL of the page's folder.
 * @throws {Error} If it does not start.
 */
export async function useBackend(name: string, site: string): Promise<void> {
	await BACKENDS.find((backend) => backend.name === name)?.prepare?.(site);
	// tfjs returns false or throws.
	if (!(await tf.setBackend(name).catch(() => false))) throw new Error(`${name} does not start`);
	await tf.ready();
}
