"""A SavedModel with tables (tests/io/saved_tables_test.cpp): one of constants, one of a file, two that
were filled while the program ran.

    python make_tables.py
"""

import os
import tempfile

import tensorflow as tf

OUT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "tables")
L = tf.lookup


class Tables(tf.Module):
    def __init__(self, vocabulary):
        super().__init__()
        self.values = tf.Variable([1.0, 2.0, 3.0, 4.0])
        self.constants = L.StaticHashTable(
            L.KeyValueTensorInitializer(tf.constant(["a", "b"]), tf.constant([0, 1], tf.int64)), 3)
        self.file = L.StaticVocabularyTable(
            L.TextFileInitializer(vocabulary, tf.string, L.TextFileIndex.WHOLE_LINE, tf.int64,
                                  L.TextFileIndex.LINE_NUMBER), 2)
        self.filled = L.experimental.MutableHashTable(tf.string, tf.int64, -1)
        self.filled.insert(["q"], [7])
        self.dense = L.experimental.DenseHashTable(
            tf.string, tf.float32, -1.0, empty_key="", deleted_key="-", initial_num_buckets=8)
        self.dense.insert(["a", "q"], [0.5, 0.75])

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="x")])
    def __call__(self, x):
        return {"constants": tf.gather(self.values, self.constants.lookup(x)),
                "file": self.file.lookup(x), "filled": self.filled.lookup(x),
                "dense": self.dense.lookup(x), "sizes": tf.stack([self.filled.size(), self.dense.size()])}


def main():
    with tempfile.TemporaryDirectory() as folder:
        vocabulary = os.path.join(folder, "words.txt")
        with open(vocabulary, "w") as file:
            file.write("x\ny\nz\n")
        tables = Tables(vocabulary)
        tf.saved_model.save(tables, OUT, signatures=tables.__call__)
    print(tables(tf.constant(["a", "z", "q"])))


if __name__ == "__main__":
    main()
