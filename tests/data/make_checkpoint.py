"""Makes tests/data/checkpoint with TensorFlow: run it in tests/data."""
import os

import numpy as np
import tensorflow as tf

os.makedirs("checkpoint", exist_ok=True)
os.chdir("checkpoint")


def save(prefix, named, slices=None):
    tf.raw_ops.SaveV2(prefix=prefix, tensor_names=[n for n, _ in named],
                      shape_and_slices=slices or [""] * len(named), tensors=[t for _, t in named])


six = np.arange(6).reshape(2, 3)
save("v2", [("dense/kernel", tf.constant(six, tf.float32)),
            ("dense/bias", tf.constant([1.5, -2.5], tf.float64)),
            ("step", tf.constant(7, tf.int64)),
            ("flags", tf.constant([True, False])),
            ("half", tf.constant([1, 2], tf.bfloat16)),
            ("text", tf.constant([b"hello", b"", b"x" * 200])),
            ("none", tf.zeros([0, 3]))])
# v: rows 0..2 and 2..5 of (5, 3); w: columns; names: strings
rows = np.arange(15, dtype=np.float32).reshape(5, 3)
save("partitioned",
     [("v", tf.constant(rows[:2])), ("v", tf.constant(rows[2:])),
      ("w", tf.constant(rows[:, :1])), ("w", tf.constant(rows[:, 1:])),
      ("names", tf.constant(["a", "b"])), ("names", tf.constant(["c"]))],
     ["5 3 0,2:-", "5 3 2,3:-", "5 3 -:0,1", "5 3 -:1,2", "3 0,2", "3 2,1"])


def part_of_rows(shape, dtype=None, partition_info=None):
    start = partition_info.var_offset[0]
    return tf.constant(rows[start:start + shape[0]])


with tf.Graph().as_default():
    a = tf.compat.v1.get_variable("a", initializer=six.astype(np.float32))
    b = tf.compat.v1.get_variable("b", initializer=np.int64(9))
    p = tf.compat.v1.get_variable("p", shape=[5, 3], use_resource=False,
                                  initializer=part_of_rows,
                                  partitioner=tf.compat.v1.fixed_size_partitioner(2))
    with tf.compat.v1.Session() as session:
        session.run(tf.compat.v1.global_variables_initializer())
        saver = tf.compat.v1.train.Saver(write_version=tf.compat.v1.train.SaverDef.V1)
        saver.save(session, "v1.ckpt", write_meta_graph=False)
