#pragma once

#include "rill/keras/custom_objects.hpp"
#include "rill/keras/keras_tensor.hpp"
#include "rill/keras/layer.hpp"
#include "rill/keras/layers.hpp"
#include "rill/keras/model.hpp"
#include "rill/keras/saving.hpp"
