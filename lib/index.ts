export { explain } from './attention';
export type { AttentionMap } from './attentionMap';
export { auditDataset, auditTable } from './audit';
export type { Backbone } from './backbones/backbone';
export { BACKBONES, backbone } from './backbones/registry';
export { calibrate, type Temperature } from './calibrate';
export type { EpochRecord } from './callbacks/history';
export { type Config, createConfig, FULL, type PartialConfig, PROFILES, type Profile } from './config';
export { CROSS_SETS, type CrossData, countCrossData, openCrossData } from './crossData';
export { type CrossEvaluation, evaluateOn, joinDatasets, type Parts, rafDbParts, withParts } from './crossDataset';
export { CROSS_FIGURES } from './crossFigures';
export {
	type CrossCell,
	type CrossResults,
	collectCross,
	crossCells,
	formatCross,
	readCross,
	writeCross,
} from './crossResults';
export { CROSS_TRAININGS, type CrossRow, type CrossStudy, trainAndTest } from './crossStudy';
export { type DataSummary, summarizeData } from './dataSummary';
export { type Dataset, faceAt, makeDataset, subset } from './dataset';
export { type DataDescription, describeData, describeFigure, formatDescription } from './describeData';
export { type FaceDetector, openDetector, openPhotoDetector } from './detector';
export { classifierOf, emotionModel } from './emotionModel';
export { EMOTION_COLORS, EMOTIONS, type Emotion, LABELLINGS, missingEmotions } from './emotions';
export { DataError } from './errors';
export { type Evaluation, evaluate, type Trained } from './evaluate';
export { type Framing, frame } from './faceApi';
export { type Box, cropFace, type RawImage } from './faceCrop';
export { type FerPlusLabels, type FerPlusMode, ferPlusLabels } from './ferPlusLabels';
export { annotatedPhoto } from './figures/annotatedPhoto';
export { toPng, writePng } from './figures/export';
export type { Figure } from './figures/figure';
export { fineTune } from './fineTune';
export { type AttentionMaps, gradCam } from './gradCam';
export { type GroupSplitOptions, groupFolds, splitGroups } from './groupSplit';
export { decodePhoto, encodePng } from './image';
export { layerCam } from './layerCam';
export { classificationReport, formatReport } from './metrics';
export { buildClassifier, type Classifier, unfreezeFrom } from './model';
export { loadModel, saveModel } from './modelFile';
export { type Notebook, openNotebook } from './notebook';
export { openDataset } from './openDataset';
export { predict } from './predict';
export { formatProgress, formatSeconds, type OnProgress, type Progress, ProgressMeter } from './progress';
export { publishRun } from './publish';
export { createRandom } from './random';
export { readAffectNet } from './readers/affectNet';
export { checkFer2013 } from './readers/checkFer2013';
export { type CkPlusOptions, readCkPlus } from './readers/ckPlus';
export { readCkPlus48 } from './readers/ckPlus48';
export { type ClassFolderOptions, readClassFolders } from './readers/classFolders';
export { detectLayout, LAYOUTS, type Layout } from './readers/detectLayout';
export type { FaceSet, ImageOptions } from './readers/faceSet';
export { type FerPlusFaces, type FerPlusVotes, joinFerPlus, readFerPlusVotes } from './readers/ferPlus';
export { findFer2013 } from './readers/findFer2013';
export { readRafDb } from './readers/rafDb';
export { type FoundFaces, type ReadFacesOptions, readFaces } from './readers/readFaces';
export { readFer2013 } from './readers/readFer2013';
export { sampleFaces, samplePortrait } from './readers/sampleFaces';
export { type FaceReading, openRecognizer, type RecognizeOptions, type Recognizer } from './recognizer';
export { formatScores, summarizeHistory } from './reportText';
export {
	collectMetrics,
	collectResults,
	type Metrics,
	type Phases,
	type Results,
	readResults,
	writeModel,
	writeResults,
} from './results';
export { type About, describeRun, openRun, type Resume, type Run } from './run';
export { drawRunFigures, RUN_FIGURES } from './runFigures';
export { type Scores, type TestScores, testScores } from './scores';
export { type Split, splitDataset } from './split';
export { bootstrapIntervals, calibration, mcNemar, pairedBootstrap } from './statistics';
export { asTrained, readStoredModel, type StoredModel } from './storedModel';
export { tf } from './tensorflow/tf';
export { type PhaseResult, trainHead } from './trainHead';
export { appendTrial } from './trials';
export { predictViews, VIEWS } from './tta';
export { findPretrained, loadPretrained } from './weights/pretrained';
