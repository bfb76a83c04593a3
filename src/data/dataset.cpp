#include "rill/dataset.hpp"

#include "base/fail.h"
#include "codec/atomic_file.h"
#include "codec/tf_record.h"
#include "data/stages.h"

namespace rill {
namespace data {
namespace {

class FunctionStage final : public Stage {
 public:
  FunctionStage(std::function<CursorPtr()> start, std::optional<int64_t> cardinality)
      : start_(std::move(start)), cardinality_(cardinality) {}
  CursorPtr start() const override { return start_(); }
  std::optional<int64_t> cardinality() const override { return cardinality_; }

 private:
  std::function<CursorPtr()> start_;
  std::optional<int64_t> cardinality_;
};

class FunctionCursor final : public Cursor {
 public:
  explicit FunctionCursor(std::function<bool(Values&)> next) : next_(std::move(next)) {}
  bool next(Values& element) override {
    if (next_ && next_(element)) return true;
    next_ = nullptr;  // what it holds is needed no more
    return false;
  }

 private:
  std::function<bool(Values&)> next_;
};

}  // namespace

StagePtr stage_of(std::function<CursorPtr()> start, std::optional<int64_t> cardinality) {
  return std::make_shared<FunctionStage>(std::move(start), cardinality);
}
CursorPtr cursor_of(std::function<bool(Values&)> next) {
  return std::make_unique<FunctionCursor>(std::move(next));
}

}  // namespace data

Dataset Dataset::zip(const std::vector<Dataset>& datasets) {
  std::vector<data::StagePtr> inputs;
  for (const Dataset& d : datasets) inputs.push_back(d.stage_);
  return Dataset(data::zip(std::move(inputs)));
}
Dataset Dataset::map(Function function, const MapOptions& options) const {
  return Dataset(data::map(stage_, std::move(function), options));
}
Dataset Dataset::filter(std::function<bool(const Values&)> keep) const {
  return Dataset(data::filter(stage_, std::move(keep)));
}
Dataset Dataset::flat_map(std::function<Dataset(const Values&)> function) const {
  return interleave(std::move(function), {});
}
Dataset Dataset::interleave(std::function<Dataset(const Values&)> function,
                            const InterleaveOptions& options) const {
  return Dataset(data::interleave(stage_, std::move(function), options));
}
Dataset Dataset::batch(int64_t size, const BatchOptions& options) const {
  return Dataset(data::batch(stage_, size, options));
}
Dataset Dataset::padded_batch(int64_t size, const PaddedBatchOptions& options) const {
  return Dataset(data::padded_batch(stage_, size, options));
}
Dataset Dataset::unbatch() const { return Dataset(data::unbatch(stage_)); }
Dataset Dataset::shuffle(int64_t buffer_size, const ShuffleOptions& options) const {
  return Dataset(data::shuffle(stage_, buffer_size, options));
}
Dataset Dataset::repeat(int64_t count) const { return Dataset(data::repeat(stage_, count)); }
Dataset Dataset::take(int64_t count) const { return Dataset(data::take(stage_, count)); }
Dataset Dataset::skip(int64_t count) const { return Dataset(data::skip(stage_, count)); }
Dataset Dataset::shard(int64_t count, int64_t index) const {
  return Dataset(data::shard(stage_, count, index));
}
Dataset Dataset::concatenate(const Dataset& next) const {
  return Dataset(data::concatenate(stage_, next.stage_));
}
Dataset Dataset::enumerate(int64_t start) const { return Dataset(data::enumerate(stage_, start)); }
Dataset Dataset::prefetch(int64_t buffer_size) const {
  return Dataset(data::prefetch(stage_, buffer_size));
}
Dataset Dataset::cache() const { return Dataset(data::cache(stage_)); }
Dataset Dataset::cache(const std::filesystem::path& path) const {
  return Dataset(data::cache(stage_, path));
}
Dataset Dataset::snapshot(const std::filesystem::path& folder,
                          const std::string& compression) const {
  return Dataset(data::snapshot(stage_, folder, compression));
}
Dataset Dataset::ignore_errors() const { return Dataset(data::ignore_errors(stage_)); }
Dataset Dataset::assert_cardinality(int64_t count) const {
  return Dataset(data::assert_cardinality(stage_, count));
}
Values Dataset::get_single_element() const {
  Iterator pass = iterator();
  Values out, more;
  if (!pass.next(out)) fail(Code::invalid_argument, "get_single_element(): there is no element");
  if (pass.next(more)) {
    fail(Code::invalid_argument, "get_single_element(): there is more than one element");
  }
  return out;
}
Dataset Dataset::window(int64_t size, std::function<Dataset(const Dataset&)> function,
                        const WindowOptions& options) const {
  return Dataset(data::window(stage_, size, std::move(function), options));
}
Dataset Dataset::group_by_window(Key key, Reduce reduce, WindowSize size) const {
  return Dataset(data::group_by_window(stage_, std::move(key), std::move(reduce), std::move(size)));
}
Dataset Dataset::group_by_window(Key key, Reduce reduce, int64_t size) const {
  return group_by_window(std::move(key), std::move(reduce), [size](int64_t) { return size; });
}
Dataset Dataset::bucket_by_sequence_length(Key length, const std::vector<int64_t>& boundaries,
                                           const std::vector<int64_t>& batch_sizes,
                                           const BucketOptions& options) const {
  return Dataset(
      data::bucket_by_sequence_length(stage_, std::move(length), boundaries, batch_sizes, options));
}
Dataset Dataset::ragged_batch(int64_t size, const RaggedBatchOptions& options) const {
  return Dataset(data::ragged_batch(stage_, size, options));
}
Dataset Dataset::scan(const Values& initial_state, Scan function) const {
  return Dataset(data::scan(stage_, initial_state, std::move(function)));
}
Dataset Dataset::take_while(std::function<bool(const Values&)> keep) const {
  return Dataset(data::take_while(stage_, std::move(keep)));
}
Dataset Dataset::unique() const { return Dataset(data::unique(stage_)); }
std::optional<int64_t> Dataset::cardinality() const { return stage_->cardinality(); }

Dataset::Iterator::Iterator(std::unique_ptr<data::Cursor> cursor) : cursor_(std::move(cursor)) {}
Dataset::Iterator::Iterator(Iterator&&) noexcept = default;
Dataset::Iterator& Dataset::Iterator::operator=(Iterator&&) noexcept = default;
Dataset::Iterator::~Iterator() = default;
bool Dataset::Iterator::next(Values& element) { return cursor_->next(element); }
Dataset::Iterator Dataset::iterator() const { return Iterator(stage_->start()); }

struct TFRecordWriter::State {
  explicit State(const std::filesystem::path& path) : file(path) {}
  AtomicFile file;
  std::unique_ptr<Packer> packer;  // none: as they are
  bool closed = false;
};
TFRecordWriter::TFRecordWriter(const std::filesystem::path& path, const std::string& compression) {
  const std::optional<Packing> packing = packing_of(compression);
  state_ = std::make_unique<State>(path);
  if (packing) state_->packer = std::make_unique<Packer>(*packing);
}
TFRecordWriter::~TFRecordWriter() = default;
void TFRecordWriter::write(const std::string& record) {
  if (state_->closed) fail(Code::failed_precondition, "the file of records is closed");
  const std::string bytes = tf_record(record);
  state_->file.write(state_->packer ? state_->packer->add(bytes) : bytes);
}
void TFRecordWriter::close() {
  if (state_->closed) return;
  if (state_->packer) state_->file.write(state_->packer->end());
  state_->file.commit();
  state_->closed = true;
}

}  // namespace rill
