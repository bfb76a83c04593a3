// All of rill: tensors, graphs, sessions, files, ops, Keras.
#pragma once

#include "rill/autodiff.hpp"
#include "rill/control_flow.hpp"
#include "rill/dataset.hpp"
#include "rill/dtype.hpp"
#include "rill/error.hpp"
#include "rill/function.hpp"
#include "rill/graph.hpp"
#include "rill/keras.hpp"
#include "rill/log.hpp"
#include "rill/npy.hpp"
#include "rill/ops/array.hpp"
#include "rill/ops/call.hpp"
#include "rill/ops/image.hpp"
#include "rill/ops/indexing.hpp"
#include "rill/ops/linalg.hpp"
#include "rill/ops/math.hpp"
#include "rill/ops/nn.hpp"
#include "rill/ops/operators.hpp"
#include "rill/ops/random.hpp"
#include "rill/ops/signal.hpp"
#include "rill/ops/state.hpp"
#include "rill/ops/strings.hpp"
#include "rill/queue_runner.hpp"
#include "rill/saved_model.hpp"
#include "rill/saver.hpp"
#include "rill/session.hpp"
#include "rill/shape.hpp"
#include "rill/tensor.hpp"
#include "rill/train.hpp"
#include "rill/train_tools.hpp"

namespace rill {
// rill::reduce_mean as tf.reduce_mean; rill::ops::reduce_mean, where a name is taken.
using namespace ops;
}  // namespace rill
