export type { Config, PartialConfig } from './config';
export { auditDataset, auditTable } from './data/audit';
export { type Dataset, faceAt, makeDataset, subset } from './data/dataset';
export { type DataDescription, describeData, formatDescription } from './data/describeData';
export { decodePhoto, encodePng } from './data/image';
export { openDataset } from './data/openDataset';
export { joinDatasets, type Parts, rafDbParts, withParts } from './data/parts';
export type { Box, RawImage } from './data/rawImage';
export { readAffectNet } from './data/readers/affectNet';
export { checkFer2013 } from './data/readers/checkFer2013';
export { type CkPlusOptions, readCkPlus } from './data/readers/ckPlus';
export { readCkPlus48 } from './data/readers/ckPlus48';
export { type ClassFolderOptions, readClassFolders } from './data/readers/classFolders';
export { detectLayout, LAYOUTS, type Layout } from './data/readers/detectLayout';
export type { FaceSet, ImageOptions } from './data/readers/faceSet';
export { type FerPlusFaces, type FerPlusVotes, joinFerPlus, readFerPlusVotes } from './data/readers/ferPlus';
export { type FerPlusLabels, ferPlusLabels } from './data/readers/ferPlusLabels';
export { findFer2013 } from './data/readers/findFer2013';
export { readRafDb } from './data/readers/rafDb';
export { type FoundFaces, type ReadFacesOptions, readFaces } from './data/readers/readFaces';
export { readFer2013 } from './data/readers/readFer2013';
export { sampleFaces, samplePortrait } from './data/sampleFaces/sampleFaces';
export { type Split, splitDataset } from './data/split';
export { countByPart, tabulateDataset } from './data/table';
export { EMOTION_COLORS, EMOTIONS, type Emotion, LABELLINGS, missingEmotions } from './emotions';
export { DataError } from './errors';
export type { AttentionMap } from './evaluation/attention/attentionMap';
export { explain } from './evaluation/attention/explain';
export { layerCam } from './evaluation/attention/layerCam';
export { calibrate, type Temperature } from './evaluation/calibrate';
export { type Evaluation, evaluate, type Trained } from './evaluation/evaluate';
export { type CrossScores, evaluateOn } from './evaluation/evaluateOn';
export { formatReport } from './evaluation/formatReport';
export { classificationReport } from './evaluation/metrics';
export { predict } from './evaluation/predict';
export type { Scores, TestScores } from './evaluation/scores';
export { bootstrapIntervals, mcNemar, pairedBootstrap } from './evaluation/statistics';
export { type Metrics, readMetrics } from './evaluation/storedMetrics';
export { predictViews, VIEWS } from './evaluation/tta';
export { annotatedPhoto } from './figures/annotatedPhoto';
export { describeFigure } from './figures/dataDescription';
export type { Figure } from './figures/figure';
export { toPng, writePng } from './figures/rendering/export';
export { formatSeconds } from './format';
export type { Backbone } from './model/backbones/backbone';
export { BACKBONES, backbone } from './model/backbones/registry';
export { type Classifier, unfreezeFrom } from './model/classifier';
export { type CreateOptions, createClassifier } from './model/createClassifier';
export { classifierOf, exportModel } from './model/exportModel';
export { loadModel, saveModel } from './model/modelFile';
export { type SummaryRow, summarizeClassifier } from './model/summarizeClassifier';
export { type Notebook, openNotebook } from './notebook';
export { type FaceDetector, openDetector, openPhotoDetector } from './photos/detector';
export { type Framing, frame } from './photos/faceApi';
export { cropFace } from './photos/faceCrop';
export { type FaceReading, openRecognizer, type RecognizeOptions, type Recognizer } from './photos/recognizer';
export { createConfig, FULL, PROFILES, type Profile } from './profiles';
export { formatProgress, type OnProgress, type Progress, ProgressMeter } from './progress';
export { createRandom } from './random';
export { CROSS_FIGURES } from './runs/crossDataset/crossFigures';
export {
	CROSS_TRAININGS,
	type CrossResults,
	type CrossRow,
	crossCells,
	formatCross,
	readCross,
	writeCross,
} from './runs/crossDataset/crossResults';
export { type CrossStudy, collectCross, trainAndTest } from './runs/crossDataset/crossStudy';
export { CROSS_SETS, type CrossData, countCrossData, openCrossData } from './runs/crossDataset/openCrossData';
export { type DataSummary, summarizeData } from './runs/dataSummary';
export { publishRun } from './runs/publish';
export { formatScores, historyTable, summarizeHistory } from './runs/reportText';
export {
	collectMetrics,
	type Phases,
	type Results,
	readResults,
	writeModel,
} from './runs/results';
export { drawRunFigures, RUN_FIGURES } from './runs/runFigures';
export { asTrained, readStoredModel, type StoredModel } from './runs/storedModel';
export { testRun } from './runs/testRun';
export { appendTrial } from './runs/trials';
export { tf } from './tensorflow/tf';
export type { EpochRecord } from './training/epochRecord';
export { fineTune } from './training/fineTune';
export { type About, describeRun, openRun, type Run } from './training/run';
export type { Resume } from './training/storedTraining';
export { trainHead } from './training/trainHead';
export type { PhaseResult } from './training/trainPhase';
