// Texts taken apart: the pieces of each are a ragged row
// (tensorflow/python/ops/ragged/ragged_string_ops.py).
#include <array>

#include "base/fail.h"
#include "keras/core/ragged.h"
#include "keras/layers/operation_table.h"

namespace rill::keras {
namespace {

Value first_split() { return Tensor::vector(std::vector<int64_t>{0}); }
// The splits of one row that holds all of a vector.
Value one_row(const Value& x) {
  const Value end = op::cast(op::shape_vector({op::dim(x, 0)}), DType::int64);
  return op::concat({first_split(), end}, 0);
}

// Of a dense tensor of texts, of any rank, or a ragged one: what `apart` makes of a vector of them.
template <typename F>
Values each_text(const Value& x, F&& apart) {
  Ragged outer;
  if (is_ragged(x)) {
    outer = unpack_ragged(x);
  } else if (x.rank() > 1) {
    outer = ragged_from_dense(x, x.rank() - 1);
  } else {
    outer.values = x;
  }
  Values out;
  for (Ragged part : apart(outer.values)) {
    part.splits.insert(part.splits.begin(), outer.splits.begin(), outer.splits.end());
    out.push_back(part.packed());
  }
  return out;
}
Value texts(const OperationCall& c) { return c.required(0, {"input", "data"}); }

Ragged rows_of_sparse(const Values& sparse) {
  const Value ids = op::squeeze(op::slice(sparse[0], {{}, {0, 1}}), 1);
  return {{splits_from_rows(ids, op::squeeze(op::slice(sparse[2], {{0, 1}}), 0))}, sparse[1]};
}
Values split_texts(const OperationCall& c) {
  const std::string separator = c.word(1, {"sep"}, "");
  const int64_t most = c.integer(2, {"maxsplit"}, -1);
  return each_text(texts(c), [&](const Value& x) {
    return std::array{rows_of_sparse(
        emit_all("StringSplitV2", {x, Tensor(std::string(separator))}, {{"maxsplit", most}}))};
  });
}
Values split_bytes(const OperationCall& c) {
  return each_text(texts(c), [](const Value& x) {
    return std::array{rows_of_sparse(
        emit_all("StringSplit", {x, Tensor(std::string())}, {{"skip_empty", false}}))};
  });
}

struct Unicode {
  std::string encoding, errors;
  int64_t replacement;
  bool control;
};
Unicode unicode_settings(const OperationCall& c) {
  return {c.word(1, {"input_encoding"}, "UTF-8"), c.word(2, {"errors"}, "replace"),
          c.integer(3, {"replacement_char"}, 65533),
          c.flag(4, {"replace_control_characters"}, false)};
}
Value encoded(const Value& values, const Value& splits, const Unicode& u) {
  return emit("UnicodeEncode", {values, splits},
              {{"errors", u.errors},
               {"output_encoding", u.encoding},
               {"replacement_char", u.replacement},
               {"Tsplits", DType::int64}});
}
// The characters' code points, or each as a text; and where each begins.
Values decoded(const OperationCall& c, bool as_texts, bool offsets) {
  Unicode u = unicode_settings(c);
  if (as_texts) u.control = false;
  return each_text(texts(c), [&](const Value& x) {
    const Values parts = emit_all("UnicodeDecodeWithOffsets", {x},
                                  {{"input_encoding", u.encoding},
                                   {"errors", u.errors},
                                   {"replacement_char", u.replacement},
                                   {"replace_control_characters", u.control}});
    Value characters = parts[1];
    if (as_texts) {
      const Value one = Tensor::scalar(int64_t{1});
      const Value end = emit("Size", {characters}, {{"out_type", DType::int64}});
      characters =
          encoded(characters,
                  op::concat({first_split(), emit("Range", {one, op::add(end, one), one})}, 0), u);
    }
    std::vector<Ragged> out{{{parts[0]}, characters}};
    if (offsets) out.push_back({{parts[0]}, parts[2]});
    return out;
  });
}
Values unicode_decode(const OperationCall& c) { return decoded(c, false, false); }
Values unicode_decode_with_offsets(const OperationCall& c) { return decoded(c, false, true); }
Values unicode_split(const OperationCall& c) { return decoded(c, true, false); }
Values unicode_split_with_offsets(const OperationCall& c) { return decoded(c, true, true); }
Values unicode_encode(const OperationCall& c) {
  const Value x = texts(c);
  const Unicode u{c.word(1, {"output_encoding"}, "UTF-8"), c.word(2, {"errors"}, "replace"),
                  c.integer(3, {"replacement_char"}, 65533), false};
  if (!is_ragged(x) && x.rank() == 1) {
    return {op::squeeze(encoded(op::cast(x, DType::int32), one_row(x), u), 0)};
  }
  Ragged rows = is_ragged(x) ? unpack_ragged(x) : ragged_from_dense(x, x.rank() - 1);
  const Value out = encoded(op::cast(rows.values, DType::int32), rows.splits.back(), u);
  rows.splits.pop_back();
  if (rows.splits.empty()) return {out};
  if (is_ragged(x)) return {rows.with(out).packed()};
  std::vector<op::Dim> dims = op::dims(x);
  dims.pop_back();
  return {op::reshape(out, dims)};
}

Values ngrams(const OperationCall& c) {
  const Value x = texts(c);
  std::string left, right;
  int64_t padding = 0;
  if (const Json* pads = c.constant(3, {"pad_values"})) {
    const bool pair = pads->is_array() && pads->size() == 2;
    left = pair ? pads->at(size_t{0}).as_string() : pads->as_string();
    right = pair ? pads->at(1).as_string() : left;
    padding = c.integer(4, {"padding_width"}, -1);
  }
  const AttrMap attrs{{"separator", c.word(2, {"separator"}, " ")},
                      {"ngram_widths", c.ints(1, {"ngram_width"}).value_or(Ints{})},
                      {"left_pad", left},
                      {"right_pad", right},
                      {"pad_width", padding},
                      {"preserve_short_sequences", c.flag(5, {"preserve_short_sequences"}, false)}};
  Ragged rows;
  if (is_ragged(x)) {
    rows = unpack_ragged(x);
  } else if (x.rank() > 1) {
    rows = ragged_from_dense(x, x.rank() - 1);
  } else {
    rows = {{one_row(x)}, x};
  }
  const Values made = emit_all("StringNGrams", {rows.values, rows.splits.back()}, attrs);
  rows.splits.back() = made[1];
  if (is_ragged(x)) return {rows.with(made[0]).packed()};
  std::vector<op::Dim> dims = op::dims(x);
  dims.back() = op::Dim(-1);
  return {op::reshape(made[0], dims)};
}

constexpr Operation kRaggedTexts[] = {
    {"strings.bytes_split", split_bytes},
    {"strings.ngrams", ngrams},
    {"strings.split", split_texts},
    {"strings.unicode_decode", unicode_decode},
    {"strings.unicode_decode_with_offsets", unicode_decode_with_offsets},
    {"strings.unicode_encode", unicode_encode},
    {"strings.unicode_split", unicode_split},
    {"strings.unicode_split_with_offsets", unicode_split_with_offsets},
};

}  // namespace

std::span<const Operation> ragged_text_operations() { return kRaggedTexts; }

}  // namespace rill::keras
