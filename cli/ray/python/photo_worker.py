"""Reads photos in a process of Node that keeps its model loaded. It runs in the processes of Ray and needs no Ray itself."""

import json
import os
import signal
import subprocess

# Attempts at a photo whose process ends before there is a result.
ATTEMPTS = 2

# By their settings: the process of Ray stays from shard to shard, and so does its process of Node.
_workers = {}


class WorkerFailed(Exception):
    """A process that cannot be started; its message is for the user."""


def read_photos(settings, photos):
    """Returns the results of photos, in their order."""
    key = json.dumps(settings)
    worker = _workers.setdefault(key, PhotoWorker(**settings))
    return [worker.read(photo) for photo in photos]


class PhotoWorker:
    """A process of Node, started with the first photo and again after it has ended."""

    def __init__(self, command, env):
        self.command = command
        self.env = env
        self.process = None

    def read(self, photo):
        """Returns the result of a photo; one that ends the process again and again was not read."""
        for _ in range(ATTEMPTS):
            if self.process is None:
                self.start()
            result = self.ask(photo)
            if result is not None:
                return result
            ended = self.end()
        return not_read(photo, f"It ended the process that read it {ATTEMPTS} times, with {ended}.")

    def start(self):
        # Node may be elsewhere on this machine than on that of the command.
        program, *arguments = self.command
        command = [program if os.path.exists(program) else "node", *arguments]
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "encoding": "utf-8", "bufsize": 1}
        try:
            self.process = subprocess.Popen(command, env={**os.environ, **self.env}, **pipes)
        except OSError as error:
            raise WorkerFailed(f"Cannot start {command[0]} on {os.uname().nodename}: {error.strerror}.") from None
        answer = self.answer()
        if answer is None or "problem" in answer:
            ended = self.end()
            why = answer["problem"] if answer else f"A worker on {os.uname().nodename} ended with {ended} while it started."
            raise WorkerFailed(why)

    def ask(self, photo):
        """Sends a photo and waits for the result; None if the process ends instead."""
        try:
            print(json.dumps(photo), file=self.process.stdin)
        except BrokenPipeError:
            return None
        return self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        return json.loads(line) if line.endswith("\n") else None

    def end(self):
        """Waits for the process, and returns how it ended."""
        code = self.process.wait()
        self.process.stdout.close()
        self.process = None
        return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def not_read(photo, why):
    """The result of a photo that was not read."""
    return {"file": photo["file"], "status": "not read", "error": why}
