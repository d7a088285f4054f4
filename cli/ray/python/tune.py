"""Runs a sweep with Ray Tune: Optuna proposes settings, ASHA stops weak trials, and each trial is a process `fer train`."""

import json
import os
import subprocess
import time

import ray
from ray import tune
from ray.tune.schedulers import ASHAScheduler, FIFOScheduler
from ray.tune.search.optuna import OptunaSearch
from ray.util.queue import Empty, Queue

import driver

# The actor to which the sweep, which may run on another node, sends its messages.
MESSAGES = "fer-tune-messages"
# Exit codes of `fer train` after SIGHUP, SIGINT and SIGTERM.
STOPPED = (129, 130, 143)


class Trial(tune.Trainable):
    """A process `fer train`; each step is an epoch of its phase 2. It resumes by itself from the folder of its run."""

    def setup(self, config, job):
        self.job = job
        self.start(config)

    def reset_config(self, new_config):
        self.cleanup()
        self.start(new_config)
        return True

    def start(self, config):
        self.epoch, self.accuracy = 0, 0.0
        path = os.path.join(self.job["folder"], self.trial_name)
        wait_for_release(f"{path}.lock")
        self.log = os.path.join(self.job["folder"], "logs", f"{self.trial_name}.log")
        program, *options = self.job["command"]
        settings = [part for each in assignments(config) for part in ("--set", each)]
        command = [program if os.path.exists(program) else "node", *options, "--name", self.trial_name, *settings]
        with open(self.log, "w") as log:
            streams = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": log}
            threads = {"TF_NUM_INTRAOP_THREADS": str(self.job["cores"])}
            env = {**os.environ, **self.job["environment"], **threads}
            self.process = subprocess.Popen(command, cwd=self.job["project"], env=env, text=True, **streams)

    def step(self):
        for line in self.process.stdout:
            message = json.loads(line)
            if message.pop("event") == "epoch" and message.pop("phase") == 2:
                self.epoch = message["epoch"]
                # That of the network which is kept.
                self.accuracy = max(self.accuracy, message["validationAccuracy"])
                return self.result(record=message)
        code = self.process.wait()
        if code == 0:
            return self.result(done=True, finished=True)
        if code < 0 or code in STOPPED:
            raise RuntimeError(f"fer train ended with {code}")
        # The worst value, so that Optuna leaves the place.
        self.accuracy = 0.0
        return self.result(done=True, failed=last_line(self.log))

    def result(self, **fields):
        return {"epoch": self.epoch, "best_accuracy": self.accuracy, **fields}

    def cleanup(self):
        if self.process.poll() is None:
            self.process.terminate()
        try:
            # It ends after its current step, with a checkpoint.
            self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.process.stdout.close()


def wait_for_release(lock, seconds=10):
    """Waits for the process of a lost worker, which ends when it writes to its closed pipe."""
    end = time.monotonic() + seconds
    while os.path.exists(lock) and time.monotonic() < end:
        time.sleep(0.1)
    # If its whole machine is gone, it releases nothing.
    try:
        with open(lock) as file:
            host = json.load(file)["host"]
    except (OSError, ValueError, KeyError):
        return
    alive = {node["NodeManagerHostname"]: node["Alive"] for node in sorted(ray.nodes(), key=lambda node: node["Alive"])}
    if alive.get(host) is False:
        os.remove(lock)


def last_line(path):
    with open(path) as file:
        lines = file.read().strip().splitlines()
    return lines[-1] if lines else "fer train failed without a message"


def assignments(config):
    """The settings of a trial as `fer train --set` takes them."""

    def text(value):
        # Six digits are enough for any setting.
        return value if isinstance(value, str) else json.dumps(float(f"{value:.6g}") if isinstance(value, float) else value)

    return [f"{name}={text(value)}" for name, value in config.items()]


