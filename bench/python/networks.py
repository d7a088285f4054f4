"""The architectures and settings that all peers share."""

import json
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
