"""Makes train1/sync_replicas.meta: a graph whose gradients go through accumulators and whose steps
wait for tokens (SyncReplicasOptimizer), and prints what TensorFlow makes of it."""
import os
import time

import numpy as np
import tensorflow.compat.v1 as tf

tf.disable_eager_execution()
X = np.sin(np.arange(24).reshape(8, 3)).astype("f")
Y = np.cos(np.arange(8).reshape(8, 1)).astype("f")
IDS = np.arange(8) % 3

with tf.Graph().as_default():
    x = tf.placeholder(tf.float32, [None, 3], name="x")
    y = tf.placeholder(tf.float32, [None, 1], name="y")
    ids = tf.placeholder(tf.int32, [None], name="ids")
    w = tf.get_variable("w", initializer=tf.constant([[.1], [-.2], [.3]]))
    table = tf.get_variable("table", initializer=tf.constant([[.5], [.25], [-.5], [.125]]))
    prediction = tf.matmul(x, w) + tf.nn.embedding_lookup(table, ids)
    loss = tf.reduce_mean(tf.square(prediction - y), name="loss")
    step = tf.train.get_or_create_global_step()
    optimizer = tf.train.SyncReplicasOptimizer(tf.train.AdamOptimizer(0.05),
                                               replicas_to_aggregate=1, total_num_replicas=1)
    train = tf.group(optimizer.minimize(loss, global_step=step), name="train")
    tf.train.add_queue_runner(optimizer.get_chief_queue_runner())
    tokens = tf.group(optimizer.get_init_tokens_op(), name="tokens")
    start = tf.group(optimizer.chief_init_op, name="start")
    init = tf.group(tf.global_variables_initializer(), name="init_all")
    folder = os.path.join(os.path.dirname(os.path.abspath(__file__)), "train1")
    tf.train.export_meta_graph(os.path.join(folder, "sync_replicas.meta"), strip_default_attrs=True)
    with tf.Session() as session:
        session.run(init)
        session.run(start)
        tf.train.start_queue_runners(session)
        session.run(tokens)
        losses = []
        for _ in range(6):
            losses.append(session.run([loss, train], {x: X, y: Y, ids: IDS})[0])
            time.sleep(0.5)
        print([float(v) for v in losses], session.run(step), session.run([w, table]))
        os._exit(0)
