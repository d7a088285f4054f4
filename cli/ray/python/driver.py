"""What the programs on Ray share: their job, their messages, and the connection to Ray."""

import json
import os
import signal
import sys
import threading

# `ray start` protects a cluster by a token where there is one; its drivers must then be asked for it before Ray is loaded.
_TOKEN = os.path.expanduser(os.environ.get("RAY_AUTH_TOKEN_PATH", "~/.ray/auth_token"))
if "RAY_AUTH_TOKEN" in os.environ or os.path.exists(_TOKEN):
    os.environ.setdefault("RAY_AUTH_MODE", "token")

import ray

# The pipe to the program that started this one holds messages alone; whatever else is printed goes to the log.
_messages = os.fdopen(os.dup(1), "w", buffering=1)
os.dup2(2, 1)
_lock = threading.Lock()


def send(event, **fields):
    """Sends a message, a line of JSON."""
    with _lock:
        print(json.dumps({"event": event, **fields}), file=_messages, flush=True)


def read_job(on_message=None):
    """Reads the job, a line of JSON on standard input. From then on this process ends when that is closed.

    Further lines go to `on_message`, in another thread.
    """
    # Ctrl-C reaches all programs of a terminal; the one that started this one decides.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    job = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_starter, args=[on_message], daemon=True).start()
    return job


def _end_with_starter(on_message):
    for line in sys.stdin:
        on_message(json.loads(line))
    # As Ray handles it, so that it ends the processes that it started.
    os.kill(os.getpid(), signal.SIGTERM)


def fail(message):
    """Ends this process with a sentence for the user."""
    send("problem", message=message)
    ray.shutdown()
    sys.exit(1)


def connect(address, cores, store_megabytes=100):
    """Connects to a cluster, or starts Ray with so many cores on this machine if the address is empty."""
    try:
        if address:
            ray.init(address=address, log_to_driver=False)
        else:
            store = store_megabytes * 1024 * 1024
            local = {"address": "local", "num_cpus": cores, "object_store_memory": store}
            ray.init(**local, include_dashboard=False, log_to_driver=False)
    except Exception as error:  # Ray raises its own classes, Python's and gRPC's.
        where = f"the Ray cluster at {address}" if address else "Ray on this machine"
        fail(f"Cannot use {where}: {_shorten(error)}")


def _shorten(error):
    """The first and the last line of an error: what failed, and mostly why."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()] or [type(error).__name__]
    return " ".join(dict.fromkeys([lines[0], lines[-1]]))
