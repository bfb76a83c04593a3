// Precompiled (RILL_PCH) for the rooms around Keras models; each file still includes what it uses.
#pragma once

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/fail.h"
#include "codec/json.h"
#include "keras/core/make.h"
#include "keras/core/registry.h"
#include "op/emit.h"
#include "rill/keras.hpp"
