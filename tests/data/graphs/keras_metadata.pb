
8root"_tf_keras_sequential*{"name": "sequential"}2
8root.layer-0"_tf_keras_layer*{"name": "dense"}2