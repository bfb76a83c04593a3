// How often tokens occur, and in how many documents: what vocabularies are learned from.
#pragma once

#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "rill/tensor.hpp"

namespace rill::keras {

class TokenCounts {
 public:
  void clear() { *this = {}; }
  // Strings or int64. rows[i] is the document of token i; the tokens of one lie together.
  void add(const Tensor& tokens, std::span<const int64_t> rows, int64_t documents);
  bool empty() const { return texts_.empty() && numbers_.empty(); }

  struct Vocabulary {
    Tensor tokens;
    Tensor idf;  // float32: log(1 + documents / (1 + documents with the token))
  };
  // The most frequent tokens first, of equally frequent ones the greater first; `without` some
  // scalars, no more than `most`.
  Vocabulary most_frequent(std::span<const Tensor> without, std::optional<int64_t> most) const;

 private:
  struct Count {
    int64_t tokens = 0, documents = 0, last_row = -1;
  };
  template <typename T>
  using Counts = std::unordered_map<T, Count>;
  template <typename T>
  void add_to(Counts<T>& counts, const Tensor& tokens, std::span<const int64_t> rows);
  template <typename T>
  Vocabulary sorted(const Counts<T>& counts, std::span<const Tensor> without,
                    std::optional<int64_t> most) const;

  Counts<std::string> texts_;
  Counts<int64_t> numbers_;
  int64_t documents_ = 0;
};

}  // namespace rill::keras
