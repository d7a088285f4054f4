/** The seven emotions of FER2013, in the order of its labels 0 to 6 (Goodfellow et al. 2013, arXiv:1307.0414). */
export const EMOTIONS = ['angry', 'disgust', 'fear', 'happy', 'sad', 'surprise', 'neutral'] as const;

/** One of the seven emotion names. */
export type Emotion = (typeof EMOTIONS)[number];

/** A colour for each emotion, by label; told apart also by people with the common colour-vision deficiencies. */
export const EMOTION_COLORS = ['#d55e00', '#009e73', '#7b3fa0', '#e6a800', '#0072b2', '#e377a8', '#7f7f7f'] as const;
