"""Reads photos on Ray. After the job, each line of standard input is a shard, a list of photos; null is the last line.

The results of each shard leave as a message, in the order of the shards. A shard is a task of Ray and no call of an actor:
Ray gives a task whose process or machine is gone to any other, and uses machines that join later.
"""

import os
import queue
import sys
import threading

import ray
from driver import connect, fail, read_job, send
from photo_worker import WorkerFailed, not_read
from ray.exceptions import RayError, RayTaskError

# A shard is begun anew so often if the process or machine that reads it is gone.
RETRIES = 2
# Shards that Ray knows of, as multiples of those that are read at a time: the others wait in the pipe.
AHEAD = 4
FOLDER = os.path.dirname(os.path.abspath(__file__))


def read_shard(folder, settings, photos):
    """Runs in the processes of Ray, which stay from shard to shard."""
    if folder not in sys.path:
        sys.path.append(folder)
    from photo_worker import read_photos

    return read_photos(settings, photos)


def main():
    # A shard that waits here keeps the others in the pipe.
    shards = queue.Queue(maxsize=1)
    job = read_job(shards.put)
    connect(job["address"], job["localCores"])
    cores = job["cores"]
    places = sum(int(node["Resources"].get("CPU", 0)) // cores for node in ray.nodes() if node["Alive"])
    if places == 0:
        fail(f"Expected a machine with {cores} cores for --cores but Ray has none.")
    task = ray.remote(num_cpus=cores, max_retries=RETRIES)(read_shard)

    def begin(photos):
        return photos, task.remote(FOLDER, job["worker"], photos)

    begun = queue.Queue(maxsize=AHEAD * places)

    def begin_all():
        for photos in iter(shards.get, None):
            begun.put(begin(photos))
        begun.put(None)

    threading.Thread(target=begin_all, daemon=True).start()
    try:
        for shard in iter(begun.get, None):
            send("results", results=results_of(shard, begin))
    except WorkerFailed as error:
        fail(str(getattr(error, "cause", error)))
    ray.shutdown()


def results_of(shard, begin):
    """Waits for the results of a shard, in the order of its photos."""
    photos, reference = shard
    try:
        return ray.get(reference)
    except RayTaskError:
        raise
    except RayError as error:
        if len(photos) == 1:
            return [not_read(photos[0], f"It ended the processes that read it ({type(error).__name__}).")]
        # One photo may have ended them all: each gets its own task.
        alone = [begin([photo]) for photo in photos]
        return [result for each in alone for result in results_of(each, begin)]


if __name__ == "__main__":
    main()
