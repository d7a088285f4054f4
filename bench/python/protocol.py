"""The worker's end of what ../harness.mjs speaks, for the peers written in Python."""

import json
import sys
import time


def tell(value):
    print("bench " + json.dumps(value), flush=True)


def serve(prepare):
    """Prepares a worker, then runs one repetition for each line on standard input.

    prepare takes the options and returns what the worker says when it is ready, and the function of a repetition.
    """
    info, repeat = prepare(json.loads(sys.argv[1]))
    tell(info)
    for _ in sys.stdin:
        tell(repeat())


def seconds_of(work, *arguments):
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start
