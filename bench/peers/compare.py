"""rill beside other libraries on the same files, interleaved, in one run on one machine.

    python3 bench/peers/compare.py --worker build/bench/bin/rill_worker --peers PEERS_FOLDER resnet50 ...

Names that begin with train_ are training steps (train_mlp, train_cnn, train_resnet20, train_lstm):
rill_train_worker, which lies beside the worker, runs beside bench_train_tf.py and
bench_train_torch.py. PEERS_FOLDER holds the peers' workers (bench_tf.py, bench_openvino.py, ...), workloads.py and
models/ with meta.json; every worker announces on its first line what it can run and then obeys
"RUN variant batch seconds most" on standard input. Idle workers are stopped, so that spinning pools
do not disturb the one being timed. Prints the minimum and the median in microseconds, best first,
and the ratio of rill to the best peer. With --clock cpu the processor time of all threads of the
worker counts, one mean a turn: for a machine on which others work too.
"""
import argparse
import json
import os
import signal
import statistics
import subprocess
import sys
import time

TRAINING = {"train_mlp": [128], "train_cnn": [64], "train_resnet20": [64], "train_lstm": [32]}


class Worker:
    def __init__(self, name, command, folder, threads):
        environment = dict(os.environ, OMP_NUM_THREADS=str(threads), MKL_NUM_THREADS=str(threads),
                           RILL_THREADS=str(threads))
        self.name = name
        self.process = subprocess.Popen(command, cwd=folder, stdin=subprocess.PIPE, text=True,
                                        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
                                        env=environment)
        line = self.process.stdout.readline()
        self.info = json.loads(line) if line else {"ready": [], "errors": {"*": "died at start"}}
        cores = sorted(os.sched_getaffinity(0))
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            try:
                os.sched_setaffinity(int(task), cores[-threads:])
            except OSError:
                pass
        self.process.send_signal(signal.SIGSTOP)

    def ask(self, line):
        self.process.send_signal(signal.SIGCONT)
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        return json.loads(answer) if answer else {"err": "died"}

    def processor_ns(self):
        total = 0
        for task in os.listdir(f"/proc/{self.process.pid}/task"):
            with open(f"/proc/{self.process.pid}/task/{task}/schedstat", encoding="ascii") as file:
                total += int(file.read().split()[0])
        return total

    def run(self, variant, batch, seconds, clock):
        busy, begin = self.processor_ns(), time.monotonic_ns()
        answer = self.ask(f"RUN {variant} {batch} {seconds} 4000")
        share = (self.processor_ns() - busy) / (time.monotonic_ns() - begin)
        self.process.send_signal(signal.SIGSTOP)
        # The first call after a pause is cold.
        ns = answer.get("ns", [])[1:]
        return ns if clock == "wall" or not ns else [statistics.mean(ns) * share]

    def quit(self):
        try:
            memory = self.ask("QUIT").get("peak_rss_mb")
            self.process.wait(20)
            return memory
        except (OSError, subprocess.TimeoutExpired):
            self.process.kill()
            return None


def start(options, name, threads, batches, meta):
    joined = ",".join(map(str, batches))
    models = os.path.join(options.peers, "models")
    ends = meta.get(name, {})
    command = [os.path.abspath(options.worker), models, name, joined, str(threads),
               ends.get("inp", "x:0"), ends.get("out", "y:0")]
    training = name.startswith("train_")
    if training:
        command = [os.path.join(os.path.dirname(command[0]), "rill_train_worker"), name,
                   str(threads)]
    workers = [Worker("rill", command, options.peers, threads)]
    for peer in filter(None, options.with_peers.split(",")):
        label, _, python = peer.partition("=")
        script = f"bench_{'train_' if training else ''}{label}.py"
        workers.append(Worker(label, [python or sys.executable, script, name, "--threads",
                                      str(threads), "--batches", joined], options.peers, threads))
    return workers


def compare(options, name, threads, workloads, meta):
    batches = TRAINING.get(name) or workloads[name]["batches"]
    workers = start(options, name, threads, batches, meta)
    times = {}
    for _ in range(options.rounds):
        for worker in workers:
            for variant, batch in worker.info["ready"]:
                times.setdefault((batch, variant), []).extend(
                    worker.run(variant, batch, options.budget, options.clock))
    memory = {worker.name: worker.quit() for worker in workers}
    for worker in workers:
        for key, error in worker.info.get("errors", {}).items():
            print(f"  {name} {worker.name} {key}: {error[:200]}")
    for batch in batches:
        rows = sorted((min(ns) / 1e3, statistics.median(ns) / 1e3, variant)
                      for (b, variant), ns in times.items() if b == batch and ns)
        print(f"{name} batch {batch}, {threads} threads: " +
              "  ".join(f"{v} {low:.4g}/{mid:.4g}" for low, mid, v in rows))
        ours = [r[0] for r in rows if r[2].startswith("rill")]
        theirs = [r[0] for r in rows if not r[2].startswith("rill")]
        if ours and theirs:
            print(f"  rill takes {min(ours) / min(theirs):.2f} of the best peer's time")
    print("  peak memory, MB: " + ", ".join(f"{k} {v}" for k, v in memory.items()), flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*")
    parser.add_argument("--worker", required=True, help="the rill_worker program")
    parser.add_argument("--peers", required=True, help="the folder of the peers' workers")
    parser.add_argument("--with", dest="with_peers", default="",
                        help="label=python,...: which of bench_<label>.py, with which interpreter")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--budget", type=float, default=0.12, help="seconds a turn")
    parser.add_argument("--clock", choices=["wall", "cpu"], default="wall")
    options = parser.parse_args()
    options.peers = os.path.abspath(options.peers)
    sys.path.insert(0, options.peers)
    from workloads import W
    path = os.path.join(options.peers, "models", "meta.json")
    meta = json.load(open(path, encoding="utf-8")) if os.path.exists(path) else {}
    for name in options.names or list(W):
        for threads in map(int, options.threads.split(",")):
            compare(options, name, threads, W, meta)


if __name__ == "__main__":
    main()
