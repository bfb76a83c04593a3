#!/usr/bin/env python3
"""Writes tests/data/samples: one small MLP (10 -> 5 -> 3) in every format that rill opens.

All hold the same weights, so x.npy gives y.npy with each of them. Run once with TensorFlow and
Keras 3, then once with TF_USE_LEGACY_KERAS=1 and tf-keras for the Keras 2 formats:

    python tools/make_samples.py
    TF_USE_LEGACY_KERAS=1 python tools/make_samples.py
"""
import os
import pathlib
import shutil

import numpy as np
import tensorflow as tf

OUT = pathlib.Path(__file__).resolve().parent.parent / "tests" / "data" / "samples"
KERAS2 = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
v1 = tf.compat.v1

RNG = np.random.default_rng(1)
W1 = RNG.uniform(-0.7, 0.7, (10, 5)).astype(np.float32)
B1 = RNG.uniform(-0.2, 0.2, 5).astype(np.float32)
W2 = RNG.uniform(-0.7, 0.7, (5, 3)).astype(np.float32)
B2 = RNG.uniform(-0.2, 0.2, 3).astype(np.float32)
X = RNG.uniform(-1, 1, (2, 10)).astype(np.float32)


def numpy_mlp(x):
    z = np.maximum(x @ W1 + B1, 0) @ W2 + B2
    e = np.exp(z - z.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


def fresh(name):
    path = OUT / name
    if path.is_dir():
        shutil.rmtree(path)
    elif path.exists():
        path.unlink()
    return str(path)


def same(what, y):
    np.testing.assert_allclose(y, np.load(OUT / "y.npy"), atol=1e-6, err_msg=what)


def drop_fingerprint(folder):
    path = pathlib.Path(folder) / "fingerprint.pb"
    if path.exists():
        path.unlink()
    assets = pathlib.Path(folder) / "assets"
    if assets.is_dir() and not any(assets.iterdir()):
        assets.rmdir()


def graph_files():
    """Everything of TensorFlow 1: v1 variables, v1 control."""

    def variable(name, value):
        return v1.get_variable(name, initializer=tf.constant(value), use_resource=False)

    with tf.Graph().as_default() as graph, v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 10], name="input")
        hidden = tf.nn.relu(
            v1.nn.xw_plus_b(x, variable("hidden/kernel", W1), variable("hidden/bias", B1)),
            name="hidden/relu")
        logits = v1.nn.xw_plus_b(hidden, variable("probs/kernel", W2), variable("probs/bias", B2))
        y = tf.nn.softmax(logits, name="output")
        session.run(v1.global_variables_initializer())
        np.save(OUT / "y.npy", session.run(y, {x: X}))
        same("numpy", numpy_mlp(X))

        frozen = v1.graph_util.convert_variables_to_constants(session, graph.as_graph_def(),
                                                              ["output"])
        (OUT / "frozen.pb").write_bytes(frozen.SerializeToString(deterministic=True))
        v1.train.write_graph(frozen, str(OUT), "frozen.pbtxt", as_text=True)
        v1.train.write_graph(graph, str(OUT), "unfrozen.pb", as_text=False)
        for name, version in (("checkpoint_v1", v1.train.SaverDef.V1),
                              ("checkpoint_v2", v1.train.SaverDef.V2)):
            folder = fresh(name)
            os.makedirs(folder)
            saver = v1.train.Saver(write_version=version, save_relative_paths=True)
            saver.save(session, folder + "/model.ckpt")
        folder = fresh("saved_model_tf1")
        v1.saved_model.simple_save(session, folder, {"x": x}, {"y": y})
        drop_fingerprint(folder)


class Mlp(tf.Module):
    def __init__(self):
        super().__init__()
        self.w1, self.b1 = tf.Variable(W1), tf.Variable(B1)
        self.w2, self.b2 = tf.Variable(W2), tf.Variable(B2)

    @tf.function(input_signature=[tf.TensorSpec([None, 10], tf.float32, name="x")])
    def __call__(self, x):
        hidden = tf.nn.relu(x @ self.w1 + self.b1)
        return {"y": tf.nn.softmax(hidden @ self.w2 + self.b2)}


def module():
    folder = fresh("saved_model_tf2")
    model = Mlp()
    same("tf.Module", model(tf.constant(X))["y"].numpy())
    tf.saved_model.save(model, folder, signatures=model.__call__)
    drop_fingerprint(folder)


def keras_files(keras, generation):
    model = keras.Sequential([
        keras.Input((10,), name="x"),
        keras.layers.Dense(5, activation="relu", name="hidden"),
        keras.layers.Dense(3, activation="softmax", name="probs"),
    ], name="mlp")
    model.set_weights([W1, B1, W2, B2])
    same(generation, model.predict(X, verbose=0))
    model.save(fresh(generation + ".h5"))
    model.save(fresh(generation + ".keras"))
    folder = fresh("saved_model_" + generation)
    if KERAS2:
        model.save(folder, save_format="tf")
    else:
        model.export(folder, verbose=False)
    drop_fingerprint(folder)


def main():
    OUT.mkdir(parents=True, exist_ok=True)
    if KERAS2:
        import tf_keras
        keras_files(tf_keras, "keras2")
        return
    np.save(OUT / "x.npy", X)
    graph_files()
    module()
    import keras
    keras_files(keras, "keras3")


if __name__ == "__main__":
    main()
