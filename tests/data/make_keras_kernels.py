"""Keras models of layers that keep more than a kernel: tests/data/keras/files.

    python make_keras_kernels.py                             # Keras 3: low-rank adapters (LoRA)
    TF_USE_LEGACY_KERAS=1 python2k make_keras_kernels.py     # Keras 2 (tf-keras): feature columns
"""
import os

import numpy as np
import tensorflow as tf

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "keras", "files")
RNG = np.random.default_rng(5)


def randomise(model):
    model.set_weights([RNG.normal(size=w.shape).astype("float32") for w in model.get_weights()])


def adapters():
    import keras

    L = keras.layers
    m = keras.Sequential(
        [
            L.Input((6,), dtype="int32", name="words"),
            L.Embedding(20, 8, name="rows"),
            L.Dense(8, activation="relu", name="dense"),
            L.EinsumDense("abc,cd->abd", output_shape=(6, 5), bias_axes="d", name="einsum"),
            L.Conv1D(3, 2, name="conv"),
        ],
        name="adapted",
    )
    for layer in m.layers:
        layer.enable_lora(2)
    randomise(m)
    x = RNG.integers(0, 20, (3, 6)).astype("int32")
    for name in "lora_k3.h5", "lora_k3.keras":
        m.save(os.path.join(OUT, name))
    np.savez(os.path.join(OUT, "lora_expected_k3.npz"), x=x, y=m.predict(x, verbose=0))


def columns():
    import tf_keras as keras

    c = tf.feature_column
    age = c.numeric_column("age")
    ages = c.bucketized_column(age, [18, 30, 45])
    thal = c.categorical_column_with_vocabulary_list("thal", ["fixed", "rev"], num_oov_buckets=2)
    columns = [
        age,
        ages,
        c.numeric_column("size", shape=(2,)),
        c.indicator_column(c.crossed_column([ages, "city"], 20)),
        c.indicator_column(c.crossed_column([thal, ages, "code"], 7, hash_key=5)),
        c.indicator_column(c.categorical_column_with_identity("code", 5, default_value=2)),
        c.indicator_column(c.categorical_column_with_vocabulary_list("year", [2001, 1999, 2010])),
        c.embedding_column(c.categorical_column_with_hash_bucket("city", 10), 4),
        c.embedding_column(thal, 3, combiner="sum"),
        c.embedding_column(
            c.categorical_column_with_hash_bucket("code", 6, dtype=tf.int64), 2, combiner="sqrtn"
        ),
    ]
    features = {
        "size": np.array([[1.5, -2], [0, 4], [3, 3]], "float32"),
        "age": np.array([[20.0], [31.0], [50.0]], "float32"),
        "city": np.array([["Ulm"], [""], ["Bonn"]]),
        "thal": np.array([["fixed", "rev"], ["", ""], ["other", "fixed"]]),
        "code": np.array([[0, 3], [-1, 9], [4, 4]], "int64"),
        "year": np.array([[1999], [7], [2010]], "int64"),
    }
    kinds = {"f": "float32", "U": "string", "i": "int64"}
    inputs = {
        n: keras.Input(v.shape[1:], name=n, dtype=kinds[v.dtype.kind]) for n, v in features.items()
    }
    h = keras.layers.DenseFeatures(columns, name="features")(inputs)
    m = keras.Model(inputs, keras.layers.Dense(2, name="scores")(h), name="columns")
    randomise(m)
    for name in "columns_k2.h5", "columns_k2.keras":
        m.save(os.path.join(OUT, name))
    y = m.predict({n: tf.constant(v) for n, v in features.items()}, verbose=0)
    np.savez(os.path.join(OUT, "columns_expected_k2.npz"), y=y)


