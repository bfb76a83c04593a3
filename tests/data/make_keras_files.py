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


def tf_idf():
    v = L.TextVectorization(output_mode="tf_idf", name="weighed")
    v.adapt(np.array([["the cat"], ["a dog the"], ["cat cat"]], dtype=object))
    i = L.Input((1,), dtype="string", name="text")
    keras.Model(i, v(i), name="weighed_texts").save(os.path.join(OUT, "tf_idf_k3.keras"))


def module():
    """Tracks a Keras layer and is no Keras model; with two functions there is no signature."""
    root = tf.Module()
    root.layer = L.Dense(2, name="inner")
    root.apply = tf.function(root.layer, input_signature=[tf.TensorSpec((None, 3))])
    root.zero = tf.function(lambda: root.layer(tf.zeros((1, 3))), input_signature=[])
    root.apply(tf.zeros((1, 3)))
    root.zero()
    tf.saved_model.save(root, os.path.join(OUT, "module_k2_saved_model"))


def layers_of_integers(u, i):
    yield L.Dense(2)(i)
    yield L.BatchNormalization()(i)
    yield L.LayerNormalization()(i)
    yield L.GlobalAveragePooling1D()(u)
    image = L.Reshape((2, 2, 3))(u)
    yield L.Resizing(3, 5)(image)
    yield L.UpSampling2D(2, interpolation="bilinear")(image)


def operations_of_keras(x, u, i):
    o = keras.ops
    yield from layers_of_integers(u, i)
    yield L.LSTM(2)(i)
    yield L.Resizing(4, 6, pad_to_aspect_ratio=True)(o.reshape(x, (-1, 2, 2, 3)))
    yield u / 255.0
    yield u * 3
    yield i + 0.5
    yield i / (i + 1)
    yield i + u
    yield L.Concatenate()([x, i])
    yield L.Add()([x, u])
    yield L.Average()([i, i + 1])
    for f in (o.mean, o.sum, o.std, o.var, o.max, o.argmax, o.argmin, o.cumsum, o.sort, o.argsort):
        yield f(x, axis=1)
        yield f(i, axis=-1)
    for f in (o.logsumexp, o.median, o.flip, o.any, o.count_nonzero):
        yield f(x, axis=2)
    yield o.quantile(x, 0.3, axis=1)
    yield o.clip(x, -0.5, 0.25)
    yield o.where(x > 0, x, i)
    yield o.logaddexp(x, x + 1)
    yield o.floor_divide(x, 0.3)
    yield o.nan_to_num(x / (x - x))
    yield o.expand_dims(x, (1, 3))
    yield o.moveaxis(x, 1, 2)
    yield o.repeat(x, 2, axis=1)
    yield o.repeat(x, [1, 0, 2], axis=1)
    yield o.roll(x, 1, axis=2)
    yield o.pad(x, ((0, 0), (1, 0), (0, 2)), constant_values=3.0)
    yield o.pad(x, ((0, 0), (1, 1), (1, 1)), mode="reflect")
    yield o.take(x, [0, -1], axis=2)
    yield o.take_along_axis(x, o.argsort(x, axis=2), axis=2)
    yield o.tile(x, (1, 2, 1))
    yield from o.split(x, [1, 3], axis=2)
    yield from o.top_k(x, 2)
    yield from o.moments(x, axes=[1])
    yield from o.unstack(x, axis=1)
    yield o.one_hot(i, 4, axis=1)
    yield o.tensordot(x, x, axes=[[2], [2]])[:, :, 0]
    yield o.norm(x, axis=-1)
    yield o.norm(x, ord=1, axis=1)
    yield o.normalize(x, axis=1)
    yield o.tril(x, 1)
    yield o.diagonal(x, axis1=1, axis2=2)
    image = o.reshape(x, (-1, 2, 2, 3))
    yield o.image.resize(image, (3, 5))
    yield o.image.extract_patches(image, 2)
    yield o.image.rgb_to_grayscale(image)
    yield o.max_pool(image, 2)
    yield o.conv(image, np.linspace(-1, 1, 24, dtype="float32").reshape(2, 2, 3, 2), padding="same")


