"""A SavedModel that reads its variables by gathers, in a loop and in branches
(tests/io/freeze_test.cpp).

    python make_loop_variables.py
"""

import os

import tensorflow as tf

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "loop_variables")


class Reader(tf.Module):
    def __init__(self):
        super().__init__()
        self.rows = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0], [7.0, 8.0, 9.0]])
        self.weights = tf.Variable([[0.1, 0.2, 0.3], [0.4, 0.5, -0.6], [-0.7, 0.8, 0.9]])
        self.scale = tf.Variable(2.0)

    @tf.function(input_signature=[tf.TensorSpec([None], tf.int32, name="i")])
    def __call__(self, i):
        x = tf.gather(self.rows, i) + 0.5 * tf.gather(self.rows, i)
        for _ in tf.range(3):
            x = tf.tanh(tf.matmul(x, self.weights)) * self.scale
        y = x * self.scale + self.weights[0] if tf.reduce_sum(x) > 0 else x - self.weights[1]
        return {"sum": tf.reduce_sum(y), "y": y}


def main():
    reader = Reader()
    tf.saved_model.save(reader, OUT, signatures=reader.__call__)


if __name__ == "__main__":
    main()
