// cache(file): the first whole pass writes the elements, later ones read them from there, one at a
// time. A record each: how many components; dtype, shape and elements of each.
#include <cstring>
#include <utility>

#include "base/fail.h"
#include "codec/byte_cursor.h"
#include "codec/tf_record.h"
#include "data/stages.h"

namespace rill::data {
namespace {

void put(std::string& out, uint64_t value) {
  out.append(reinterpret_cast<const char*>(&value), sizeof(value));
}
void put(std::string& out, std::string_view text) {
  put(out, text.size());
  out += text;
}

std::string packed(const Values& element) {
  std::string out;
  put(out, element.size());
  for (const Tensor& t : element) {
    if (!t.is_dense()) fail(Code::invalid_argument, "cache(): an element is no dense tensor");
    put(out, dtype_name(t.dtype()));
    put(out, static_cast<uint64_t>(t.rank()));
    for (int d = 0; d < t.rank(); ++d) put(out, static_cast<uint64_t>(t.dim(d)));
    if (t.dtype() == DType::string) {
      for (int64_t i = 0; i < t.size(); ++i) put(out, t.data<std::string>()[i]);
    } else if (t.size() > 0) {
      out.append(static_cast<const char*>(t.raw()),
                 static_cast<size_t>(t.size()) * dtype_size(t.dtype()));
    }
  }
  return out;
}

Tensor unpacked_tensor(ByteCursor& in) {
  const std::string name(in.text(in.u64()));
  const DType dtype = dtype_from_name(name);
  if (dtype == DType::invalid) in.damaged(str("there is no dtype ", quoted(name)));
  const uint64_t rank = in.u64();
  if (rank > in.remaining() / sizeof(uint64_t)) in.damaged(str("rank ", rank));
  Shape shape;
  uint64_t count = 1;
  for (uint64_t d = 0; d < rank; ++d) {
    const uint64_t dim = in.u64();
    if (dim > INT64_MAX || __builtin_mul_overflow(count, dim, &count)) in.damaged("too large");
    shape.push_back(static_cast<int64_t>(dim));
  }
  const uint64_t width = dtype == DType::string ? sizeof(uint64_t) : dtype_size(dtype);
  if (count > in.remaining() / width) in.damaged(str("it is too short for the shape ", shape));
  Tensor out(dtype, shape);
  if (dtype == DType::string) {
    for (int64_t i = 0; i < out.size(); ++i) {
      out.data<std::string>()[i] = std::string(in.text(in.u64()));
    }
  } else if (count > 0) {
    std::memcpy(out.raw(), in.bytes(count * width).data(), static_cast<size_t>(count * width));
  }
  return out;
}

Values unpacked(const std::string& record, const std::string& path) {
  ByteCursor in(bytes_of(record), path);
  Values out;
  for (uint64_t left = in.u64(); left > 0; --left) out.push_back(unpacked_tensor(in));
  return out;
}

class Writing final : public Cursor {
 public:
  Writing(CursorPtr input, const std::filesystem::path& path)
      : input_(std::move(input)), file_(std::make_unique<AtomicFile>(path)) {}
  bool next(Values& element) override {
    if (!input_) return false;
    if (input_->next(element)) {
      file_->write(tf_record(packed(element)));
      return true;
    }
    file_->commit();
    input_.reset();
    return false;
  }

 private:
  CursorPtr input_;
  std::unique_ptr<AtomicFile> file_;  // dropped, not there, when the pass stops before the end
};

}  // namespace

StagePtr cache(StagePtr input, const std::filesystem::path& path) {
  const std::optional<int64_t> count = input->cardinality();
  return stage_of(
      [input = std::move(input), path]() -> CursorPtr {
        std::error_code error;
        if (!std::filesystem::exists(path, error)) {
          return std::make_unique<Writing>(input->start(), path);
        }
        const auto file = std::make_shared<TFRecordReader>(path);
        return cursor_of([file, name = path.string()](Values& element) {
          std::string record;
          if (!file->next(record)) return false;
          element = unpacked(record, name);
          return true;
        });
      },
      count);
}

}  // namespace rill::data
