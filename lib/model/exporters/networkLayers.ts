import { tf } from '../../tensorflow/tf';
import { layerSteps } from '../layerSteps';

/** A tensor of a layer, in tfjs's layout. */
export interface Weight {
	/** What it is to its layer: `kernel`, `bias`, `gamma`. */
	readonly role: string;
	readonly shape: readonly number[];
	readonly values: Float32Array;
}

/** A layer of a network for inference, as it is written into a file of another format. */
export interface NetworkLayer {
	readonly name: string;
	/** Class of the layer: `Conv2D`. */
	readonly kind: string;
	/** Its settings as model.json has them, in Keras's names. */
	readonly config: Readonly<Record<string, unknown>>;
	/** Names of the layers that it reads. */
	readonly inputs: readonly string[];
	/** Shapes of its inputs and its output, `[height, width, channels]` or `[features]`: without the batch. */
	readonly inputShapes: readonly (readonly number[])[];
	readonly shape: readonly number[];
	readonly weights: readonly Weight[];
	/** Whether its weights may be rounded to fewer bits: those that resize the image may not. */
	readonly rounds: boolean;
}

/** The output of a layer. */
type Source = Pick<NetworkLayer, 'name' | 'shape'>;

/**
 * Lists the layers of a model in the order in which they run, those of models inside it too, without dropout. The first is
 * the input. The order is also that of Keras, which numbers the weights in its files by it.
 * @param model One input and one output; every layer is called once.
 */
export function networkLayers(model: tf.LayersModel): NetworkLayer[] {
	const [input] = model.inputs;
	const source = { name: input.sourceLayer.name, shape: input.shape.slice(1) as number[] };
	const config = configsOf(model.toJSON(null, false) as unknown as Topology);
	const first: NetworkLayer = {
		...source,
		kind: 'InputLayer',
		config: {},
		inputs: [],
		inputShapes: [],
		weights: [],
		rounds: false,
	};
	const all = [first];
	// Outside the classifier of an exported model are the layers that prepare the image.
	collect(model, source, { config, all, rounds: !model.layers.some((layer) => layer instanceof tf.LayersModel) });
	return all;
}

interface Topology {
	readonly config: { readonly layers: readonly LayerEntry[] };
}
interface LayerEntry extends Topology {
	readonly config: { readonly name: string; readonly layers: readonly LayerEntry[] };
}

/** The settings of all layers by name. */
function configsOf({ config }: Topology, all: Record<string, object> = {}): Record<string, object> {
	for (const layer of config.layers) {
		if (layer.config.layers) configsOf(layer, all);
		else all[layer.config.name] = layer.config;
	}
	return all;
}

interface Collected {
	readonly config: Readonly<Record<string, object>>;
	readonly all: NetworkLayer[];
	readonly rounds: boolean;
}

/** Adds the layers of a model that reads `input`; returns where its output comes from. */
function collect(model: tf.LayersModel, input: Source, collected: Collected): Source {
	const steps = layerSteps(model);
	const sources = new Map<tf.layers.Layer, Source>([[steps[0].inputs[0], input]]);
	for (const { layer, inputs } of steps) {
		const given = inputs.map((each) => sources.get(each) as Source);
		const kind = layer.getClassName();
		if (layer instanceof tf.LayersModel) sources.set(layer, collect(layer, given[0], { ...collected, rounds: true }));
		else if (kind === 'Dropout') sources.set(layer, given[0]);
		else {
			const shapes = given.map(({ shape }) => [null, ...shape]);
			const shape = layer.computeOutputShape(shapes.length === 1 ? shapes[0] : shapes).slice(1) as number[];
			sources.set(layer, { name: layer.name, shape });
			collected.all.push({
				name: layer.name,
				kind,
				config: collected.config[layer.name] as NetworkLayer['config'],
				inputs: given.map(({ name }) => name),
				inputShapes: given.map((each) => each.shape),
				shape,
				weights: layer.weights.map(weightOf),
				rounds: collected.rounds,
			});
		}
	}
	return sources.get(model.outputs[0].sourceLayer) as Source;
}

function weightOf(variable: tf.LayerVariable): Weight {
	const tensor = variable.read();
	// `stem_conv/kernel`; the number that tfjs adds to a name that is taken is not in this one.
	const role = variable.originalName.slice(variable.originalName.lastIndexOf('/') + 1);
	return { role, shape: tensor.shape, values: tensor.dataSync<'float32'>() };
}
