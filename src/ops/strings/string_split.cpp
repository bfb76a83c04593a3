#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/text.h"
#include "rill/ops/strings.hpp"

namespace rill {
namespace {

using Parts = std::vector<std::string_view>;

// Runs of whitespace separate, and those at the ends do not count: Python's str.split().
Parts split_spaces(std::string_view text, int64_t most) {
  Parts parts;
  const auto skip = [&] {
    while (!text.empty() && is_space(text.front())) text.remove_prefix(1);
  };
  skip();
  while (!text.empty()) {
    size_t n = 0;
    while (n < text.size() && !is_space(text[n])) ++n;
    parts.push_back(text.substr(0, n));
    text.remove_prefix(n);
    skip();
    if (most > 0 && static_cast<int64_t>(parts.size()) == most) {
      parts.push_back(text);
      return parts;
    }
  }
  return parts;
}

Parts split_at(std::string_view text, std::string_view separator, int64_t most) {
  Parts parts;
  for (size_t at; (at = text.find(separator)) != std::string_view::npos;) {
    parts.push_back(text.substr(0, at));
    text.remove_prefix(at + separator.size());
    if (most > 0 && static_cast<int64_t>(parts.size()) == most) break;
  }
  parts.push_back(text);
  return parts;
}

// Each byte of `separators` separates; without any, every byte is a part. An empty text has none.
Parts split_any(std::string_view text, std::string_view separators, bool skip_empty) {
  Parts parts;
  if (text.empty()) return parts;
  if (separators.empty()) {
    for (size_t i = 0; i < text.size(); ++i) parts.push_back(text.substr(i, 1));
    return parts;
  }
  while (true) {
    const size_t at = text.find_first_of(separators);
    const std::string_view part = text.substr(0, at);
    if (!skip_empty || !part.empty()) parts.push_back(part);
    if (at == std::string_view::npos) return parts;
    text.remove_prefix(at + 1);
  }
}

void infer_string_split(ShapeContext& ctx) {
  ctx.require_rank_exactly(0, 1);
  ctx.require_rank_exactly(1, 0);
  ctx.set_output(0, Shape{-1, 2});
  ctx.set_output(1, Shape{-1});
  ctx.set_output(2, Shape{2});
}

// A sparse [batch, longest] matrix.
template <typename Split>
void run_string_split(KernelContext& ctx, Split split) {
  ctx.require(ctx.input(0).rank() == 1,
              "input must be a vector, got shape: ", ctx.input(0).shape());
  ctx.require(ctx.input(1).rank() == 0,
              "the separator must be scalar, got shape: ", ctx.input(1).shape());
  const std::string& separator = *ctx.input(1).data<std::string>();
  std::vector<Parts> rows;
  int64_t total = 0, longest = 0;
  for (const std::string& text : ctx.input(0).flat<std::string>()) {
    rows.push_back(split(text, separator));
    total += static_cast<int64_t>(rows.back().size());
    longest = std::max(longest, static_cast<int64_t>(rows.back().size()));
  }
  auto* index = ctx.output(0, Shape{total, 2}).data<int64_t>();
  auto* values = ctx.output(1, Shape{total}).data<std::string>();
  for (size_t r = 0; r < rows.size(); ++r) {
    for (size_t k = 0; k < rows[r].size(); ++k) {
      *index++ = static_cast<int64_t>(r);
      *index++ = static_cast<int64_t>(k);
      *values++ = std::string(rows[r][k]);
    }
  }
  auto* shape = ctx.output(2, Shape{2}).data<int64_t>();
  shape[0] = static_cast<int64_t>(rows.size());
  shape[1] = longest;
}

void split_v1(KernelContext& ctx) {
  const bool skip_empty = ctx.attr<bool>("skip_empty");
  run_string_split(ctx, [&](std::string_view text, std::string_view separators) {
    return split_any(text, separators, skip_empty);
  });
}

void split_v2(KernelContext& ctx) {
  const int64_t most = int32_attr(ctx, "maxsplit");
  run_string_split(ctx, [&](std::string_view text, std::string_view separator) {
    if (most == 0) return Parts{text};
    return separator.empty() ? split_spaces(text, most) : split_at(text, separator, most);
  });
}

}  // namespace

Values ops::string_split(const Value& x, std::string_view separator, int64_t maxsplit) {
  return emit_all("StringSplitV2", {x, Tensor(std::string(separator))}, {{"maxsplit", maxsplit}});
}

void register_string_split(OpRegistry& registry) {
  registry.add({.signature = "StringSplit(input: string, delimiter: string) -> (indices: int64, "
                             "values: string, shape: int64)",
                .attrs = {bool_attr("skip_empty", true)},
                .shape = infer_string_split,
                .kernel = split_v1,
                .not_differentiable = true});
  registry.add({.signature = "StringSplitV2(input: string, sep: string) -> (indices: int64, "
                             "values: string, shape: int64)",
                .attrs = {int_attr("maxsplit", -1)},
                .shape = infer_string_split,
                .kernel = split_v2});
}

}  // namespace rill
