// Where elements come from: tensors, numbers, functions and files.
#include "base/fail.h"
#include "codec/byte_file.h"
#include "codec/npy.h"
#include "codec/tf_record.h"
#include "data/stages.h"
#include "op/emit.h"

namespace rill {

using data::cursor_of;
using data::stage_of;

Dataset Dataset::from_tensor_slices(const Values& components) {
  if (components.empty()) fail(Code::invalid_argument, "from_tensor_slices() needs a tensor");
  int64_t rows = -1;
  for (const Tensor& t : components) {
    if (!t.is_dense()) {
      fail(Code::invalid_argument, "from_tensor_slices() takes tensors with elements");
    }
    if (t.rank() == 0) fail(Code::invalid_argument, "from_tensor_slices(): a scalar has no rows");
    if (rows >= 0 && t.dim(0) != rows) {
      fail(Code::invalid_argument, "from_tensor_slices(): the tensors have different numbers of ",
           "rows: ", rows, " and ", t.dim(0));
    }
    rows = t.dim(0);
  }
  Values owned;
  std::vector<Shape> shapes;
  for (const Tensor& t : components) {
    owned.push_back(t.owned());
    Shape row;
    for (int d = 1; d < t.rank(); ++d) row.push_back(t.dim(d));
    shapes.push_back(row);
  }
  return Dataset(stage_of(
      [owned, shapes, rows] {
        return cursor_of([owned, shapes, rows, at = int64_t{0}](Values& element) mutable {
          if (at == rows) return false;
          element.clear();
          for (size_t c = 0; c < owned.size(); ++c) {
            element.push_back(owned[c].rows(at, at + 1).reshaped(shapes[c]));
          }
          ++at;
          return true;
        });
      },
      rows));
}

Dataset Dataset::from_tensors(const Values& components) {
  return Dataset(stage_of(
      [components] {
        return cursor_of([components, done = false](Values& element) mutable {
          if (done) return false;
          element = components;
          done = true;
          return true;
        });
      },
      1));
}

Dataset Dataset::range(int64_t start, int64_t stop, int64_t step) {
  if (step == 0) fail(Code::invalid_argument, "range(): the step must not be 0");
  // In 128 bits: stop - start may not fit into 64.
  const __int128 span = static_cast<__int128>(stop) - start;
  const __int128 count = step > 0 ? (span + step - 1) / step : (span + step + 1) / step;
  const auto n =
      static_cast<int64_t>(count < 0                ? 0
                           : count > data::kEndless ? static_cast<__int128>(data::kEndless)
                                                    : count);
  return Dataset(stage_of(
      [start, step, n] {
        return cursor_of([start, step, n, i = int64_t{0}](Values& element) mutable {
          if (i == n) return false;
          element = {Tensor::scalar(start + i++ * step)};
          return true;
        });
      },
      n));
}

Dataset Dataset::from_generator(std::function<Generator()> begin) {
  return Dataset(stage_of([begin = std::move(begin)] { return cursor_of(begin()); }));
}

Dataset Dataset::from_npy(const std::filesystem::path& path) {
  return from_tensor_slices(read_npy(path));
}

Dataset Dataset::from_npz(const std::filesystem::path& path,
                          const std::vector<std::string>& names) {
  const NamedTensors arrays = read_npz(path);
  std::vector<std::string> known;
  for (const auto& [name, value] : arrays) known.push_back(name);
  Values out;
  for (const std::string& wanted : names.empty() ? known : names) {
    bool found = false;
    for (const auto& [name, value] : arrays) {
      if (name != wanted || found) continue;
      out.push_back(value);
      found = true;
    }
    if (!found) {
      fail(Code::not_found, path.string(), " has no array ", quoted(wanted),
           did_you_mean(wanted, known));
    }
  }
  return from_tensor_slices(out);
}

namespace {

// A line without its end, as tf.data.TextLineDataset gives it: "\r\n" is an end, too.
bool read_line(ByteFile& in, std::string& line) {
  line.clear();
  int c = in.get();
  if (c < 0) return false;
  for (; c >= 0 && c != '\n'; c = in.get()) line += static_cast<char>(c);
  if (!line.empty() && line.back() == '\r') line.pop_back();
  return true;
}

// A record of a table: a line, or several when a quoted field holds ends of lines.
bool read_csv_record(ByteFile& in, bool quotes, std::string& record) {
  record.clear();
  bool quoted_now = false;
  int c = in.get();
  if (c < 0) return false;
  for (; c >= 0; c = in.get()) {
    if (quotes && c == '"') quoted_now = !quoted_now;
    if (c == '\n' && !quoted_now) break;
    record += static_cast<char>(c);
  }
  if (!record.empty() && record.back() == '\r') record.pop_back();
  return true;
}

// File after file, opened when the one before has ended.
template <typename Reader, typename Read>
Dataset files(const std::vector<std::filesystem::path>& paths, const std::string& compression,
              Read read) {
  packing_of(compression);  // throws
  return Dataset(stage_of([paths, compression, read] {
    std::shared_ptr<Reader> now;
    return cursor_of([paths, compression, read, now, at = size_t{0}](Values& element) mutable {
      std::string text;
      while (true) {
        if (!now) {
          if (at == paths.size()) return false;
          now = std::make_shared<Reader>(paths[at++], compression);
        }
        if (read(*now, text)) {
          element = {Tensor(text)};
          return true;
        }
        now.reset();
      }
    });
  }));
}

}  // namespace

Dataset Dataset::from_tfrecord(const std::vector<std::filesystem::path>& paths,
                               const std::string& compression) {
  return files<TFRecordReader>(paths, compression,
                               [](TFRecordReader& in, std::string& text) { return in.next(text); });
}

Dataset Dataset::from_text_lines(const std::vector<std::filesystem::path>& paths,
                                 const std::string& compression) {
  return files<ByteFile>(paths, compression, read_line);
}

Dataset Dataset::from_csv(const std::filesystem::path& path, const Values& defaults,
                          const CsvOptions& o) {
  if (defaults.empty()) fail(Code::invalid_argument, "from_csv() needs a default for each column");
  return Dataset(stage_of([path, defaults, o] {
    const auto in = std::make_shared<ByteFile>(path, o.compression);
    std::string head;
    if (o.header) read_csv_record(*in, o.use_quote_delim, head);
    AttrMap attrs{{"field_delim", std::string(1, o.field_delim)},
                  {"use_quote_delim", o.use_quote_delim},
                  {"na_value", o.na_value}};
    if (!o.select_cols.empty()) attrs.set("select_cols", o.select_cols);
    return cursor_of([in, defaults, o, attrs, number = int64_t{0}](Values& element) mutable {
      // An empty line is a field of a table with one column, else it is passed by.
      const bool one = defaults.size() == 1 && o.select_cols.empty();
      std::string record;
      do {
        if (!read_csv_record(*in, o.use_quote_delim, record)) return false;
        ++number;
      } while (record.empty() && !one);
      if (record.empty() && defaults[0].size() > 0) {
        element = {defaults[0].reshaped(Shape{})};
        return true;
      }
      Values inputs{Tensor(record)};
      inputs.insert(inputs.end(), defaults.begin(), defaults.end());
      try {
        element = emit_all("DecodeCSV", inputs, attrs);
      } catch (const Error& error) {
        rethrow_with_context(error, str(in->path().string(), ": record ", number));
      }
      return true;
    });
  }));
}

}  // namespace rill