def space_of(dimensions):
    def domain(choices=None, min=None, max=None, log=False, integer=False):
        if choices is not None:
            return tune.choice(choices)
        if integer:
            # Without its upper end.
            return tune.lograndint(min, max + 1) if log else tune.randint(min, max + 1)
        return tune.loguniform(min, max) if log else tune.uniform(min, max)

    return {name: domain(**each) for name, each in dimensions.items()}


class Reporter(tune.Callback):
    """Sends what happens to trials; saves the scheduler, which Tune itself does not."""

    def __init__(self, scheduler, path):
        self.scheduler, self.path = scheduler, path

    def send(self, event, trial, **fields):
        message = {"event": event, "trial": str(trial), **fields}
        ray.get(ray.get_actor(MESSAGES).put.remote(message))

    def on_trial_start(self, iteration, trials, trial, **info):
        self.send("start", trial, settings=assignments(trial.config))

    def on_trial_result(self, iteration, trials, trial, result, **info):
        if "record" in result:
            self.send("epoch", trial, record=result["record"])
        if "failed" in result:
            self.send("failed", trial, reason=result["failed"])
        if isinstance(self.scheduler, ASHAScheduler):
            self.scheduler.save(f"{self.path}.part")
            os.replace(f"{self.path}.part", self.path)

    def on_trial_complete(self, iteration, trials, trial, **info):
        result = trial.last_result
        if "failed" not in result:
            self.send("finished" if "finished" in result else "stopped", trial)

    def on_trial_error(self, iteration, trials, trial, **info):
        self.send("failed", trial, reason="its process was lost too often")

    def on_trial_recover(self, iteration, trials, trial, **info):
        self.send("recovered", trial)


def scheduler_of(job):
    epochs = job["epochs"]
    if epochs < 2:
        return FIFOScheduler()
    # A trial in its last epoch is not stopped: it would save nothing but its scores.
    halving = {"max_t": epochs - 1, "grace_period": job["grace"], "reduction_factor": job["reduction"]}
    return ASHAScheduler(time_attr="epoch", metric="best_accuracy", mode="max", stop_last_trials=False, **halving)


@ray.remote(num_cpus=0, max_retries=0)
def sweep(job):
    """Runs on a node of the cluster, so that Ray's client sees the same as a driver on a node."""
    os.environ.update(TUNE_DISABLE_AUTO_CALLBACK_LOGGERS="1", TUNE_GLOBAL_CHECKPOINT_S="2")
    state = os.path.join(job["folder"], "ray-asha.pkl")
    scheduler = scheduler_of(job)
    if os.path.exists(state):
        scheduler.restore(state)
    search = OptunaSearch(
        OptunaSearch.convert_search_space(space_of(job["space"])), metric="best_accuracy", mode="max", seed=job["seed"]
    )
    tune.run(
        tune.with_parameters(Trial, job=job),
        name="ray",
        storage_path=job["folder"],
        num_samples=job["trials"],
        search_alg=search,
        scheduler=scheduler,
        resources_per_trial={"cpu": job["cores"], "gpu": job["gpus"]},
        # A trial whose process was killed goes on elsewhere.
        max_failures=3,
        reuse_actors=True,
        raise_on_failed_trial=False,
        trial_name_creator=lambda trial: f"trial-{int(trial.experiment_tag.split('_')[0]):03d}",
        callbacks=[Reporter(scheduler, state)],
        resume="AUTO",
        verbose=0,
    )


def main():
    job = driver.read_job()
    driver.connect(job["address"], job["machineCores"])
    messages = Queue(actor_options={"num_cpus": 0, "name": MESSAGES})
    running = sweep.remote(job)
    driver.send("connected", cores=ray.cluster_resources().get("CPU", 0))
    is_done = False
    while not is_done:
        is_done = bool(ray.wait([running], timeout=0)[0])
        try:
            # What came before the end, too.
            while message := messages.get(timeout=0.5):
                driver.send(**message)
        except Empty:
            pass
    ray.get(running)


if __name__ == "__main__":
    main()
