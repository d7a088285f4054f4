// What the package exports besides `loadEmotionModel`, in Node and in browsers.

export type { Box } from '../../lib/data/rawImage.js';
export type { AttentionMap } from '../../lib/evaluation/attention/attentionMap.js';
export { boxFrom, type Detections, type Detector } from './boxFrom.js';
export type { Emotion } from './emotion.js';
export type { EmotionModel, EmotionPrediction, PredictAllOptions, PredictOptions } from './emotionModel.js';
export type { ImageSource, PixelImage } from './imagePixels.js';
export type { LoadEmotionModel, LoadOptions, WeightBits } from './loadOptions.js';
export type { Network } from './network.js';
export type { PixelTensor, PixelValues } from './pixelValues.js';
