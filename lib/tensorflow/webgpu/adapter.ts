import { GraphicsError } from '../../errors';

/** The part of the package `webgpu` that is used: Dawn, Chromium's implementation of WebGPU. */
interface Dawn {
	/** Makes `navigator.gpu`; WebGPU works as long as somebody refers to it, and the process does not end before. */
	create(options: string[]): GPU;
	/** The classes and constants of WebGPU, which browsers have as globals. */
	readonly globals: object;
}

/** A graphics card, or what draws in its place, with the WebGPU that found it. */
export interface FoundAdapter {
	readonly gpu: GPU;
	readonly adapter: GPUAdapter;
	/** Its name, and how it is reached: `NVIDIA H100 (Vulkan)`. */
	readonly name: string;
}

const INSTALL = 'npm run setup installs it';
const ON_PROCESSOR = 'the backend tensorflow needs none';

/** Loads Dawn; throws a GraphicsError if the package is missing or has no program for this system. */
async function loadDawn(): Promise<Dawn> {
	try {
		return (await import('webgpu')) as unknown as Dawn;
	} catch (error) {
		const { code, message } = error as NodeJS.ErrnoException;
		const isMissing = code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND';
		if (isMissing && !message.includes('dawn.node')) {
			throw new GraphicsError(`The package webgpu, which reaches graphics cards, is not installed: ${INSTALL}.`);
		}
		const system = `${process.platform}-${process.arch}`;
		const [reason] = message.split('\n');
		throw new GraphicsError(`The package webgpu does not load on ${system} (${reason}): ${ON_PROCESSOR}.`);
	}
}

/** What makes a card visible to WebGPU, by `process.platform`. */
const REMEDIES: Readonly<Record<string, string>> = {
	linux:
		"Install the card's Vulkan driver (Debian and Ubuntu: mesa-vulkan-drivers for AMD and Intel, which also has a slow " +
		"one that needs no card; NVIDIA's own for NVIDIA)",
	win32: "Install the card's current driver, with Direct3D 12",
	darwin: 'Use a Mac with Metal',
};

/**
 * Finds a graphics card.
 * @throws {GraphicsError} If there is none, or the package `webgpu` is missing.
 */
export async function findAdapter(): Promise<FoundAdapter> {
	const { create, globals } = await loadDawn();
	Object.assign(globalThis, globals);
	const gpu = create([]);
	// Dawn throws where there is no driver at all.
	const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' }).catch(() => null);
	if (!adapter) {
		const remedy = REMEDIES[process.platform] ?? 'Install its driver';
		throw new GraphicsError(`WebGPU finds no graphics card. ${remedy}; ${ON_PROCESSOR}.`);
	}
	return { gpu, adapter, name: describe(adapter.info) };
}

function describe({ description, device, vendor }: GPUAdapterInfo): string {
	return description || [vendor, device].filter(Boolean).join(' ') || 'unnamed';
}

/**
 * Says whether a network can run on a graphics card here, by the backend `webgpu`; starts nothing that stays.
 * @returns The card's name, or a sentence on what is missing and what to do.
 * @example
 * ```ts
 * const found = await fer.probeWebgpu();
 * const sentence = found.available ? found.adapter : found.reason; // a card's name, or what to install
 * ```
 */
export async function probeWebgpu(): Promise<
	{ available: true; adapter: string } | { available: false; reason: string }
> {
	try {
		const { name } = await findAdapter();
		return { available: true, adapter: name };
	} catch (error) {
		if (!(error instanceof GraphicsError)) throw error;
		return { available: false, reason: error.message };
	}
}
