// Where elements come from: tensors, numbers, functions and files.
#include <utility>

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

Dataset Dataset::counter(int64_t start, int64_t step) {
  return Dataset(stage_of(
      [start, step] {
        return cursor_of([at = static_cast<uint64_t>(start), step](Values& element) mutable {
          element = {Tensor::scalar(static_cast<int64_t>(at))};
          at += static_cast<uint64_t>(step);
          return true;
        });
      },
      data::kEndless));
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
        // A file that fails is done with, for those who ignore errors.
        const std::shared_ptr<Reader> in = std::exchange(now, nullptr);
        if (!read(*in, text)) continue;
        now = in;
        element = {Tensor(text)};
        return true;
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

Dataset Dataset::from_fixed_length_records(const std::vector<std::filesystem::path>& paths,
                                           int64_t record_bytes, const FixedLengthOptions& o) {
  if (record_bytes < 1 || o.header_bytes < 0 || o.footer_bytes < 0) {
    fail(Code::invalid_argument, "from_fixed_length_records(): record_bytes must be positive, ",
         "header_bytes and footer_bytes not negative; they are ", record_bytes, ", ",
         o.header_bytes, ", ", o.footer_bytes);
  }
  struct Records {
    Records(const std::filesystem::path& path, const std::string& compression)
        : file(path, compression) {}
    ByteFile file;
    std::string ahead;  // more than the footer: the beginning of a record
    bool begun = false;
  };
  return files<Records>(paths, o.compression, [record_bytes, o](Records& in, std::string& text) {
    // Reads on in pieces: a file need not be as long as a record.
    const auto fill = [&in](std::string& out, uint64_t count) {
      constexpr uint64_t kPiece = uint64_t{1} << 20;
      while (out.size() < count) {
        const size_t had = out.size();
        const size_t wanted = static_cast<size_t>(std::min(kPiece, count - had));
        out.resize(had + wanted);
        const size_t got = in.file.read(out.data() + had, wanted);
        out.resize(had + got);
        if (got < wanted) return false;
      }
      return true;
    };
    const auto cut = [&in](uint64_t left) {
      fail(Code::data_loss, in.file.path().string(), ": ends inside of a record, ", left,
           " bytes after its beginning");
    };
    if (!std::exchange(in.begun, true)) {
      std::string header;
      if (!fill(header, static_cast<uint64_t>(o.header_bytes))) cut(header.size());
    }
    const auto record = static_cast<uint64_t>(record_bytes);
    const auto footer = static_cast<uint64_t>(o.footer_bytes);
    if (!fill(in.ahead, record + footer)) {
      if (in.ahead.size() != footer) cut(in.ahead.size());
      return false;
    }
    text = in.ahead.substr(0, record);
    in.ahead.erase(0, record);
    return true;
  });
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
