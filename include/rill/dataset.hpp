// Data sets: elements that are read, changed and batched one after the other, named as in tf.data.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include "rill/export.hpp"
#include "rill/tensor.hpp"

namespace rill {

namespace data {
class Stage;
class Cursor;
}  // namespace data

struct MapOptions {
  int num_parallel_calls = 1;  // threads; 0: all cores. The order stays.
};
struct BatchOptions {
  bool drop_remainder = false;
};
struct PaddedBatchOptions {
  // One a component; an open dimension is as long as the longest of the batch. None: all open.
  std::vector<Shape> padded_shapes = {};
  // One a component, or one for all that have its dtype; else zeros and empty strings.
  Values padding_values = {};
  bool drop_remainder = false;
};
struct ShuffleOptions {
  std::optional<int64_t> seed = {};  // none: another order each time
  bool reshuffle_each_iteration = true;
  // tf.random.set_seed().
  std::optional<int64_t> global_seed = {};
};
struct InterleaveOptions {
  int64_t cycle_length = 1;
  int64_t block_length = 1;
};
struct WindowOptions {
  int64_t shift = 0;   // how far the next window begins; 0: its size
  int64_t stride = 1;  // between its elements
  bool drop_remainder = false;
};
struct BucketOptions {
  // As of padded_batch().
  std::vector<Shape> padded_shapes = {};
  Values padding_values = {};
  // As long as the bucket allows, not as the longest of the batch.
  bool pad_to_bucket_boundary = false;
  bool no_padding = false;
  bool drop_remainder = false;
};
struct RandomOptions {
  std::optional<int64_t> seed = {};  // none: others each time
  std::optional<int64_t> global_seed = {};
};
struct ResampleOptions {
  std::vector<double> initial_dist = {};  // none: estimated from what was seen
  std::optional<int64_t> seed = {};
  std::optional<int64_t> global_seed = {};
};
struct RaggedBatchOptions {
  bool drop_remainder = false;
  DType row_splits_dtype = DType::int64;  // or int32
};
struct SampleOptions {
  std::optional<int64_t> seed = {};
  bool stop_on_empty_dataset = false;  // else the others go on
  std::optional<int64_t> global_seed = {};
};
struct ListFilesOptions {
  bool shuffle = true;  // each pass anew; else in the order of the names
  std::optional<int64_t> seed = {};
  std::optional<int64_t> global_seed = {};
};
struct FixedLengthOptions {
  int64_t header_bytes = 0;  // left out at the beginning of each file
  int64_t footer_bytes = 0;  // and at its end
  std::string compression = {};
};
struct TimeSeriesOptions {
  int64_t sequence_stride = 1;              // between the beginnings of two windows
  int64_t sampling_rate = 1;                // between two steps of a window
  std::optional<int64_t> batch_size = 128;  // none: single windows
  bool shuffle = false;
  std::optional<int64_t> seed = {};
  std::optional<int64_t> global_seed = {};
  std::optional<int64_t> start_index = {};  // rows before it and from end_index on are not used
  std::optional<int64_t> end_index = {};
};
struct CsvOptions {
  bool header = true;
  char field_delim = ',';
  bool use_quote_delim = true;
  std::string na_value = {};
  std::vector<int64_t> select_cols = {};  // none: all
  std::string compression = {};           // "GZIP", "ZLIB"
};
struct ImageFolderOptions {
  // Smaller and larger images are scaled. Open: as they are, then batches need one size.
  Shape image_size = {256, 256};
  // bilinear, nearest (which keeps uint8), bicubic, area, lanczos3, lanczos5, gaussian,
  // mitchellcubic.
  std::string interpolation = "bilinear";
  // Parts of the image are left out, or zeros put around it, instead of distorting it.
  bool crop_to_aspect_ratio = false;
  bool pad_to_aspect_ratio = false;
  int64_t channels = 3;                       // 1, 3 or 4
  std::string label_mode = "int";             // int, categorical, binary, none
  std::vector<std::string> class_names = {};  // none: all folders, in the order of their names
  // One an image, in the order of the paths: the folders say nothing then.
  std::vector<int64_t> labels = {};
  bool follow_links = false;  // into folders below those of the classes
  bool shuffle = true;        // the files once, and each pass anew
  std::optional<int64_t> seed = {};
  std::optional<int64_t> global_seed = {};  // tf.random.set_seed()
  // A part of the files that is left for subset "validation"; "training" has the others. Both need
  // the same seed, or no shuffling.
  double validation_split = 0;
  std::string subset = {};
  std::optional<int64_t> batch_size = 32;  // none: single images
};

// A value handle on a recipe: copies share it, each pass over it begins anew. An element is a list
// of dense tensors, its components: {x}, {x, y} or {x, y, sample_weight} for training. Only what
// is under way is in memory: a buffer of shuffle() or prefetch(), the elements of cache().
// Errors while it runs are thrown by the pass; they say which step failed.
class RILL_API Dataset {
 public:
  // A component more each: rows of the tensors. Throws INVALID_ARGUMENT when their numbers of rows
  // differ.
  static Dataset from_tensor_slices(const Values& components);
  static Dataset from_tensor_slices(const Tensor& component) {
    return from_tensor_slices(Values{component});
  }
  // Components in the order of their names, as TensorFlow flattens a dictionary.
  // A template, so that {x, y} is a list.
  template <typename Map>
  requires(std::is_same_v<Map, std::map<std::string, Tensor>>) static Dataset
      from_tensor_slices(const Map& components) {
    Values values;
    for (const auto& [name, value] : components) values.push_back(value);
    return from_tensor_slices(values);
  }
  static Dataset from_tensors(const Values& components);
  static Dataset range(int64_t start, int64_t stop, int64_t step = 1);
  static Dataset range(int64_t stop) { return range(0, stop); }
  // `begin` is called for each pass; what it gives is called until it says false.
  using Generator = std::function<bool(Values& element)>;
  static Dataset from_generator(std::function<Generator()> begin);

