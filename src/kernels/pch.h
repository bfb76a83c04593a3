// Precompiled (RILL_PCH) for the kernels; each file still includes what it uses.
#pragma once

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vector>

#include "base/fail.h"
#include "base/thread_pool.h"
#include "tensor/dispatch.h"
