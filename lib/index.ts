// Data sets
export { EMOTIONS } from './emotions';
export { type Dataset, faceAt, makeDataset, subset } from './data/dataset';
export type { Pixels } from './data/pixels';
export { openDataset } from './data/openDataset';
export { readFaces } from './data/readers/readFaces';
export { sampleFaces } from './data/sampleFaces/sampleFaces';
export { type Split, splitDataset } from './data/split';
export { auditDataset, auditTable } from './data/audit';
export { countByPart, tabulateDataset } from './data/table';

// Settings
export type { Config, PartialConfig } from './config';
export { createConfig, PROFILES } from './profiles';
export { settingsTable } from './settings';

// Augmentation
export { augment } from './augmentation/augment';
export { VIEWS } from './augmentation/views';

// Networks
export { BACKBONES } from './model/backbones/registry';
export { type Classifier, createClassifier } from './model/classifier';
export { summarizeClassifier } from './model/summarizeClassifier';
export { classifierOf, exportModel } from './model/exportModel';
export { loadModel, saveModel } from './model/modelFile';

// Training
export { describeRun, openRun, type Run } from './training/run';
export { trainHead } from './training/trainHead';
export { fineTune } from './training/fineTune';
export { calibrate } from './evaluation/calibration';

// Evaluation
export { predict, predictViews } from './evaluation/predict';
export { evaluate, evaluateOn } from './evaluation/evaluate';
export { classificationReport } from './evaluation/metrics';
export { formatReport } from './evaluation/formatReport';
export { bootstrapIntervals, mcNemar } from './evaluation/statistics';
export { explain } from './evaluation/attention/explain';

// Results and figures of a run
export { type Results, readResults, testRun } from './runs/results';
export { type Metrics, readMetrics } from './evaluation/storedMetrics';
export { evaluateStored, readStoredModel } from './runs/storedModel';
export { summarizeData } from './runs/storedFaces';
export { formatScores, historyTable, summarizeHistory } from './runs/reportText';
export { drawRunFigures } from './runs/runFigures';
export type { Figure } from './figures/figure';
export { toPng, writePng } from './figures/rendering/export';

// Photos
export { decodePhoto } from './data/photo';
export { cropFace } from './photos/faceCrop';
export { openRecognizer, type Recognizer } from './photos/recognizer';
export { annotatedPhoto } from './figures/annotatedPhoto';

// Several data sets
export { countCrossData, openCrossData } from './runs/crossDataset/openCrossData';
export { type CrossStudy, collectCross, trainAndTest } from './runs/crossDataset/crossStudy';
export type { CrossSet } from './runs/crossDataset/crossSets';
export { crossFigures } from './runs/crossDataset/crossFigures';
export { type CrossRow, formatCross, readCross, writeCross } from './runs/crossDataset/crossResults';

// Notebooks, and what everything uses
export { openNotebook } from './notebook';
export { createRandom } from './random';
export type { OnProgress } from './progress';
export { DataError } from './errors';
export { useBackend } from './tensorflow/backend';
export { probeWebgpu } from './tensorflow/webgpu/adapter';
export { tf } from './tensorflow/tf';
