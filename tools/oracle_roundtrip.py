#!/usr/bin/env python3
"""Lets real Keras read what rill wrote.

    oracle_roundtrip.py ROOT --rill build/dev/bin/rill-roundtrip [--formats keras,h5] [--only TEXT]

ROOT is a folder of conformance packs (cases.json, inputs.npz, expected.npz). Every Keras model of
its cases is loaded by rill and saved in each format; Keras loads that file, predicts, and must give
the numbers of the case. Weights-only files are loaded into the model of the original file after its
weights were set to other values. The Python that runs this needs Keras 3 (formats keras, h5,
weights, legacy_weights), or tf_keras and TF_USE_LEGACY_KERAS=1 (formats kerask2, h5k2, legacy_weights_k2).
The format export (SavedModel) is read by tf.saved_model.load, by the loader of TensorFlow 1 and, with
Keras 3, by TFSMLayer; frozen and frozen_text are imported into a graph of TensorFlow 1; checkpoint
wants tf_keras. Prints one line a failure and a table; exit code 1 when something failed.
"""
import argparse
import collections
import glob
import json
import os
import subprocess
import sys
import tempfile

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
import numpy as np

LEGACY = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
ENDING = {
    "keras": ".keras",
    "h5": ".h5",
    "h5k2": ".h5",
    "kerask2": ".keras",
    "weights": ".weights.h5",
    "legacy_weights": ".h5",
    "legacy_weights_k2": ".h5",
    "checkpoint": ".ckpt",
    "export": "_sm",
    "saved_model_k2": "_k2sm",
    "frozen": ".pb",
    "frozen_text": ".pbtxt",
}
# Layers that Keras itself cannot read back from its own .h5: Attention (score_mode "dot" becomes the
# function dot), LayerNormalization over several axes (its build shape is lost).
DEFAULT = "kerask2,h5k2,legacy_weights_k2,checkpoint,saved_model_k2" if LEGACY else "keras,h5,weights,legacy_weights,export,frozen"
KERAS_FAULTS = {"h5": ("/Attention/", "/LayerNormalization/LayerNormalization_1_")}


def keras_module():
    if LEGACY:
        import tf_keras

        return tf_keras
    import keras

    return keras


def value(pack, feed):
    if feed["dtype"] == "string":
        import base64

        texts = [base64.b64decode(s["b64"]) if isinstance(s, dict) else s.encode() for s in feed["strings"]]
        array = np.empty(len(texts), object)
        array[:] = texts
        return array.reshape(feed["shape"])
    return pack["inputs"][feed["key"]]


def cases(root, only):
    for path in sorted(glob.glob(os.path.join(root, "**", "cases.json"), recursive=True)):
        folder = os.path.dirname(path)
        pack = {}
        for name in ("inputs", "expected"):
            file = os.path.join(folder, name + ".npz")
            pack[name] = np.load(file) if os.path.exists(file) else {}
        for case in json.load(open(path))["cases"]:
            artefact = case.get("artefact", {})
            if case["kind"] != "keras_predict" or artefact.get("type") not in ("keras", "h5"):
                continue
            if LEGACY != (case.get("flavour", "k3") == "k2"):
                continue
            if case.get("expect") != "ok" or case.get("group") == "custom" or only not in case["name"]:
                continue
            yield folder, pack, case


def close(case, actual, expected):
    if expected.dtype.kind in "SOU" or actual.dtype.kind in "SOU":
        return np.array_equal(actual.astype(str), expected.astype(str))
    if actual.shape != expected.shape:
        return False
    a, e = actual.astype(np.float64), expected.astype(np.float64)
    return bool(np.all((np.abs(a - e) <= case["atol"] + case["rtol"] * np.abs(e)) | (np.isnan(a) & np.isnan(e))))


def flat(outputs):
    if isinstance(outputs, dict):
        return [outputs[key] for key in outputs]
    return list(outputs) if isinstance(outputs, (list, tuple)) else [outputs]


def session_outputs(format, target, feeds, inputs, outputs):
    import tensorflow as tf

    v1 = tf.compat.v1
    with v1.Session(graph=tf.Graph()) as session:
        if format == "export":
            meta = v1.saved_model.load(session, ["serve"], target)
            signature = meta.signature_def["serving_default"]
            names = {key: info.name for key, info in signature.inputs.items()}
            fetches = [signature.outputs[key].name for key in sorted(signature.outputs)]
        else:
            graph = v1.GraphDef()
            if format == "frozen_text":
                from google.protobuf import text_format

                text_format.Parse(open(target).read(), graph)
            else:
                graph.ParseFromString(open(target, "rb").read())
            tf.import_graph_def(graph, name="")
            names = {node.name: node.name + ":0" for node in graph.node if node.op == "Placeholder"}
            fetches = ["Identity:0"] + ["Identity_%d:0" % i for i in range(1, outputs)]
        if len(names) == 1:
            values = {list(names.values())[0]: inputs[0]}
        else:
            values = {names[feed["tensor"].split(":")[0]]: x for feed, x in zip(feeds, inputs)}
        return session.run(fetches, values)


