"""pandas with NumPy: fer2013.csv to pixels and labels."""

import sys

import numpy as np
import pandas as pd

from protocol import seconds_of, serve


def by_fromstring(text):
    """The fastest way in NumPy."""
    return np.fromstring(text, dtype=np.uint8, sep=" ")


def by_split(text):
    """The usual way in notebooks."""
    return np.array(text.split(" "), dtype=np.uint8)


def read(file, numbers_of):
    table = pd.read_csv(file)
    pixels = np.empty((len(table), 48, 48, 1), np.uint8)
    for index, text in enumerate(table["pixels"]):
        pixels[index] = numbers_of(text).reshape(48, 48, 1)
    return pixels, table["emotion"].to_numpy(np.uint8)


def prepare(options):
    numbers_of = by_split if options["split"] else by_fromstring
    versions = {"pandas": pd.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    return {"versions": versions}, lambda: {"figures": {"seconds": seconds_of(read, options["file"], numbers_of)}}


serve(prepare)
