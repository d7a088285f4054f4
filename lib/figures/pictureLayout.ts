import type { Layout, LayoutAxis } from 'plotly.js-dist';
import { encodePng, type ImageShape } from '../data/image';

/** Returns the layout of a picture with invisible axes and the origin at the top left. */
export async function pictureLayout(
	picture: ImageShape & { readonly pixels: Uint8Array },
	size: { readonly width: number; readonly height: number },
	axes = size,
): Promise<Partial<Layout>> {
	const png = await encodePng(picture.pixels, picture);
	const hiddenAxis = (range: [number, number]): Partial<LayoutAxis> => ({ range, visible: false, fixedrange: true });
	return {
		showlegend: false,
		xaxis: hiddenAxis([0, axes.width]),
		yaxis: hiddenAxis([axes.height, 0]),
		images: [
			{
				source: `data:image/png;base64,${png.toString('base64')}`,
				...{ xref: 'x', yref: 'y', x: 0, y: 0, sizex: size.width, sizey: size.height },
				...{ xanchor: 'left', yanchor: 'top', sizing: 'stretch', layer: 'below' },
			},
		],
	};
}