def read_back(keras, case, format, source, target, inputs):
    """One list of outputs for each way in which the file is read."""
    step = case["steps"][0]
    import tensorflow as tf

    # predict() takes no arrays of Python objects
    given = [tf.constant(x) if x.dtype == object else x for x in inputs]
    given = given if len(given) > 1 else given[0]
    if format.startswith("frozen"):
        return [session_outputs(format, target, step["feeds"], inputs, len(step["fetches"]))]
    if format == "export":
        served = [tf.constant(x) for x in inputs]
        served = served if len(served) > 1 else served[0]
        loaded = tf.saved_model.load(target)  # to be held while its function runs
        out = [flat(loaded.serve(served))]
        if len(step["fetches"]) == 1:  # others come in the order of their names
            out.append(session_outputs(format, target, step["feeds"], inputs, len(step["fetches"])))
        if not LEGACY and "string" not in str(served):
            out.append(flat(keras.layers.TFSMLayer(target, call_endpoint="serve")(served)))
        return out
    if "weights" in format or format == "checkpoint":
        model = keras.models.load_model(source, compile=False)
        for weight in model.weights:
            if "float" in str(weight.dtype):
                weight.assign(np.full(weight.shape, 0.125))
        model.load_weights(target)
    else:
        model = keras.models.load_model(target)
    return [flat(model.predict(given, verbose=0, batch_size=64))]


def check(keras, pack, case, format, source, target):
    step = case["steps"][0]
    inputs = [value(pack, feed) for feed in step["feeds"]]
    for way, outputs in enumerate(read_back(keras, case, format, source, target, inputs)):
        if len(outputs) != len(step["fetches"]):
            return "%d outputs instead of %d" % (len(outputs), len(step["fetches"]))
        for fetch, output in zip(step["fetches"], outputs):
            if fetch["dtype"] in ("string", "bfloat16") or case["compare"] != "close":
                continue
            if not close(case, np.asarray(output), pack["expected"][fetch["key"]]):
                return "other numbers at %s (way %d)" % (fetch["key"], way)
    return None


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("root")
    parser.add_argument("--rill", default="build/dev/bin/rill-roundtrip")
    parser.add_argument("--formats", default=DEFAULT)
    parser.add_argument("--only", default="")
    parser.add_argument("--keep", default="")
    arguments = parser.parse_args()
    formats = arguments.formats.split(",")
    work = arguments.keep or tempfile.mkdtemp()
    os.makedirs(work, exist_ok=True)
    jobs = []
    for folder, pack, case in cases(arguments.root, arguments.only):
        source = os.path.join(folder, case["artefact"]["file"])
        for format in formats:
            if any(part in case["name"] for part in KERAS_FAULTS.get(format, ())):
                continue
            jobs.append((pack, case, format, source, os.path.join(work, "%d%s" % (len(jobs), ENDING[format]))))
    lines = "".join("%s\t%s\t%s\n" % job[2:] for job in jobs)
    written = subprocess.run([arguments.rill], input=lines, capture_output=True, text=True).stdout.splitlines()
    if len(written) != len(jobs):
        print("rill stopped after %d of %d files, at %s" % (len(written), len(jobs), jobs[len(written)][3]))
    keras = keras_module()
    count = collections.Counter()
    for job, answer in zip(jobs, written):
        pack, case, format, source, target = job
        problem = None
        if answer != "ok":
            problem = "rill: " + answer
        else:
            try:
                problem = check(keras, pack, case, format, source, target)
            except Exception as error:  # whatever Keras throws is the finding
                problem = "%s: %s" % (type(error).__name__, str(error).replace("\n", " ")[:600])
        count[format, problem is None] += 1
        if problem:
            print("FAIL %s %s %s: %s" % (format, case["name"], target, problem), flush=True)
        keras.backend.clear_session()
    for format in formats:
        print("%-18s %d of %d" % (format, count[format, True], count[format, True] + count[format, False]))
    return 1 if any(not ok for _, ok in count) else 0


if __name__ == "__main__":
    sys.exit(main())
