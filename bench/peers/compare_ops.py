"""Single ops on large tensors: rill beside torch, interleaved, in one run on one machine.

    python3 bench/peers/compare_ops.py --worker build/bench/bin/rill_ops_worker --python PYTHON [NAME]

PYTHON has torch. NAME: only ops whose names contain it. Prints the least time of each in
microseconds and the ratio, worst first.
"""
import argparse
import os

from compare import Worker


def least(worker, name, options):
    """Of one turn, of the layouts that the worker has, in nanoseconds."""
    variants = [v for v, _ in worker.info["ready"] if v.split("@")[0] == name]
    times = [t for v in variants for t in worker.run(v, 1, options.budget, "wall")]
    return min(times, default=None)


def compare(workers, name, options):
    best = {}
    for _ in range(options.rounds):
        for worker in workers:
            ns = least(worker, name, options)
            if ns is not None:
                best[worker.name] = min(ns, best.get(worker.name, ns))
    return best


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("name", nargs="?", default="")
    parser.add_argument("--worker", required=True, help="the rill_ops_worker program")
    parser.add_argument("--python", required=True, help="an interpreter that has torch")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--budget", type=float, default=0.15, help="seconds a turn")
    options = parser.parse_args()
    here = os.path.dirname(os.path.abspath(__file__))
    workers = [Worker("rill", [os.path.abspath(options.worker)], here, options.threads),
               Worker("torch", [options.python, "torch_ops.py"], here, options.threads)]
    rows = []
    for name, _ in workers[0].info["ready"]:
        if options.name not in name:
            continue
        best = compare(workers, name, options)
        if len(best) == 2:
            rows.append((best["rill"] / best["torch"], name, best))
    for ratio, name, best in sorted(rows, reverse=True):
        print(f"{name:28} rill {best['rill'] / 1e3:10.1f}  torch {best['torch'] / 1e3:10.1f}"
              f"  ratio {ratio:.2f}")
    for worker in workers:
        for name, error in worker.info.get("errors", {}).items():
            print(f"  {worker.name} {name}: {error[:200]}")
        worker.quit()


if __name__ == "__main__":
    main()
