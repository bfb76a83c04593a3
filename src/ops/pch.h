// Precompiled for the many small files of this room (RILL_PCH); each still includes what it uses.
#pragma once

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/fail.h"
#include "op/emit.h"
#include "op/kernel_context.h"
#include "op/prepared.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "tensor/dispatch.h"
