"""Models whose predictions show which layers pass a mask on, and which take it away:
tests/data/keras/files.

    python make_keras_masks.py                             # Keras 3
    TF_USE_LEGACY_KERAS=1 python2k make_keras_masks.py     # Keras 2 (tf-keras)
"""
import os

import numpy as np

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras", "files")
RNG = np.random.default_rng(3)
WORDS = np.array([[3, 1, 6, 3, 5], [0, 3, 8, 0, 7]], "int32")
OTHERS = np.array([[0, 0, 2, 0, 3], [0, 3, 2, 7, 0]], "int32")


def outputs(keras, p, q, plain):
    L = keras.layers
    passing = [
        L.Conv1D(3, 3, padding="same", name="conv"),
        L.DepthwiseConv1D(3, padding="same", name="depthwise"),
        L.SpectralNormalization(L.Dense(3, name="normed"), name="spectral"),
        L.Identity(name="identity"),
        L.Rescaling(2.0, name="rescaling"),
        L.LayerNormalization(name="norm"),
    ]
    if hasattr(L, "RMSNormalization"):
        passing.append(L.RMSNormalization(name="rms"))
    ends = [L.LSTM(2)(layer(p)) for layer in passing]
    for merge in L.Multiply, L.Maximum, L.Minimum, L.Add:
        ends += [merge()([p, q]), merge()([p, plain]), merge()([q, plain, p])]
    # Blocks of a transformer; an encoding that several attentions look at.
    x = p
    for _ in range(2):
        x = L.LayerNormalization()(L.Add()([x, L.MultiHeadAttention(2, 2)(x, x)]))
    encoded = L.Dropout(0.1)(L.Dense(4)(p))
    first = L.MultiHeadAttention(1, 3)(q, encoded)
    second = L.MultiHeadAttention(1, 3)(first, encoded)
    ends += [x, second, L.Attention()([p, p]), L.GlobalAveragePooling1D()(p)]
    ends.append(L.GlobalAveragePooling1D()(encoded))
    return ends


def main():
    legacy = os.environ.get("TF_USE_LEGACY_KERAS") == "1"
    if legacy:
        import tf_keras as keras
    else:
        import keras
    L = keras.layers
    words, others = L.Input((5,), dtype="int32"), L.Input((5,), dtype="int32")
    table = L.Embedding(9, 4, mask_zero=True, name="table")
    ends = outputs(keras, table(words), table(others), L.Embedding(9, 4, name="plain")(others))
    m = keras.Model([words, others], ends, name="masked")
    for w in m.weights:
        if "vector_u" not in w.name:
            w.assign(RNG.normal(size=w.shape))
    y = m.predict([WORDS, OTHERS], verbose=0)
    m.save(os.path.join(OUT, "masks_k2.h5" if legacy else "masks_k3.keras"))
    y = {"y%d" % i: v for i, v in enumerate(y)}
    name = "masks_expected_k%d.npz" % (2 if legacy else 3)
    np.savez(os.path.join(OUT, name), words=WORDS, others=OTHERS, **y)


main()
