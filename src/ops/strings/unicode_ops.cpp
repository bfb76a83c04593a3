// UnicodeDecode, UnicodeDecodeWithOffsets, UnicodeEncode, UnicodeTranscode, UnicodeScript.
#include <memory>

#include "base/thread_pool.h"
#include "op/registry.h"
#include "ops/args.h"
#include "ops/attrs.h"
#include "ops/charset.h"
#include "ops/ragged_splits.h"
#include "ops/unicode.h"

namespace rill {
namespace {

struct Errors {
  bool strict = false;
  bool ignore = false;
  bool controls = false;
  int32_t replacement = 0xFFFD;
};

Errors errors_of(const NodeAccess& node) {
  const auto& mode = node.attr<std::string>("errors");
  const int64_t replacement = node.attr<int64_t>("replacement_char");
  node.require(is_character(replacement),
               "replacement_char out of unicode codepoint range: ", replacement);
  return {mode == "strict", mode == "ignore",
          node.attr_or<bool>("replace_control_characters", false),
          static_cast<int32_t>(replacement)};
}

Encoding output_encoding(const NodeAccess& node) {
  Encoding encoding{};  // one of the choices
  find_encoding(node.attr<std::string>("output_encoding"), encoding);
  return encoding;
}

// How the input is read: by rill's own decoder, or the system's table.
struct InputEncoding {
  Encoding own{};
  std::unique_ptr<Charset> table;

