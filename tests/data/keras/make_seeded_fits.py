"""Makes seeded/*.keras and seeded/losses.json with Keras 3: a hundred shuffled steps of four models,
whose dropout has no seed of its own, after keras.utils.set_random_seed(7); and seeded/starts.json:
with which weights models begin that are made of their configs after set_random_seed(5)."""
import json

import keras
import numpy as np
from keras import layers as L


def mlp():
    x = L.Input((5,))
    h = L.Dropout(0.3)(L.Dense(8, "relu")(x))
    return x, L.GaussianNoise(0.1)(L.Dense(6, "tanh")(h))


def cnn():
    x = L.Input((6, 6, 2))
    h = L.BatchNormalization()(L.Conv2D(4, 3, padding="same", use_bias=False)(x))
    h = L.SpatialDropout2D(0.2)(L.MaxPooling2D()(L.ReLU()(h)))
    return x, L.Dropout(0.2)(L.GlobalAveragePooling2D()(h))


def lstm():
    x = L.Input((5, 3))
    h = L.LSTM(6, return_sequences=True, dropout=0.2, recurrent_dropout=0.1)(x)
    return x, L.Dropout(0.2)(L.Bidirectional(L.LSTM(4))(h))


def transformer():
    x = L.Input((6,), dtype="int32")
    e = L.Embedding(11, 8)(x)
    h = L.MultiHeadAttention(2, 4, dropout=0.1)(e, e, use_causal_mask=True)
    a = L.LayerNormalization()(L.Add()([e, L.Dropout(0.1)(h)]))
    f = L.Dropout(0.1)(L.Dense(8)(L.Dense(12, "gelu")(a)))
    return x, L.GlobalAveragePooling1D()(L.LayerNormalization()(L.Add()([a, f])))


def recurrent():
    x = L.Input((5, 3))
    h = L.GRU(4, return_sequences=True)(L.SimpleRNN(4, return_sequences=True)(x))
    return x, L.Bidirectional(L.LSTM(3, kernel_initializer="he_normal"))(L.Dropout(0.1)(h))


OPTIMIZERS = {
    "mlp": keras.optimizers.Adam(0.005),
    "cnn": keras.optimizers.SGD(0.01, momentum=0.9, nesterov=True),
    "lstm": keras.optimizers.RMSprop(0.003),
    "transformer": keras.optimizers.AdamW(0.003),
}


class Losses(keras.callbacks.Callback):
    def __init__(self):
        super().__init__()
        self.losses = []

    def on_train_batch_begin(self, batch, logs=None):
        self.model.reset_metrics()

    def on_train_batch_end(self, batch, logs=None):
        self.losses.append(round(float(logs["loss"]), 7))


out = {}
for make in (mlp, cnn, lstm, transformer):
    name = make.__name__
    keras.utils.set_random_seed(3)
    x, h = make()
    model = keras.Model(x, L.Dense(3, "softmax")(h))
    model.compile(OPTIMIZERS[name], "sparse_categorical_crossentropy")
    path = f"seeded/{name}.keras"
    model.save(path)
    shape = (40,) + tuple(x.shape[1:])
    rows = np.sin(np.arange(np.prod(shape), dtype="float64")).reshape(shape).astype("float32")
    if name == "transformer":
        rows = (np.arange(np.prod(shape)) * 7 % 11).reshape(shape).astype("int32")
    labels = (np.arange(40) * 7 % 3).astype("int32")
    keras.utils.set_random_seed(7)
    model = keras.models.load_model(path)
    losses = Losses()
    model.fit(rows, labels, batch_size=8, epochs=20, verbose=0, callbacks=[losses])
    out[name] = losses.losses

starts = []
for make in (mlp, cnn, lstm, transformer, recurrent):
    x, h = make()
    config = keras.Model(x, L.Dense(3)(h)).to_json()
    keras.utils.set_random_seed(5)
    model = keras.models.model_from_json(config)
    weights = [np.asarray(w, "float64") for w in model.get_weights()]
    starts.append({"config": json.loads(config),
                   "weights": [[w.ravel()[0], w.sum(), np.abs(w).sum()] for w in weights]})
for name, content in (("losses", out), ("starts", starts)):
    with open(f"seeded/{name}.json", "w") as f:
        json.dump(content, f, separators=(",", ":"))
        f.write("\n")
