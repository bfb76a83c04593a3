// Precompiled (RILL_PCH) for the rooms around ops; each file still includes what it uses.
#pragma once

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/fail.h"
#include "graph/graph.h"
#include "op/emit.h"
#include "op/kernel_context.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "tensor/dispatch.h"
