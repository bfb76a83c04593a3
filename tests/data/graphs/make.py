"""Makes the small files of this folder with TensorFlow: python make.py (tensorflow 2.21 was used).

module/          SavedModel of a tf.Module: variable, asset, hash table, two functions
model.meta       MetaGraphDef with a variable, a partitioned variable and a saver
model.meta.txt   the same as text
object_graph.pb  TrackableObjectGraph of a checkpoint that holds another
keras_metadata.pb  SavedMetadata with two nodes
"""

import os
import shutil

import tensorflow as tf
from google.protobuf import text_format
from tensorflow.core.framework import versions_pb2  # noqa: F401 (registers VersionDef)
from tensorflow.python.keras.protobuf import saved_metadata_pb2

HERE = os.path.dirname(os.path.abspath(__file__))


class Module(tf.Module):
    def __init__(self):
        super().__init__(name="module")
        self.w = tf.Variable([[1.0], [2.0]], name="w")
        with open("/tmp/vocab.txt", "w") as file:
            file.write("a\nb\n")
        self.table = tf.lookup.StaticVocabularyTable(
            tf.lookup.TextFileInitializer(
                "/tmp/vocab.txt", tf.string, tf.lookup.TextFileIndex.WHOLE_LINE,
                tf.int64, tf.lookup.TextFileIndex.LINE_NUMBER), 1)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, "x")])
    def __call__(self, x):
        return {"y": tf.matmul(x, self.w)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "words")])
    def look_up(self, words):
        return self.table.lookup(words)


def saved_model():
    folder = os.path.join(HERE, "module")
    shutil.rmtree(folder, ignore_errors=True)
    module = Module()
    tf.saved_model.save(module, folder, signatures=module.__call__)
    os.remove(os.path.join(folder, "fingerprint.pb"))


def meta_graph():
    v1 = tf.compat.v1
    with tf.Graph().as_default():
        v1.get_variable("w", [2, 3], use_resource=False)
        v1.get_variable("p", [4, 2], use_resource=True,
                        partitioner=v1.fixed_size_partitioner(2))
        saver = v1.train.Saver()
        meta = saver.export_meta_graph(strip_default_attrs=True)
    meta.meta_info_def.ClearField("stripped_op_list")
    with open(os.path.join(HERE, "model.meta"), "wb") as file:
        file.write(meta.SerializeToString(deterministic=True))
    with open(os.path.join(HERE, "model.meta.txt"), "w") as file:
        file.write(text_format.MessageToString(meta))


def object_graph():
    model = tf.train.Checkpoint(w=tf.Variable(1.0, name="w"), parts=[tf.Variable(2.0, name="b")])
    prefix = tf.train.Checkpoint(model=model, step=tf.Variable(1, name="step")).save("/tmp/rill_ck")
    data = tf.train.load_checkpoint(prefix).get_tensor("_CHECKPOINTABLE_OBJECT_GRAPH")
    with open(os.path.join(HERE, "object_graph.pb"), "wb") as file:
        file.write(data)


def keras_metadata():
    metadata = saved_metadata_pb2.SavedMetadata()
    metadata.nodes.add(node_id=0, node_path="root", identifier="_tf_keras_sequential",
                       metadata='{"name": "sequential"}').version.producer = 1
    metadata.nodes.add(node_id=2, node_path="root.layer-0", identifier="_tf_keras_layer",
                       metadata='{"name": "dense"}').version.producer = 1
    with open(os.path.join(HERE, "keras_metadata.pb"), "wb") as file:
        file.write(metadata.SerializeToString())


saved_model()
meta_graph()
object_graph()
keras_metadata()
