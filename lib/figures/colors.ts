import { EMOTION_COLORS, EMOTIONS } from '../emotions';

/** Colours of titles, text, secondary text, grid lines and axes. */
export const INK = { title: '#1a1a1a', text: '#333333', faint: '#6b6b6b', grid: '#e6e6e6', axis: '#9a9a9a' } as const;

/** The colour of each part of a dataset, in every figure (Okabe and Ito 2008). */
export const PART_COLORS = { training: '#0072b2', validation: '#d55e00', test: '#009e73' } as const;

/**
 * Returns the colour of an emotion, the same in every figure.
 * @param label Default: the emotion's label in FER2013.
 */
export function emotionColor(emotion: string, label = (EMOTIONS as readonly string[]).indexOf(emotion)): string {
	return EMOTION_COLORS[label] ?? INK.text;
}
