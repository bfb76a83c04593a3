"""Keras 3 models with kernels in few bits, and what they predict: tests/data/keras/files.

    python make_keras_quantized.py
"""
import os

import keras
import numpy as np

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras", "files")
L = keras.layers
Q = keras.quantizers
RNG = np.random.default_rng(7)
WORDS = RNG.integers(0, 11, (2, 3)).astype("int32")


def model(policy):
    words = L.Input((3,), dtype="int32", name="words")
    table = L.ReversibleEmbedding(11, 5, tie_weights=False, name="table", dtype=policy)
    h = L.Embedding(11, 4, name="rows", dtype=policy)(words)
    h = L.EinsumDense("abc,cde->abde", (3, 2, 3), bias_axes="de", name="heads", dtype=policy)(h)
    h = L.EinsumDense("abde,dec->abc", (3, 5), bias_axes="c", name="joined", dtype=policy)(h)
    h = L.Add(name="sum", dtype=policy)([h, table(words)])
    h = L.Dense(5, activation="tanh", name="dense", dtype=policy)(h)
    return keras.Model(words, table(h, reverse=True), name="quantized")


def trained(policy):
    """Kernels that a calibration leaves behind; made up, as only the arithmetic counts."""
    x = L.Input((3, 6), name="x")
    h = L.EinsumDense("abc,cde->abde", (3, 2, 3), bias_axes="de", name="heads", dtype=policy)(x)
    h = L.Dense(5, name="dense", dtype=policy)(L.Reshape((3, 6), name="flat")(h))
    m = keras.Model(x, h, name="calibrated")
    for layer in m.layers[1], m.layers[3]:
        for w in layer.weights:
            high = 1 + (layer.quantized_kernel.shape[1] - 1) // 4
            if w.name == "g_idx":
                w.assign(RNG.integers(0, high, w.shape))
            elif w.dtype == "uint8":
                w.assign(RNG.integers(0, 256 if w.name == "kernel" else 16, w.shape))
            else:
                w.assign(RNG.uniform(0.1, 1, w.shape))
    return m


def with_zero_points(layer):
    """Keras 3.15 leaves them out when it saves what GPTQ or AWQ made, and cannot read that."""
    return None, None, layer.kernel_zero


def save(m, x, mode):
    path = os.path.join(OUT, "quantized_%s.keras" % mode)
    m.save(path)
    y = keras.saving.load_model(path).predict(x, verbose=0)
    return {"y_" + mode: np.asarray(y, "float32")}


def main():
    settings = {
        "int8": ("float32", Q.Int8QuantizationConfig()),
        "int8_weights": ("float32", Q.Int8QuantizationConfig(activation_quantizer=None)),
        "int8_bfloat16": ("mixed_bfloat16", Q.Int8QuantizationConfig()),
        "int4": ("float32", Q.Int4QuantizationConfig(block_size=2)),
        "int4_channel": (
            "float32",
            Q.Int4QuantizationConfig(
                block_size=-1, activation_quantizer=Q.AbsMaxQuantizer(value_range=(-100, 100))
            ),
        ),
        "float8": ("float32", Q.Float8QuantizationConfig()),
    }
    results = {"words": WORDS, "x": RNG.normal(size=(2, 3, 6)).astype("float32")}
    base = model("float32")
    base.set_weights([RNG.normal(size=w.shape) for w in base.get_weights()])
    base.save(os.path.join(OUT, "quantized_none.keras"))
    for mode, (policy, config) in settings.items():
        m = model(policy)
        m.set_weights(base.get_weights())
        m.quantize(config=config)
        results.update(save(m, WORDS, mode))
    for layer in L.Dense, L.EinsumDense:
        layer._get_kernel_with_merged_lora = with_zero_points
    for mode, policy in ("gptq", "gptq/4/4"), ("gptq8", "gptq/8/4"), ("awq", "awq/4/4"):
        results.update(save(trained(policy + "_from_float32"), results["x"], mode))
    np.savez(os.path.join(OUT, "quantized_expected.npz"), **results)


main()
