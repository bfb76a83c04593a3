// Precompiled (RILL_PCH) for the rooms that read and write bytes; each file still includes what it
// uses.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstring>
#include <map>
#include <string>
#include <vector>

#include "base/fail.h"
#include "rill/graph.hpp"
