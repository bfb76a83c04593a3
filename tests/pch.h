// Precompiled (RILL_PCH) for every test; each still includes what it uses.
#pragma once

#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include "base/str.h"
#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/graph.hpp"
#include "rill/tensor.hpp"
