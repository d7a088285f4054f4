"""Runs an ONNX file on images in ONNX Runtime: run_onnx.py FILE PIXELS OUTPUT

PIXELS holds float32; so does OUTPUT, with the probabilities. Prints how many images each batch had, then the versions.
"""

import json
import sys

import numpy
import onnxruntime

BATCH = 64

file, pixels, output = sys.argv[1:]
session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
_, *shape = session.get_inputs()[0].shape
images = numpy.fromfile(pixels, numpy.float32).reshape(-1, *shape)
answers = []
for start in range(0, len(images), BATCH):
    batch = images[start : start + BATCH]
    answers.append(session.run(["probabilities"], {"pixels": batch})[0])
    print(f"images {len(batch)}", flush=True)
numpy.concatenate(answers).tofile(output)
versions = {"onnxruntime": onnxruntime.__version__, "numpy": numpy.__version__, "python": sys.version.split()[0]}
print("versions " + json.dumps(versions), flush=True)
