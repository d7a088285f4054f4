"""ONNX Runtime: prediction with the very network of ours, which wrote the file."""

import numpy as np
import onnxruntime

import peer
from peer import seconds_of


def predict(options):
    """Many faces with the mirrored view; one face at a time."""
    faces, calls, batch_size = options["faces"], options["calls"], options["batchSize"]
    session = onnxruntime.InferenceSession(options["file"], providers=["CPUExecutionProvider"])
    pixels = np.random.default_rng(0).integers(0, 256, (faces, peer.FACE, peer.FACE, 1)).astype(np.float32)

    def run(batch):
        return session.run(None, {"pixels": batch})[0]

    def many():
        for start in range(0, faces, batch_size):
            batch = pixels[start : start + batch_size]
            (run(batch) + run(batch[:, :, ::-1])) / 2

    def one(index):
        run(pixels[index : index + 1])

    def repeat():
        latency = [1000 * seconds_of(one, i % faces) for i in range(calls)]
        return {"figures": {"imagesPerSecond": faces / seconds_of(many)}, "samples": {"latency": latency}}

    many()
    for _ in range(5):
        one(0)
    return {"versions": {"onnxruntime": onnxruntime.__version__}}, repeat


peer.serve(predict)
