// scan, take_while, unique, reduce and checks: what depends on the elements before.
#include <set>
#include <utility>

#include "base/fail.h"
#include "data/stages.h"

namespace rill {
namespace data {
namespace {

// Its value, whatever the dtype.
std::string scalar_bytes(const Tensor& t) {
  if (t.dtype() == DType::string) return *t.data<std::string>();
  return std::string(static_cast<const char*>(t.raw()), dtype_size(t.dtype()));
}

}  // namespace

StagePtr scan(StagePtr input, Values state, Dataset::Scan function) {
  const std::optional<int64_t> count = input->cardinality();
  return stage_of(
      [input = std::move(input), state, function = std::move(function)] {
        const auto cursor = std::shared_ptr<Cursor>(input->start());
        return cursor_of([cursor, state, function](Values& element) mutable {
          Values source;
          if (!cursor->next(source)) return false;
          auto [after, out] = function(state, source);
          state = std::move(after);
          element = std::move(out);
          return true;
        });
      },
      count);
}

StagePtr take_while(StagePtr input, std::function<bool(const Values&)> keep) {
  return stage_of([input = std::move(input), keep = std::move(keep)] {
    const auto cursor = std::shared_ptr<Cursor>(input->start());
    return cursor_of(
        [cursor, keep](Values& element) { return cursor->next(element) && keep(element); });
  });
}

StagePtr unique(StagePtr input) {
  return stage_of([input = std::move(input)] {
    const auto cursor = std::shared_ptr<Cursor>(input->start());
    return cursor_of([cursor, seen = std::set<std::string>()](Values& element) mutable {
      while (cursor->next(element)) {
        if (element.size() != 1 || element[0].size() != 1) {
          fail(Code::invalid_argument, "unique(): an element must be one scalar");
        }
        if (seen.insert(scalar_bytes(element[0])).second) return true;
      }
      return false;
    });
  });
}

StagePtr ignore_errors(StagePtr input) {
  return stage_of([input = std::move(input)] {
    const auto pass = std::shared_ptr<Cursor>(input->start());
    return cursor_of([pass](Values& element) {
      // An input that gives nothing but errors has no end.
      constexpr int kMostErrors = 1 << 20;
      for (int errors = 0;; ++errors) {
        try {
          return pass->next(element);
        } catch (const Error&) {
          if (errors == kMostErrors) throw;
        }
      }
    });
  });
}

StagePtr assert_cardinality(StagePtr input, int64_t count) {
  if (count < 0) {
    fail(Code::invalid_argument, "assert_cardinality(): must not be negative, is ", count);
  }
  return stage_of(
      [input = std::move(input), count] {
        const auto pass = std::shared_ptr<Cursor>(input->start());
        return cursor_of([pass, count, seen = int64_t{0}](Values& element) mutable {
          const bool more = pass->next(element);
          seen += more ? 1 : 0;
          if (more ? seen <= count : seen == count) return more;
          fail(Code::failed_precondition, "assert_cardinality(): expected ",
               count == kEndless ? std::string("no end") : str(count, " elements"),
               more ? std::string(", there are more") : str(", there are ", seen));
        });
      },
      count);
}

}  // namespace data

Values Dataset::reduce(Values state,
                       const std::function<Values(const Values&, const Values&)>& function) const {
  Iterator all = iterator();
  for (Values element; all.next(element);) state = function(state, element);
  return state;
}

}  // namespace rill
