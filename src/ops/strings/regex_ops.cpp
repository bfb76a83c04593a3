#include "op/emit.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/regex.h"
#include "ops/text.h"
#include "rill/ops/strings.hpp"

namespace rill {
namespace {

const std::string& text_input(const KernelContext& ctx, int i, const char* what) {
  ctx.require(ctx.input(i).rank() == 0, what, " must be scalar, but received ",
              ctx.input(i).shape());
  return *ctx.input(i).data<std::string>();
}

void replace_all(KernelContext& ctx, const std::string& pattern, const std::string& rewrite) {
  const Regex regex(pattern);
  const bool all = ctx.attr<bool>("replace_global");
  map_strings<std::string>(ctx,
                           [&](const std::string& s) { return regex.replace(s, rewrite, all); });
}

void match_all(KernelContext& ctx, const std::string& pattern) {
  const Regex regex(pattern);
  map_strings<bool>(ctx, [&](const std::string& s) { return regex.full_match(s); });
}

void static_replace(KernelContext& ctx) {
  replace_all(ctx, ctx.attr<std::string>("pattern"), ctx.attr<std::string>("rewrite"));
}
void static_match(KernelContext& ctx) { match_all(ctx, ctx.attr<std::string>("pattern")); }
void replace(KernelContext& ctx) {
  replace_all(ctx, text_input(ctx, 1, "Pattern"), text_input(ctx, 2, "Rewrite"));
}
void match(KernelContext& ctx) { match_all(ctx, text_input(ctx, 1, "Pattern")); }

}  // namespace

Value ops::regex_replace(const Value& x, std::string_view pattern, std::string_view rewrite,
                         bool replace_global) {
  return emit("StaticRegexReplace", {x},
              {{"pattern", pattern}, {"rewrite", rewrite}, {"replace_global", replace_global}});
}
Value ops::regex_full_match(const Value& x, std::string_view pattern) {
  return emit("StaticRegexFullMatch", {x}, {{"pattern", pattern}});
}

void register_regex_ops(OpRegistry& registry) {
  registry.add(
      {.signature = "StaticRegexReplace(input: string) -> (output: string)",
       .attrs = {string_attr("pattern"), string_attr("rewrite"), bool_attr("replace_global", true)},
       .shape = shapes::unchanged,
       .kernel = static_replace});
  registry.add({.signature = "StaticRegexFullMatch(input: string) -> (output: bool)",
                .attrs = {string_attr("pattern")},
                .shape = shapes::unchanged,
                .kernel = static_match});
  registry.add(
      {.signature =
           "RegexReplace(input: string, pattern: string, rewrite: string) -> (output: string)",
       .attrs = {bool_attr("replace_global", true)},
       .shape = shapes::unchanged,
       .kernel = replace,
       .not_differentiable = true});
  registry.add({.signature = "RegexFullMatch(input: string, pattern: string) -> (output: bool)",
                .shape = shapes::unchanged,
                .kernel = match});
}

}  // namespace rill
