"""Small Keras models in every container, with predictions: tests/data/keras/files.

    python make_keras_files.py                             # Keras 3
    TF_USE_LEGACY_KERAS=1 python2k make_keras_files.py     # Keras 2 (tf-keras)
"""
import os
import sys

import numpy as np
import tensorflow as tf

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras", "files")
K2 = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
if K2:
    import tf_keras as keras
else:
    import keras
TAG = "k2" if K2 else "k3"
L = keras.layers


class Twice(L.Layer):
    def call(self, x):
        return x * 2.0


def mlp(custom=False):
    i = L.Input((4,), name="features")
    x = L.Dense(5, activation="relu", name="hidden")(i)
    x = L.BatchNormalization(name="norm")(x)
    if custom:
        x = Twice(name="twice")(x)
    m = keras.Model(i, L.Dense(3, activation="softmax", name="scores")(x), name="mlp")
    rng = np.random.default_rng(7)
    m.set_weights([rng.uniform(0.2, 1.0, w.shape).astype("float32") for w in m.get_weights()])
    m.compile("sgd", "mse")
    return m


def text():
    """A vocabulary that was adapted lies in the archive's assets."""
    words = np.array([["The cat sat."], ["a cat, a dog!"], ["dog dog bird"]], dtype=object)
    v = L.TextVectorization(output_mode="int", output_sequence_length=4, name="words")
    v.adapt(words)
    i = L.Input((1,), dtype="string", name="text")
    m = keras.Model(i, v(i), name="texts")
    m.save(os.path.join(OUT, "text_%s.keras" % TAG))
    print(words.tolist(), m.predict(tf.constant(words.tolist()), verbose=0).tolist())


def main():
    os.makedirs(OUT, exist_ok=True)
    x = np.random.default_rng(1).normal(size=(3, 4)).astype("float32")
    m, c = mlp(), mlp(custom=True)
    y, yc = m.predict(x, verbose=0), c.predict(x, verbose=0)
    np.savez(os.path.join(OUT, "expected_%s.npz" % TAG), x=x, y=y, y_custom=yc)
    at = lambda n: os.path.join(OUT, n)   # noqa: E731
    m.save(at("mlp_%s.h5" % TAG))
    m.save(at("mlp_%s.keras" % TAG))
    c.save(at("custom_%s.h5" % TAG))
    c.save(at("custom_%s.keras" % TAG))
    m.save_weights(at("mlp_%s.weights.h5" % TAG))
    open(at("mlp_%s.json" % TAG), "w").write(m.to_json())
    text()
    if K2:
        m.save_weights(at("mlp_k2_plain.h5"), save_format="h5")
        m.save_weights(at("mlp_k2_ckpt"), save_format="tf")
        c.save(at("custom_k2_saved_model"), save_format="tf")
        m.save(at("mlp_k2_saved_model"), save_format="tf")
    else:
        m.export(at("mlp_k3_export"), verbose=False)
        tf.saved_model.save(m, at("mlp_k3_saved_model"))


if __name__ == "__main__":
    sys.exit(main())