  // Rows of an array; of the named arrays of an archive (none: all, in its order).
  static Dataset from_npy(const std::filesystem::path& path);
  static Dataset from_npz(const std::filesystem::path& path,
                          const std::vector<std::string>& names = {});
  // Records as strings. Throws DATA_LOSS with the offset where a checksum does not fit. Files may
  // be compressed as a whole: "GZIP", "ZLIB".
  static Dataset from_tfrecord(const std::vector<std::filesystem::path>& paths,
                               const std::string& compression = {});
  static Dataset from_text_lines(const std::vector<std::filesystem::path>& paths,
                                 const std::string& compression = {});
  // Records of so many bytes each, as strings. Throws DATA_LOSS when a file ends inside of one.
  static Dataset from_fixed_length_records(const std::vector<std::filesystem::path>& paths,
                                           int64_t record_bytes,
                                           const FixedLengthOptions& options = {});
  // Names of files that fit one of the patterns: *, ? and [a-z] below folders that exist. Throws
  // INVALID_ARGUMENT when there is none.
  static Dataset list_files(const std::vector<std::string>& patterns,
                            const ListFilesOptions& options = {});
  // Windows of the rows of `data` one after the other, each with the row of `targets` of its
  // beginning if there are any (keras.utils.timeseries_dataset_from_array).
  static Dataset from_time_series(const Tensor& data, const Tensor& targets,
                                  int64_t sequence_length, const TimeSeriesOptions& options = {});
  // A scalar a column. `defaults`: one a column, which gives its dtype and stands in for an empty
  // field; an empty vector of a dtype (shape [0]) says that the field must be there.
  static Dataset from_csv(const std::filesystem::path& path, const Values& defaults,
                          const CsvOptions& options = {});
  // Folder/class/.../image: PNG, JPEG, GIF, BMP, PPM and PGM files, read when they are needed.
  // Images are float32 in [0, 255]. Order, labels and pixels are those of
  // keras.utils.image_dataset_from_directory for a seed.
  static Dataset from_image_folder(const std::filesystem::path& folder,
                                   const ImageFolderOptions& options = {});
  // The names of the classes of such a folder.
  static std::vector<std::string> image_folder_classes(const std::filesystem::path& folder);