def operations_of_tensorflow(x, u, i):
    m = tf.math
    yield from layers_of_integers(u, i)
    yield tf.cast(u, tf.float32) / 255.0
    yield i / (i + 1)
    for f in (m.reduce_std, m.reduce_variance, m.reduce_logsumexp, tf.norm, tf.argmax, tf.cumsum):
        yield f(x, axis=1)
    yield m.reduce_euclidean_norm(x, [1, 2])
    yield tf.reshape(x, [tf.shape(x)[0], 4, 3])
    yield tf.zeros([tf.shape(x)[0], 2]) + x[:, 0, :2]
    yield tf.pad(x, [[0, 0], [1, 1], [1, 1]], "REFLECT")
    yield tf.gather(x, [2, 0], axis=1)
    yield tf.repeat(x, 2, axis=2)
    yield tf.roll(x, shift=1, axis=1)
    yield tf.reverse(x, [2])
    yield tf.slice(x, [0, 1, 1], [-1, 2, 2])
    yield tf.where(x > 0, x=x, y=-x)
    yield tf.one_hot(i, depth=4, on_value=2.0, off_value=-1.0, axis=1)
    yield from tf.unstack(x, axis=1)
    yield from tf.split(x, [1, 3], axis=-1)
    yield m.top_k(x, 2)[0]
    yield tf.tensordot(x, x, [[2], [2]])[:, :, 0]
    yield tf.sort(x, axis=1, direction="DESCENDING")
    yield m.divide_no_nan(x, x - x)
    yield tf.nn.bias_add(x, np.arange(4, dtype="float32"))
    yield tf.nn.l2_normalize(x, [1, 2])
    yield keras.backend.std(x, axis=1)
    image = tf.reshape(x, (-1, 2, 2, 3))
    yield tf.image.resize(image, tf.shape(image)[1:3] * 2)
    yield tf.image.resize(image, [5, 3], method="nearest")
    yield tf.nn.depth_to_space(tf.reshape(x, [-1, 1, 3, 4]), 2)
    yield tf.nn.max_pool2d(image, 2, 1, "SAME")
    yield tf.nn.conv2d(image, np.linspace(-1, 1, 24, dtype="float32").reshape(2, 2, 3, 2), 1, "SAME")


def operations():
    """Functions called as layers, all in one row of numbers."""
    inputs = [L.Input((3, 4), dtype=d, name=n) for d, n in
              (("float32", "x"), ("uint8", "u"), ("int32", "i"))]
    made = (operations_of_tensorflow if K2 else operations_of_keras)(*inputs)
    rows = [L.Flatten()(tf.cast(y, "float32") if K2 else keras.ops.cast(y, "float32")) for y in made]
    return keras.Model(inputs, L.Concatenate()(rows), name="operations")


def main():
    os.makedirs(OUT, exist_ok=True)
    x = np.random.default_rng(1).normal(size=(3, 4)).astype("float32")
    m, c, f = mlp(), mlp(custom=True), operations()
    y, yc = m.predict(x, verbose=0), c.predict(x, verbose=0)
    rng = np.random.default_rng(3)
    given = [rng.normal(size=(2, 3, 4)).astype("float32"), rng.integers(0, 256, (2, 3, 4), "uint8"),
             rng.integers(0, 4, (2, 3, 4), "int32")]
    np.savez(os.path.join(OUT, "expected_%s.npz" % TAG), x=x, y=y, y_custom=yc,
             operation_x=given[0], operation_u=given[1], operation_i=given[2],
             operations=f.predict(given, verbose=0))
    at = lambda n: os.path.join(OUT, n)   # noqa: E731
    m.save(at("mlp_%s.h5" % TAG))
    m.save(at("mlp_%s.keras" % TAG))
    c.save(at("custom_%s.h5" % TAG))
    c.save(at("custom_%s.keras" % TAG))
    m.save_weights(at("mlp_%s.weights.h5" % TAG))
    open(at("mlp_%s.json" % TAG), "w").write(m.to_json())
    text()
    f.save(at("operations_k2.h5" if K2 else "operations_k3.keras"))
    if K2:
        m.save_weights(at("mlp_k2_plain.h5"), save_format="h5")
        m.save_weights(at("mlp_k2_ckpt"), save_format="tf")
        c.save(at("custom_k2_saved_model"), save_format="tf")
        m.save(at("mlp_k2_saved_model"), save_format="tf")
        module()
    else:
        tf_idf()
        m.export(at("mlp_k3_export"), verbose=False)
        tf.saved_model.save(m, at("mlp_k3_saved_model"))


if __name__ == "__main__":
    sys.exit(main())
