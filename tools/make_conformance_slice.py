#!/usr/bin/env python3
"""Copies a small slice of the conformance packs into the tree, for the tests to stand on.

    make_conformance_slice.py PACKS tests/data/conformance [--size BYTES]

PACKS holds packs made with real TensorFlow (cases.json, inputs.npz, expected.npz, graphs.npz and
files). Of each pack one case an op is taken, the smallest, as long as it is smaller than --size.
"""
import argparse
import json
import os
import shutil
import zipfile


def members(path):
    if not os.path.exists(path):
        return {}
    with zipfile.ZipFile(path) as z:
        return {i.filename: i.file_size for i in z.infolist()}


def keys_of(case):
    inputs, expected = [], []
    for step in case.get("steps", []):
        inputs += [f["key"] + ".npy" for f in step["feeds"] if "key" in f]
        expected += [f["key"] + ".npy" for f in step["fetches"] if "key" in f]
    return inputs, expected


def folder_size(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(d, f)) for d, _, fs in os.walk(path) for f in fs)


def files_of(pack, case):
    """Files of the artefact, relative to the pack."""
    a = case.get("artefact") or {}
    out = []
    for field in ("file", "architecture", "dir"):
        if isinstance(a.get(field), str) and os.path.exists(os.path.join(pack, a[field])):
            out.append(a[field])
    for field in ("prefix", "checkpoint"):
        if isinstance(a.get(field), str):
            folder, base = os.path.split(a[field])
            where = os.path.join(pack, folder)
            if os.path.isdir(where):
                out += [os.path.join(folder, f) for f in os.listdir(where) if f.startswith(base) or f == "checkpoint"]
    return out


def copy_npz(source, target, names):
    names = sorted(set(names))
    if not names or not os.path.exists(source):
        return
    with zipfile.ZipFile(source) as z, zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as out:
        have = set(z.namelist())
        for n in names:
            if n in have:
                out.writestr(zipfile.ZipInfo(n, (1980, 1, 1, 0, 0, 0)), z.read(n))


def not_passed(report):
    """Names in the output of `rill-conformance --judge`: "FAILED NAME: why", "unsupported NAME: why"."""
    if not report:
        return set()
    with open(report) as f:
        return {line.split()[1].rstrip(":") for line in f if line.startswith(("FAILED ", "unsupported "))}


def slice_pack(pack, target, limit, skip):
    with open(os.path.join(pack, "cases.json")) as f:
        doc = json.load(f)
    sizes = {n: members(os.path.join(pack, n + ".npz")) for n in ("inputs", "expected", "graphs")}

    def size(case):
        i, e = keys_of(case)
        total = sum(sizes["inputs"].get(k, 0) for k in i) + sum(sizes["expected"].get(k, 0) for k in e)
        key = (case.get("artefact") or {}).get("key")
        total += sizes["graphs"].get(str(key) + ".npy", 0)
        return total + sum(folder_size(os.path.join(pack, f)) for f in files_of(pack, case)) + len(json.dumps(case))

    best = {}
    for case in doc["cases"]:
        if case["name"] in skip:
            continue
        s = size(case)
        k = (case.get("op"), case.get("kind"))
        if s <= limit and (k not in best or s < best[k][0]):
            best[k] = (s, case)
    cases = [c for c in doc["cases"] if any(c is b for _, b in best.values())]
    if not cases:
        return 0
    os.makedirs(target, exist_ok=True)
    names = {"inputs": [], "expected": [], "graphs": []}
    for case in cases:
        i, e = keys_of(case)
        names["inputs"] += i
        names["expected"] += e
        names["graphs"].append(str((case.get("artefact") or {}).get("key")) + ".npy")
        for f in files_of(pack, case):
            to = os.path.join(target, f)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            if os.path.isdir(os.path.join(pack, f)):
                shutil.copytree(os.path.join(pack, f), to, dirs_exist_ok=True)
            else:
                shutil.copyfile(os.path.join(pack, f), to)
    for n, keys in names.items():
        copy_npz(os.path.join(pack, n + ".npz"), os.path.join(target, n + ".npz"), keys)
    doc["cases"] = cases
    with open(os.path.join(target, "cases.json"), "w") as f:
        json.dump(doc, f, separators=(",", ":"))
    return len(cases)


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("packs")
    p.add_argument("target")
    p.add_argument("--size", type=int, default=12000)
    p.add_argument("--only", default="", help="packs whose path holds one of these, comma separated")
    p.add_argument("--skip", help="output of rill-conformance --judge: leave out what did not pass")
    a = p.parse_args()
    skip = not_passed(a.skip)
    shutil.rmtree(a.target, ignore_errors=True)
    total = 0
    for d, dirs, files in os.walk(a.packs):
        dirs.sort()
        rel = os.path.relpath(d, a.packs)
        if "cases.json" in files and any(o in rel for o in a.only.split(",")):
            total += slice_pack(d, os.path.join(a.target, rel), a.size, skip)
    for d, _, files in os.walk(a.target):
        for f in files:
            os.chmod(os.path.join(d, f), 0o644)
        os.chmod(d, 0o755)
    print(total, "cases,", folder_size(a.target), "bytes")


if __name__ == "__main__":
    main()