def places():
    """LocallyConnected in each implementation, padding and order of the data."""
    import tf_keras as keras

    L = keras.layers
    rng = np.random.default_rng(6)
    rows, planes = L.Input((7, 3), name="rows"), L.Input((5, 6, 2), name="planes")
    ys = []
    for implementation in 1, 2, 3:
        for padding in ("valid",) if implementation == 1 else ("valid", "same"):
            for data_format in "channels_last", "channels_first":
                how = {
                    "padding": padding,
                    "data_format": data_format,
                    "implementation": implementation,
                    "activation": "tanh",
                }
                last = data_format == "channels_last"
                x = rows if last else L.Permute((2, 1))(rows)
                ys.append(L.LocallyConnected1D(4, 3, strides=2, **how)(x))
                x = planes if last else L.Permute((3, 1, 2))(planes)
                ys.append(L.LocallyConnected2D(3, (2, 3), strides=(1, 2), **how)(x))
    m = keras.Model([rows, planes], [L.Flatten()(y) for y in ys], name="places")
    m.set_weights([rng.normal(size=w.shape).astype("float32") * 0.3 for w in m.get_weights()])
    x = [rng.normal(size=(2, *i.shape[1:])).astype("float32") for i in m.inputs]
    m.save(os.path.join(OUT, "places_k2.h5"))
    y = np.concatenate(m.predict(x, verbose=0), 1)
    np.savez(os.path.join(OUT, "places_expected_k2.npz"), rows=x[0], planes=x[1], y=y)


def nested(keras, name):
    """Models that are called with dictionaries."""
    L = keras.layers

    def inner(pack, kind):
        a, b = L.Input((3,), name="a"), L.Input((3,), name="b")
        y = L.Dense(2)(L.Concatenate()([L.Dense(2)(b), a]))
        return keras.Model(pack(a, b), y, name=kind)

    p, q = L.Input((3,), name="p"), L.Input((3,), name="q")
    one = inner(lambda a, b: [b, a], "of_a_list")({"a": p, "b": q})
    two = inner(lambda a, b: {"z": a, "y": b}, "of_a_dictionary")({"z": q, "y": p})
    m = keras.Model([p, q], L.Concatenate()([one, two]), name="nested")
    randomise(m)
    x = [RNG.normal(size=(2, 3)).astype("float32") for _ in "pq"]
    m.save(os.path.join(OUT, "nested_" + name))
    np.savez(
        os.path.join(OUT, "nested_expected_%s.npz" % name[:2]),
        p=x[0],
        q=x[1],
        y=m.predict(x, verbose=0),
    )


def texts(keras, name):
    """Vocabularies that keep more than words, and runs of words."""
    L = keras.layers
    x = L.Input((1,), dtype="string", name="text")
    words = ["hello", "world", "hello world", "x"]
    runs = L.TextVectorization(output_sequence_length=5, ngrams=2, vocabulary=words, name="runs")
    rare = L.TextVectorization(
        output_mode="tf_idf", vocabulary=words, idf_weights=[0.5, 0.6, 0.7, 0.8], name="rare"
    )
    pairs = L.TextVectorization(ngrams=(2,), output_mode="count", vocabulary=words, name="pairs")
    y = [tf.cast(runs(x), "float32") if name == "k2.h5" else runs(x), rare(x), pairs(x)]
    m = keras.Model(x, y, name="texts")
    m.save(os.path.join(OUT, "texts_" + name))
    given = tf.constant([["Hello, world! x"], ["world"], ["x hello world hello world"]])
    y = {"y%d" % i: np.asarray(v, "float32") for i, v in enumerate(m.predict(given, verbose=0))}
    np.savez(os.path.join(OUT, "texts_expected_%s.npz" % name[:2]), **y)


def main():
    if os.environ.get("TF_USE_LEGACY_KERAS") == "1":
        import tf_keras

        columns()
        places()
        nested(tf_keras, "k2.h5")
        texts(tf_keras, "k2.h5")
    else:
        import keras

        adapters()
        nested(keras, "k3.keras")
        texts(keras, "k3.keras")


main()
