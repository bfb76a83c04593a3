"""Makes vocabularies/: a SavedModel of Keras 2 whose layers learnt their vocabularies. TensorFlow
keeps those as constants that fill tables; neither the configs nor files hold them.

    TF_USE_LEGACY_KERAS=1 python make_vocabularies.py
"""
import os

import numpy as np
import tensorflow as tf
import tf_keras as keras

keras.utils.set_random_seed(7)
word = keras.Input((1,), dtype="string", name="word")
text = keras.Input((1,), dtype="string", name="text")
lookup = keras.layers.StringLookup(name="lookup")
lookup.adapt(np.array([["a"], ["b"], ["a"]]))
weighed = keras.layers.TextVectorization(output_mode="tf_idf", name="weighed")
weighed.adapt(["x y y", "z x", "x"])
vector = keras.layers.Flatten()(keras.layers.Embedding(4, 2)(lookup(word)))
inner = keras.Model([word, text], keras.layers.concatenate([vector, weighed(text)]), name="inner")
model = keras.Model([word, text], keras.layers.Dense(2)(inner([word, text])))
model.save(os.path.join(os.path.dirname(os.path.abspath(__file__)), "vocabularies"),
           save_traces=False)
print(model.predict([tf.constant([["a"], ["q"]]), tf.constant([["y z"], ["x"]])]).tolist())
