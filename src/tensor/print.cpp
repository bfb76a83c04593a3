// Tensors as text, laid out as NumPy 2 does (numpy/_core/arrayprint.py: _formatArray): rows wrapped
// at 75 columns, more than 1000 elements summarised to three at each edge.
#include <ostream>
#include <string>
#include <vector>

#include "base/str.h"
#include "rill/tensor.hpp"
#include "tensor/number_text.h"

namespace rill {
namespace {

constexpr int64_t kThreshold = 1000;
constexpr int64_t kEdge = 3;
constexpr int kLineWidth = 75;

class Layout {
 public:
  explicit Layout(const Tensor& tensor)
      : shape_(tensor.shape()), summarise_(tensor.size() > kThreshold) {
    std::vector<int64_t> positions;
    collect(0, 0, positions);
    texts_ = element_texts(tensor, positions);
  }

  std::string text() { return block(0, 1, kLineWidth); }

 private:
  bool cut(int axis) const { return summarise_ && shape_[axis] > 2 * kEdge; }

  // Flat positions of what is shown, in the order in which block() takes the texts.
  void collect(int axis, int64_t offset, std::vector<int64_t>& out) const {
    if (axis == shape_.rank()) {
      out.push_back(offset);
      return;
    }
    const int64_t n = shape_[axis];
    for (int64_t i = 0; i < n; ++i) {
      if (cut(axis) && i == kEdge) i = n - kEdge;
      collect(axis + 1, offset * n + i, out);
    }
  }

  std::string block(int axis, size_t indent, int width) {
    std::string out =
        axis + 1 == shape_.rank() ? row(axis, indent, width) : blocks(axis, indent, width);
    return "[" + out.substr(indent) + "]";
  }

  std::string row(int axis, size_t indent, int width) {
    const std::string hanging(indent, ' ');
    std::string done;
    std::string line = hanging;
    const auto room = static_cast<size_t>(width > 1 ? width - 1 : 0);
    const auto add = [&](const std::string& word) {
      if (line.size() + word.size() > room && line.size() > indent) {
        done += line.substr(0, line.find_last_not_of(' ') + 1) + "\n";
        line = hanging;
      }
      line += word;
    };
    const int64_t n = shape_[axis];
    for (int64_t i = 0; i < n; ++i) {
      if (cut(axis) && i == kEdge) {
        add("...");
        line += ' ';
        i = n - kEdge;
      }
      add(texts_[next_++]);
      if (i + 1 < n) line += ' ';
    }
    return done + line;
  }

  std::string blocks(int axis, size_t indent, int width) {
    const std::string hanging(indent, ' ');
    const std::string separator(static_cast<size_t>(shape_.rank() - axis - 1), '\n');
    std::string out;
    const int64_t n = shape_[axis];
    for (int64_t i = 0; i < n; ++i) {
      if (cut(axis) && i == kEdge) {
        out += hanging + "..." + separator;
        i = n - kEdge;
      }
      out += hanging + block(axis + 1, indent + 1, width - 1);
      if (i + 1 < n) out += separator;
    }
    return out;
  }

  const Shape& shape_;
  bool summarise_;
  std::vector<std::string> texts_;
  size_t next_ = 0;
};

}  // namespace

std::string Tensor::to_string() const {
  if (!*this) return "<no value>";
  if (!is_dense()) {
    return str(is_symbolic() ? "<symbolic " : "<variable ", dtype(), ' ', shape().to_string(), '>');
  }
  if (rank() == 0) return scalar_text(*this);
  if (size() == 0) return "[]";
  return Layout(*this).text();
}

std::ostream& operator<<(std::ostream& out, const Tensor& tensor) {
  return out << tensor.to_string();
}
std::ostream& operator<<(std::ostream& out, const Shape& shape) { return out << shape.to_string(); }
std::ostream& operator<<(std::ostream& out, DType dtype) { return out << dtype_name(dtype); }

}  // namespace rill