  // What save() of rill or of tf.data wrote, component by component; compressed as it was said
  // there: "", "GZIP", "ZLIB". Throws NOT_FOUND, DATA_LOSS; UNIMPLEMENTED for elements that are no
  // plain tensors.
  static Dataset load(const std::filesystem::path& folder, const std::string& compression = {});

  static Dataset zip(const std::vector<Dataset>& datasets);
  // start, start + step, ... as int64, without end.
  static Dataset counter(int64_t start = 0, int64_t step = 1);
  // Numbers of 32 bits as int64, without end.
  static Dataset random(const RandomOptions& options = {});
  // The next element of the data set that the next choice (a scalar of int64) names.
  static Dataset choose_from_datasets(const std::vector<Dataset>& datasets, const Dataset& choices,
                                      bool stop_on_empty_dataset = true);
  // Drawn as tf.data draws for a seed. No weights: all alike.
  static Dataset sample_from_datasets(const std::vector<Dataset>& datasets,
                                      const std::vector<double>& weights = {},
                                      const SampleOptions& options = {});

  using Function = std::function<Values(const Values& element)>;
  Dataset map(Function function, const MapOptions& options = {}) const;
  Dataset filter(std::function<bool(const Values& element)> keep) const;
  Dataset flat_map(std::function<Dataset(const Values& element)> function) const;
  Dataset interleave(std::function<Dataset(const Values& element)> function,
                     const InterleaveOptions& options) const;
  // Throws INVALID_ARGUMENT in the pass when shapes differ: padded_batch() takes those.
  Dataset batch(int64_t size, const BatchOptions& options = {}) const;
  Dataset padded_batch(int64_t size, const PaddedBatchOptions& options = {}) const;
  // Elements whose first dimension differs: each component that has one becomes two, the values of
  // all elements after each other, and where each begins and ends (RaggedTensor.from_row_splits()).
  Dataset ragged_batch(int64_t size, const RaggedBatchOptions& options = {}) const;
  Dataset unbatch() const;
  Dataset rebatch(int64_t size, const BatchOptions& options = {}) const {
    return unbatch().batch(size, options);
  }
  // `size` elements after the other as a data set; what the function makes of the windows follows
  // one after the other (window().flat_map() of tf.data).
  Dataset window(int64_t size, std::function<Dataset(const Dataset& window)> function,
                 const WindowOptions& options = {}) const;
  // Elements of one key, as many as its window takes.
  using Key = std::function<int64_t(const Values& element)>;
  using Reduce = std::function<Dataset(int64_t key, const Dataset& group)>;
  using WindowSize = std::function<int64_t(int64_t key)>;
  Dataset group_by_window(Key key, Reduce reduce, WindowSize size) const;
  Dataset group_by_window(Key key, Reduce reduce, int64_t size) const;
  // Elements {class, ...}, some left out and some twice, so that the classes come as often as
  // target_dist says. Drawn as tf.data draws for a seed.
  Dataset rejection_resample(Key class_of, const std::vector<double>& target_dist,
                             const ResampleOptions& options = {}) const;
  // Batches of elements of like length: batch_sizes[i] of those below boundaries[i].
  Dataset bucket_by_sequence_length(Key length, const std::vector<int64_t>& boundaries,
                                    const std::vector<int64_t>& batch_sizes,
                                    const BucketOptions& options = {}) const;
  // tf.data's order for a seed, in each pass.
  Dataset shuffle(int64_t buffer_size, const ShuffleOptions& options = {}) const;
  Dataset repeat(int64_t count = -1) const;  // -1: without end
  Dataset take(int64_t count) const;         // -1: all
  Dataset skip(int64_t count) const;
  Dataset shard(int64_t count, int64_t index) const;
  Dataset concatenate(const Dataset& next) const;
  Dataset enumerate(int64_t start = 0) const;
  // The state after the element, and what takes its place.
  using Scan = std::function<std::pair<Values, Values>(const Values& state, const Values& element)>;
  Dataset scan(const Values& initial_state, Scan function) const;
  Dataset take_while(std::function<bool(const Values& element)> keep) const;
  // Scalars, each value once.
  Dataset unique() const;
  // One pass: the state after the last element.
  Values reduce(
      Values state,
      const std::function<Values(const Values& state, const Values& element)>& function) const;
  // Read ahead by a thread, at most so many elements.
  Dataset prefetch(int64_t buffer_size) const;
  // The first whole pass keeps the elements in memory; later ones take them from there.
  Dataset cache() const;
  // In a file that a whole pass leaves behind; when it is there, the input is not asked.
  Dataset cache(const std::filesystem::path& path) const;