  explicit InputEncoding(const NodeAccess& node) {
    const auto& name = node.attr<std::string>("input_encoding");
    if (find_encoding(name, own)) return;
    table = Charset::open(name);
    node.require(table != nullptr, "Could not create converter for input encoding: ", quoted(name),
                 "; the iconv of this system has no table of that name that rill knows");
  }
  bool has_mark() const { return !table && (own == Encoding::utf16 || own == Encoding::utf32); }
};

// visit(code point, offset) for each character that stays.
template <typename Visit>
void unicode_decode(const NodeAccess& node, std::string_view text, const InputEncoding& input,
                    const Errors& errors, Visit visit) {
  const size_t whole = text.size();
  const Encoding own = input.table ? input.own : resolve_byte_order(text, input.own);
  while (!text.empty()) {
    const CodePoint found = input.table ? input.table->decode_one(text) : decode_one(text, own);
    const auto offset = static_cast<int64_t>(whole - text.size());
    text.remove_prefix(found.bytes);
    const bool wrong = found.value < 0;
    if (wrong && errors.strict) {
      node.fail(Code::invalid_argument, "Invalid formatting on input string");
    }
    if (!wrong && !(errors.controls && found.value <= 0x1F)) {
      visit(found.value, offset);
    } else if (!errors.ignore) {
      visit(errors.replacement, offset);
    }
  }
}

void decode_all(KernelContext& ctx) {
  const Errors errors = errors_of(ctx);
  const InputEncoding encoding(ctx);
  Splits splits = {0};
  std::vector<int32_t> characters;
  std::vector<int64_t> offsets;
  for (const std::string& text : ctx.input(0).flat<std::string>()) {
    // The first character counts from the start of the text, also behind a byte order mark.
    bool first = true;
    unicode_decode(ctx, text, encoding, errors, [&](int32_t c, int64_t offset) {
      characters.push_back(c);
      offsets.push_back(first && encoding.has_mark() ? 0 : offset);
      first = false;
    });
    splits.push_back(static_cast<int64_t>(characters.size()));
  }
  put_splits(ctx, 0, splits);
  ctx.set_output(1, Tensor::vector(characters));
  if (ctx.num_outputs() > 2) ctx.set_output(2, Tensor::vector(offsets));
}

void unicode_encode(KernelContext& ctx) {
  const Errors errors = errors_of(ctx);
  const Encoding encoding = output_encoding(ctx);
  const Tensor& values = ctx.input(0);
  ctx.require(values.rank() == 1, "input_values must be a vector, got shape ", values.shape());
  const Splits splits = splits_input(ctx, 1, values.dim(0));
  Tensor& out = ctx.output(0, Shape{static_cast<int64_t>(splits.size()) - 1});
  for (size_t r = 1; r < splits.size(); ++r) {
    std::string text;
    for (int64_t i = splits[r - 1]; i < splits[r]; ++i) {
      const int32_t c = values.data<int32_t>()[i];
      if (is_character(c)) {
        append_encoded(text, c, encoding);
        continue;
      }
      ctx.require(!errors.strict, "Code point is out of range for Unicode, or is a surrogate: ", c);
      if (!errors.ignore) append_encoded(text, errors.replacement, encoding);
    }
    out.data<std::string>()[r - 1] = std::move(text);
  }
}

void transcode(KernelContext& ctx) {
  const Errors errors = errors_of(ctx);
  const InputEncoding from(ctx);
  const Encoding to = output_encoding(ctx);
  const Tensor& in = ctx.input(0);
  Tensor& out = ctx.output(0, in.shape());
  for (int64_t i = 0; i < in.size(); ++i) {
    std::string text;
    unicode_decode(ctx, in.data<std::string>()[i], from, errors,
                   [&](int32_t c, int64_t) { append_encoded(text, c, to); });
    out.data<std::string>()[i] = std::move(text);
  }
}

void script(KernelContext& ctx) {
  const Tensor& in = ctx.input(0);
  Tensor& out = ctx.output(0, in.shape());
  const auto from = in.flat<int32_t>();
  auto* to = out.data<int32_t>();
  parallel_for(in.size(), 4096, [&](int64_t begin, int64_t end) {
    unicode_scripts(from.subspan(static_cast<size_t>(begin), static_cast<size_t>(end - begin)),
                    to + begin);
  });
}

// Vectors of lengths that the data say.
void infer_decoded(ShapeContext& ctx) {
  for (int i = 0; i < ctx.num_outputs(); ++i) ctx.set_output(i, Shape{Shape::kUnknownDim});
}

// A text for each of the innermost rows.
void infer_unicode_encode(ShapeContext& ctx) {
  const Shape& splits = ctx.input(1);
  const bool known = splits.has_rank() && splits.rank() == 1 && splits[0] > 0;
  ctx.set_output(0, Shape{known ? splits[0] - 1 : Shape::kUnknownDim});
}

}  // namespace

void register_unicode_ops(OpRegistry& registry) {
  const AttrDef errors = string_attr("errors", "replace", {"strict", "replace", "ignore"});
  const AttrDef replacement = int_attr("replacement_char", 65533);
  const AttrDef controls = bool_attr("replace_control_characters", false);
  const AttrDef output = choice_attr("output_encoding", {"UTF-8", "UTF-16-BE", "UTF-32-BE"});
  const AttrDef splits = type_attr("Tsplits", kIndexTypes, DType::int64);
  registry.add({.signature = "UnicodeDecode(input: string) -> (row_splits: Tsplits, char_values: "
                             "int32)",
                .attrs = {string_attr("input_encoding"), errors, replacement, controls, splits},
                .shape = infer_decoded,
                .kernel = decode_all});
  registry.add({.signature = "UnicodeDecodeWithOffsets(input: string) -> (row_splits: Tsplits, "
                             "char_values: int32, char_to_byte_starts: int64)",
                .attrs = {string_attr("input_encoding"), errors, replacement, controls, splits},
                .shape = infer_decoded,
                .kernel = decode_all});
  registry.add({.signature = "UnicodeEncode(input_values: int32, input_splits: Tsplits) -> "
                             "(output: string)",
                .attrs = {errors, output, replacement, splits},
                .shape = infer_unicode_encode,
                .kernel = unicode_encode});
  registry.add({.signature = "UnicodeTranscode(input: string) -> (output: string)",
                .attrs = {string_attr("input_encoding"), output, errors, replacement, controls},
                .shape = shapes::unchanged,
                .kernel = transcode});
  registry.add({.signature = "UnicodeScript(input: int32) -> (output: int32)",
                .shape = shapes::unchanged,
                .kernel = script});
}

}  // namespace rill
