// Every operation as a function, named and with the inputs that TensorFlow's tf.raw_ops has:
// raw_ops::MatMul(a, b, {{"transpose_b", true}}). Attributes that inputs tell, and those with a
// default, may be left out. doc/ops.md lists types and gradients.
// Written by `rill ops --header include/rill`; a test fails when it is stale.
#pragma once

#include "rill/raw_ops/array.hpp"
#include "rill/raw_ops/audio.hpp"
#include "rill/raw_ops/ctc.hpp"
#include "rill/raw_ops/data.hpp"
#include "rill/raw_ops/debug.hpp"
#include "rill/raw_ops/functions.hpp"
#include "rill/raw_ops/image.hpp"
#include "rill/raw_ops/io.hpp"
#include "rill/raw_ops/linalg.hpp"
#include "rill/raw_ops/list.hpp"
#include "rill/raw_ops/lookup.hpp"
#include "rill/raw_ops/math.hpp"
#include "rill/raw_ops/nn.hpp"
#include "rill/raw_ops/optim.hpp"
#include "rill/raw_ops/parsing.hpp"
#include "rill/raw_ops/quant.hpp"
#include "rill/raw_ops/queue.hpp"
#include "rill/raw_ops/ragged.hpp"
#include "rill/raw_ops/random.hpp"
#include "rill/raw_ops/reduce.hpp"
#include "rill/raw_ops/rnn.hpp"
#include "rill/raw_ops/signal.hpp"
#include "rill/raw_ops/sparse.hpp"
#include "rill/raw_ops/state.hpp"
#include "rill/raw_ops/strings.hpp"
#include "rill/raw_ops/summary.hpp"
#include "rill/raw_ops/xla.hpp"
