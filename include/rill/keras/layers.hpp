#pragma once

#include "rill/keras/layers/attention.hpp"
#include "rill/keras/layers/augmentation.hpp"
#include "rill/keras/layers/conv.hpp"
#include "rill/keras/layers/core.hpp"
#include "rill/keras/layers/normalization.hpp"
#include "rill/keras/layers/preprocessing.hpp"
#include "rill/keras/layers/rnn.hpp"
#include "rill/keras/layers/shaping.hpp"
