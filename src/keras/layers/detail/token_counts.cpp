// update_state() and finalize_state() of keras/src/layers/preprocessing/index_lookup.py.
#include "keras/layers/token_counts.h"

#include <algorithm>
#include <cmath>

namespace rill::keras {

template <typename T>
void TokenCounts::add_to(Counts<T>& counts, const Tensor& tokens, std::span<const int64_t> rows) {
  for (int64_t i = 0; i < tokens.size(); ++i) {
    Count& count = counts[tokens.data<T>()[i]];
    ++count.tokens;
    const int64_t row = documents_ + rows[static_cast<size_t>(i)];
    if (count.last_row != row) ++count.documents;
    count.last_row = row;
  }
}

void TokenCounts::add(const Tensor& tokens, std::span<const int64_t> rows, int64_t documents) {
  if (tokens.dtype() == DType::string) {
    add_to(texts_, tokens, rows);
  } else {
    add_to(numbers_, tokens, rows);
  }
  documents_ += documents;
}

template <typename T>
TokenCounts::Vocabulary TokenCounts::sorted(const Counts<T>& counts,
                                            std::span<const Tensor> without,
                                            std::optional<int64_t> most) const {
  std::vector<const std::pair<const T, Count>*> found;
  for (const auto& entry : counts) {
    const auto is_entry = [&](const Tensor& t) { return t && *t.data<T>() == entry.first; };
    if (std::none_of(without.begin(), without.end(), is_entry)) found.push_back(&entry);
  }
  std::sort(found.begin(), found.end(), [](const auto* a, const auto* b) {
    return a->second.tokens != b->second.tokens ? a->second.tokens > b->second.tokens
                                                : a->first > b->first;
  });
  if (most && static_cast<int64_t>(found.size()) > *most) {
    found.resize(static_cast<size_t>(std::max<int64_t>(*most, 0)));
  }
  std::vector<T> tokens;
  std::vector<float> idf;
  for (const auto* entry : found) {
    tokens.push_back(entry->first);
    idf.push_back(static_cast<float>(std::log(
        1 + static_cast<double>(documents_) / static_cast<double>(1 + entry->second.documents))));
  }
  return {Tensor::vector(std::move(tokens)), Tensor::vector(std::move(idf))};
}

TokenCounts::Vocabulary TokenCounts::most_frequent(std::span<const Tensor> without,
                                                   std::optional<int64_t> most) const {
  return texts_.empty() ? sorted(numbers_, without, most) : sorted(texts_, without, most);
}

}  // namespace rill::keras
