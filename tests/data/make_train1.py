"""Makes tests/data/train1 with TensorFlow: run it in tests/data.

One MetaGraph for each optimizer of tf.compat.v1.train, with variables of the resource and of the ref
kind, a table of embeddings (sparse gradients) and a dense layer; and training.json: the names of the
variables, the losses of some steps and the variables after them.
"""
import json
import os

import numpy as np
import tensorflow as tf

v1 = tf.compat.v1
v1.disable_eager_execution()
os.makedirs("train1", exist_ok=True)
os.chdir("train1")
T = v1.train
OPTIMIZERS = {
    "sgd": lambda: T.GradientDescentOptimizer(0.3),
    "momentum": lambda: T.MomentumOptimizer(0.1, 0.9),
    "nesterov": lambda: T.MomentumOptimizer(0.1, 0.9, use_nesterov=True),
    "adam": lambda: T.AdamOptimizer(0.05),
    "adagrad": lambda: T.AdagradOptimizer(0.3),
    "adagrad_da": lambda: T.AdagradDAOptimizer(0.3, T.get_or_create_global_step(), l1_regularization_strength=0.001, l2_regularization_strength=0.01),
    "adadelta": lambda: T.AdadeltaOptimizer(1.0, 0.9, 1e-3),
    "ftrl": lambda: T.FtrlOptimizer(0.3, l1_regularization_strength=0.001, l2_regularization_strength=0.01),
    "proximal_adagrad": lambda: T.ProximalAdagradOptimizer(0.3, l1_regularization_strength=0.001, l2_regularization_strength=0.01),
    "proximal_sgd": lambda: T.ProximalGradientDescentOptimizer(0.3, l1_regularization_strength=0.001, l2_regularization_strength=0.01),
    "rmsprop": lambda: T.RMSPropOptimizer(0.02, momentum=0.5),
    "rmsprop_centered": lambda: T.RMSPropOptimizer(0.02, momentum=0.5, centered=True),
}
STEPS = 6


def wave(shape, shift):
    n = int(np.prod(shape))
    return (np.sin(np.arange(n) + shift) / 2).astype(np.float32).reshape(shape)


out = {}
for name, make in OPTIMIZERS.items():
    for kind in ("resource", "ref"):
        with tf.Graph().as_default(), v1.Session() as s:
            ids = v1.placeholder(tf.int32, [None], name="ids")
            y = v1.placeholder(tf.float32, [None, 2], name="y")
            use = kind == "resource"
            table = v1.get_variable("table", initializer=wave((5, 3), 0.5), use_resource=use)
            w = v1.get_variable("dense/w", initializer=wave((3, 2), 1.5), use_resource=use)
            b = v1.get_variable("dense/b", initializer=wave((2,), 2.5), use_resource=use)
            h = tf.tanh(tf.matmul(tf.gather(table, ids), w) + b)
            loss = tf.reduce_mean(tf.square(h - y), name="loss")
            v1.summary.scalar("loss_curve", loss)
            summary = v1.summary.merge_all()
            step = T.get_or_create_global_step()
            train = make().minimize(loss, global_step=step, name="train")
            init = v1.global_variables_initializer()
            s.run(init)
            losses = []
            for i in range(STEPS):
                feed = {ids: np.array([0, 2, 2, (i + 3) % 5], np.int32), y: wave((4, 2), 3.5 + i)}
                losses.append(float(s.run([loss, train], feed)[0]))
            names = sorted(v.op.name for v in v1.global_variables())
            values = {v.op.name: np.asarray(s.run(v)).astype(float).ravel().tolist() for v in v1.global_variables()}
            key = name + "_" + kind
            v1.train.export_meta_graph(key + ".meta", clear_devices=True)
            out[key] = {"train": train.name, "init": init.name, "summary": summary.name, "variables": names,
                        "trainable": [v.op.name for v in v1.trainable_variables()],
                        "losses": losses, "values": {k: [round(x, 7) for x in v] for k, v in values.items()}}
with open("training.json", "w") as f:
    json.dump(out, f)
