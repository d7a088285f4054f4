// The types that the package exports, in Node and in browsers.

export type { Box } from '../../lib/data/rawImage.js';
export type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
export type { Emotion } from './emotion.js';
export type { EmotionModel, EmotionPrediction, PredictOptions } from './emotionModel.js';
export type { ImageSource, PixelImage } from './imagePixels.js';
export type { LoadEmotionModel, LoadOptions, WeightBits } from './loadOptions.js';
export type { PixelTensor, PixelValues } from './pixelValues.js';
