"""pandas with NumPy: fer2013.csv to pixels and labels."""

import sys

import numpy as np
import pandas as pd

from peer import seconds_of, serve


def read(file, split):
    """Reads by `str.split`, as notebooks usually do, or by the fastest way in NumPy."""
    table = pd.read_csv(file)
    pixels = np.empty((len(table), 48, 48, 1), np.uint8)
    for index, text in enumerate(table["pixels"]):
        values = np.array(text.split(" "), dtype=np.uint8) if split else np.fromstring(text, dtype=np.uint8, sep=" ")
        pixels[index] = values.reshape(48, 48, 1)
    return pixels, table["emotion"].to_numpy(np.uint8)


def prepare(options):
    versions = {"pandas": pd.__version__, "numpy": np.__version__, "python": sys.version.split()[0]}
    return {"versions": versions}, lambda: {"figures": {"seconds": seconds_of(read, options["file"], options["split"])}}


serve(prepare)