  // A folder that a whole pass leaves behind as save() does; when it is there, the input is not
  // asked.
  Dataset snapshot(const std::filesystem::path& folder, const std::string& compression = {}) const;
  // One pass into a folder that load() of rill and of tf.data reads; an older folder is replaced as
  // a whole. Compressed by "GZIP" or "ZLIB" if that is asked for. Throws INVALID_ARGUMENT when
  // elements differ in their number of components or dtypes.
  void save(const std::filesystem::path& folder, const std::string& compression = {}) const;
  // Leaves out what the input throws instead of elements: of map() and filter() the element, of a
  // file what is left of it.
  Dataset ignore_errors() const;
  Dataset apply(const std::function<Dataset(const Dataset&)>& transformation) const {
    return transformation(*this);
  }
  // The only element. Throws INVALID_ARGUMENT when there is none, or another one.
  Values get_single_element() const;
  // Says how many elements there are; a pass that finds others throws FAILED_PRECONDITION.
  Dataset assert_cardinality(int64_t count) const;

  // How many elements; nothing when it is not known, INT64_MAX without end.
  std::optional<int64_t> cardinality() const;

  // One pass. Not thread-safe.
  class RILL_API Iterator {
   public:
    explicit Iterator(std::unique_ptr<data::Cursor> cursor);
    Iterator(Iterator&&) noexcept;
    Iterator& operator=(Iterator&&) noexcept;
    ~Iterator();
    // False at the end.
    bool next(Values& element);

   private:
    std::unique_ptr<data::Cursor> cursor_;
  };
  Iterator iterator() const;

  // for (const Values& element : dataset)
  struct End {};
  class RILL_API Range {
   public:
    explicit Range(Iterator iterator) : iterator_(std::move(iterator)) { ++*this; }
    const Values& operator*() const { return element_; }
    Range& operator++() {
      more_ = iterator_.next(element_);
      return *this;
    }
    bool operator!=(End) const { return more_; }

   private:
    Iterator iterator_;
    Values element_;
    bool more_ = false;
  };
  Range begin() const { return Range(iterator()); }
  End end() const { return {}; }

  explicit Dataset(std::shared_ptr<const data::Stage> stage) : stage_(std::move(stage)) {}
  const std::shared_ptr<const data::Stage>& stage() const { return stage_; }

 private:
  std::shared_ptr<const data::Stage> stage_;
};

// Writes records that TensorFlow reads. The file is there, whole, after close().
class RILL_API TFRecordWriter {
 public:
  // Compressed by "GZIP" or "ZLIB" if that is asked for. Throws NOT_FOUND when the folder does not
  // exist, PERMISSION_DENIED.
  explicit TFRecordWriter(const std::filesystem::path& path, const std::string& compression = {});
  TFRecordWriter(const TFRecordWriter&) = delete;
  TFRecordWriter& operator=(const TFRecordWriter&) = delete;
  ~TFRecordWriter();  // without close() the file is as it was before
  void write(const std::string& record);
  void close();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace rill
