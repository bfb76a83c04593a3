// Precompiled for every test (RILL_PCH); each still includes what it uses.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "rill/tensor.hpp"
