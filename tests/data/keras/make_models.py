"""Writes models.json: small models of real Keras with their configs, summaries and predictions.

    python make_models.py keras3 > models_keras3.json
    TF_USE_LEGACY_KERAS=1 python make_models.py keras2 > models_keras2.json

Weights are not stored: weight i of a model is 0.5 * sin(k * 0.37 + i) over its elements k (squared
and 0.5 more for variances), inputs are cos(k * 0.23 + i), integer inputs k % 7.
"""
import json
import sys

import numpy as np

flavour = sys.argv[1]
if flavour == "keras3":
    import keras
else:
    import tf_keras as keras
L = keras.layers


def weight(i, w):
    n = int(np.prod(w.shape))
    v = 0.5 * np.sin(np.arange(n) * 0.37 + i)
    name = getattr(w, "path", w.name)
    if "variance" in name:
        v = v * v + 0.5
    return v.reshape(w.shape).astype("float32")


def data(i, t):
    shape = [2] + [5 if d is None else d for d in t.shape[1:]]
    n = int(np.prod(shape))
    if "int" in str(getattr(t.dtype, "name", t.dtype)):
        return (np.arange(n) % 7).reshape(shape).astype("int32")
    return np.cos(np.arange(n) * 0.23 + i).reshape(shape).astype("float32")


def models():
    I = keras.Input
    x = I((6,), name="x")
    y = L.Dense(5, activation="relu", name="d1")(x)
    y = L.Dense(3, activation="softmax", name="d2")(y)
    yield "mlp", keras.Model(x, y, name="mlp")
    x = I((8, 8, 3), name="x")
    y = L.Conv2D(4, 3, padding="same", strides=2, name="c")(x)
    y = L.BatchNormalization(name="bn")(y)
    y = L.Activation("gelu", name="a")(y)
    y = L.DepthwiseConv2D(3, name="dw")(y)
    y = L.Flatten(name="f")(y)
    y = L.Dense(2, name="d")(y)
    yield "cnn", keras.Model(x, y, name="cnn")
    x = I((5,), dtype="int32", name="ids")
    y = L.Embedding(7, 4, mask_zero=True, name="e")(x)
    y = L.Bidirectional(L.LSTM(3, return_sequences=True), name="bi")(y)
    y = L.GRU(4, name="g")(y)
    yield "masked_rnn", keras.Model(x, y, name="masked_rnn")
    x = I((4, 3), name="x")
    y = L.TimeDistributed(L.Dense(2), name="td")(x)
    y = L.LayerNormalization(name="ln")(y)
    y = L.SimpleRNN(3, return_sequences=True, go_backwards=True, name="s")(y)
    yield "recurrent", keras.Model(x, y, name="recurrent")
    a, b = I((4,), name="a"), I((4,), name="b")
    shared = L.Dense(3, name="shared")
    p, q = shared(a), shared(b)
    y = L.Concatenate(name="cat")([p, q, L.Multiply(name="mul")([p, q])])
    yield "shared", keras.Model([a, b], [y, L.Add(name="sum")([p, q])], name="shared")
    x = I((5, 6), name="x")
    y = L.MultiHeadAttention(2, 3, name="mha")(x, x)
    y = L.Add(name="add")([x, y])
    y = L.GlobalAveragePooling1D(name="gap")(y)
    yield "attention", keras.Model(x, y, name="attention")
    inner = keras.Sequential([L.InputLayer((4,)), L.Dense(4, name="i1"), L.PReLU(name="i2")],
                             name="inner")
    x = I((4,), name="x")
    y = inner(L.Dense(4, name="d")(inner(x)))
    yield "nested", keras.Model(x, y, name="nested")
    yield "sequential", keras.Sequential(
        [L.InputLayer((6, 4), name="x"), L.Conv1D(3, 2, padding="causal", dilation_rate=2, name="c"),
         L.MaxPooling1D(2, name="m"), L.Conv1DTranspose(2, 3, strides=2, name="t"),
         L.Reshape((-1, 7), name="r"), L.Permute((2, 1), name="p")], name="sequential_x")


out = []
for name, m in models():
    ws = m.get_weights()
    m.set_weights([weight(i, w) for i, w in enumerate(m.weights)])
    xs = [data(i, t) for i, t in enumerate(m.inputs)]
    ys = m.predict(xs, verbose=0)
    ys = ys if isinstance(ys, list) else [ys]
    lines = []
    m.summary(line_length=80, print_fn=lambda s, **k: lines.append(s))
    text = "\n".join(lines) if flavour == "keras2" else "".join(lines)
    out.append(dict(name=name, config=json.loads(m.to_json()), summary=text.rstrip("\n") + "\n",
                    weights=[[getattr(w, "path", w.name), list(w.shape)] for w in m.weights],
                    inputs=[[str(x.dtype), list(x.shape)] for x in xs],
                    outputs=[dict(shape=list(y.shape), values=[round(float(v), 6) for v in y.ravel()])
                             for y in ys]))
print("[\n" + ",\n".join(json.dumps(m) for m in out) + "\n]")
