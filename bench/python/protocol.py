"""The worker's end of the protocol in ../workers/protocol.ts, in Python."""

import json
import sys
import time


def tell(value):
    print("bench " + json.dumps(value), flush=True)


def serve(prepare):
    """Runs a worker; prepare takes the options and returns its info and the function of a repetition."""
    info, repeat = prepare(json.loads(sys.argv[1]))
    tell(info)
    for _ in sys.stdin:
        tell(repeat())


def seconds_of(work, *arguments):
    start = time.perf_counter()
    work(*arguments)
    return time.perf_counter() - start
