"""What all peers share: their end of the protocol in ../workers/protocol.ts, the networks and the settings."""

import json
import sys
import time
from pathlib import Path

NETWORKS = json.loads((Path(__file__).parent.parent / "networks.json").read_text())
CLASSES = 7
FACE = 48
LABEL_SMOOTHING = 0.1
LEARNING_RATE = 1e-3
WEIGHT_DECAY = 0.05
CLIP_NORM = 2.0
AVERAGE_DECAY = 0.998
DROPOUT = 0.3


def blocks_of(network):
    """Yields kernel size, strides, expansion and filters of each inverted residual."""
    for blocks, kernel_size, first_strides, expansion, filters in NETWORKS[network]["stages"]:
        for block in range(blocks):
            yield kernel_size, first_strides if block == 0 else 1, expansion, filters


def send(value):
    print("bench " + json.dumps(value), flush=True)


def serve(prepare):
    """Runs a worker; prepare takes the options and returns its info and the function of a repetition."""
    info, repeat = prepare(json.loads(sys.argv[1]))
    send(info)
    for _ in sys.stdin:
        send(repeat())


def seconds_of(work, *arguments):
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start


def training(take_steps, options):
    """Warms up and returns the function of a repetition."""
    take_steps(options["warmUp"])
    steps, images = options["steps"], options["steps"] * options["batchSize"]
    return lambda: {"figures": {"imagesPerSecond": images / seconds_of(take_steps, steps)}}
