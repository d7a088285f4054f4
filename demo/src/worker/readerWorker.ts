import { expose } from 'comlink';
import { FaceReader } from './faceReader.js';

expose(new FaceReader());
