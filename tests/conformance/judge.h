// Holds the answers of a run against what TensorFlow gave: the rules of the conformance packs.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "case.h"

namespace rill::conformance {

enum class Verdict : uint8_t { pass, fail, error, unsupported };

struct Judgement {
  std::string name;
  std::string pack;
  std::string op;
  Verdict verdict = Verdict::fail;
  std::string message;
};

// `expected`: the arrays of expected.npz.
Judgement judge(const Json& test, const Answer& answer,
                const std::map<std::string, Tensor>& expected);

// Counts by pack and by op, as Markdown.
std::string coverage(const std::vector<Judgement>& judgements);

}  // namespace rill::conformance
