// Readers of TensorFlow 1: what they give is what TensorFlow gave for the same files.
#include <gtest/gtest.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>

#include "codec/tf_record.h"
#include "op/emit.h"
#include "rill/error.hpp"
#include "rill/graph.hpp"
#include "rill/session.hpp"

namespace rill {
namespace {

class Readers : public ::testing::Test {
 protected:
  void SetUp() override {
    folder_ = str(::testing::TempDir(), "rill_readers_",
                  ::testing::UnitTest::GetInstance()->current_test_info()->name(), "/");
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string file(const std::string& name, const std::string& content) {
    std::ofstream(folder_ + name, std::ios::binary) << content;
    return folder_ + name;
  }
  // Runs one op that has no results.
  void run(const char* op, const Values& inputs, AttrMap attrs = {}) {
    const std::string name = unique("target");
    emit_all(op, inputs, std::move(attrs), name);
    session_.run_targets({name});
  }
  // A closed queue of this work.
  Value queue(const std::vector<std::string>& work, DType dtype = DType::string) {
    const Value q =
        emit("FIFOQueueV2", {},
             {{"component_types", std::vector<DType>{dtype}}, {"shared_name", unique("work")}});
    Tensor items = Tensor::vector(work);
    if (dtype != DType::string) items = Tensor::zeros(dtype, items.shape());
    run("QueueEnqueueManyV2", {q, items});
    run("QueueCloseV2", {q});
    return q;
  }
  Value reader(std::string_view kind, AttrMap attrs = {}) {
    attrs.set("shared_name", unique("reader"));
    return emit(str(kind, "V2"), {}, std::move(attrs));
  }
  // "key|value" of each record, without the folder.
  std::vector<std::string> all(const Value& reader, const Value& queue) {
    const Values record = emit_all("ReaderReadV2", {reader, queue});
    std::vector<std::string> out;
    try {
      while (true) {
        const auto got = session_.run({record[0], record[1]});
        const auto key = got[0].item<std::string>();
        out.push_back((key.starts_with(folder_) ? key.substr(folder_.size()) : key) + "|" +
                      got[1].item<std::string>());
      }
    } catch (const OutOfRangeError&) {
    }
    return out;
  }
  std::vector<int64_t> counts(const Value& reader) {
    const auto got = session_.run({emit("ReaderNumRecordsProducedV2", {reader}),
                                   emit("ReaderNumWorkUnitsCompletedV2", {reader})});
    return {got[0].item<int64_t>(), got[1].item<int64_t>()};
  }
  std::string unique(const char* name) { return str(name, "_", ++made_); }

  int made_ = 0;
  Graph graph_;
  GraphScope scope_{graph_.impl()};
  Session session_{graph_, {.allow_files = true}};
  std::string folder_;
};

using Lines = std::vector<std::string>;

TEST_F(Readers, LinesWithoutTheirEnds) {
  const auto a = file("a", "one\ntwo\r\n\nfo\rur");
  const auto b = file("b", "x\ny\n");
  const auto empty = file("e", "");
  const Value text = reader("TextLineReader");
  EXPECT_EQ(all(text, queue({a, b})),
            (Lines{"a:1|one", "a:2|two", "a:3|", "a:4|fo\rur", "b:1|x", "b:2|y"}));
  EXPECT_EQ(counts(text), (std::vector<int64_t>{6, 2}));
  run("ReaderResetV2", {text});
  EXPECT_EQ(counts(text), (std::vector<int64_t>{0, 0}));
  const Value skipping = reader("TextLineReader", {{"skip_header_lines", int64_t{1}}});
  EXPECT_EQ(all(skipping, queue({a, empty, b})), (Lines{"a:2|two", "a:3|", "a:4|fo\rur", "b:2|y"}));
  EXPECT_EQ(counts(skipping), (std::vector<int64_t>{4, 3}));
  EXPECT_THROW(all(reader("TextLineReader", {{"skip_header_lines", int64_t{-1}}}), queue({a})),
               InvalidArgumentError);
}

TEST_F(Readers, UpToTakesOneFileAtATime) {
  const Value work = queue({file("a", "1\n2\n3\n4"), file("e", ""), file("b", "x\ny\n")});
  const Value text = reader("TextLineReader");
  const auto up_to = [&](int64_t n) {
    return session_.run(emit_all("ReaderReadUpToV2", {text, work, Tensor::scalar(n)})[1])
        .to_vector<std::string>();
  };
  EXPECT_EQ(up_to(0), Lines{});
  EXPECT_EQ(up_to(3), (Lines{"1", "2", "3"}));
  EXPECT_EQ(up_to(3), (Lines{"4"}));
  EXPECT_EQ(up_to(3), (Lines{"x", "y"}));
  EXPECT_THROW(up_to(3), OutOfRangeError);
  EXPECT_THROW(up_to(-1), InvalidArgumentError);
}

TEST_F(Readers, RecordsOfOneLength) {
  const auto f = file("f", "HH012345678901F");
  const auto read = [&](int64_t record, int64_t header, int64_t footer, int64_t hop) {
    return all(reader("FixedLengthRecordReader", {{"record_bytes", record},
                                                  {"header_bytes", header},
                                                  {"footer_bytes", footer},
                                                  {"hop_bytes", hop}}),
               queue({f}));
  };
  EXPECT_EQ(read(3, 2, 1, 0), (Lines{"f:0|012", "f:1|345", "f:2|678", "f:3|901"}));
  EXPECT_EQ(read(4, 2, 1, 2), (Lines{"f:0|0123", "f:1|2345", "f:2|4567", "f:3|6789", "f:4|8901"}));
  EXPECT_EQ(read(2, 1, 1, 5), (Lines{"f:0|H0", "f:1|45", "f:2|90"}));
  EXPECT_EQ(read(20, 0, 0, 0), Lines{});
  EXPECT_EQ(read(2, 20, 0, 0), Lines{});  // OUT_OF_RANGE, too: the header reaches past the end
  EXPECT_THROW(read(2, 0, 0, -1), InvalidArgumentError);
  EXPECT_THROW(read(0, 0, 0, 0), InvalidArgumentError);
}

TEST_F(Readers, RecordsOfTFRecordFiles) {
  const std::string records = tf_record("aa") + tf_record("") + tf_record("ccc");
  const Lines wanted{"r:0|aa", "r:18|", "r:34|ccc"};
  EXPECT_EQ(all(reader("TFRecordReader"), queue({file("r", records), file("e", "")})), wanted);

  std::string packed(compressBound(records.size()), '\0');
  uLongf size = packed.size();
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                     reinterpret_cast<const Bytef*>(records.data()), records.size()),
            Z_OK);
  packed.resize(size);
  const AttrMap zlib{{"compression_type", std::string("ZLIB")}};
  EXPECT_EQ(all(reader("TFRecordReader", zlib), queue({file("r", packed)})), wanted);
  // Of a file that is cut off the records that are whole: without its checksum all of them.
  const auto first_bytes = [&](size_t n) {
    return all(reader("TFRecordReader", zlib), queue({file("r", packed.substr(0, n))}));
  };
  EXPECT_EQ(first_bytes(packed.size() - 1), wanted);
  EXPECT_EQ(first_bytes(1), std::vector<std::string>());
  EXPECT_THROW(first_bytes(packed.size() / 2), DataLossError);
  EXPECT_THROW(all(reader("TFRecordReader", zlib), queue({file("r", records)})), DataLossError);
  const auto cut = file("r", records.substr(0, records.size() - 3));
  EXPECT_THROW(all(reader("TFRecordReader"), queue({cut})), DataLossError);
}

TEST_F(Readers, WholeFilesAndWorkItself) {
  const Value whole = reader("WholeFileReader");
  EXPECT_EQ(all(whole, queue({file("a", "x\ny"), file("e", "")})), (Lines{"a|x\ny", "e|"}));
  EXPECT_THROW(all(whole, queue({folder_ + "nothing"})), NotFoundError);
  EXPECT_THROW(all(reader("WholeFileReader"), queue({folder_})), FailedPreconditionError);
  EXPECT_EQ(all(reader("IdentityReader"), queue({"p", "q"})), (Lines{"p|p", "q|q"}));
}

TEST_F(Readers, TakeTheirStateAlong) {
  const Value from = reader("IdentityReader");
  const Value work = queue({"p", "q"});
  session_.run(emit_all("ReaderReadV2", {from, work})[0]);
  const Tensor state = session_.run(emit("ReaderSerializeStateV2", {from}));
  EXPECT_EQ(state.item<std::string>(), "\x08\x01\x10\x01\x18\x01\x22\x01p");
  const Value to = reader("IdentityReader");
  run("ReaderRestoreStateV2", {to, state});
  EXPECT_EQ(counts(to), (std::vector<int64_t>{1, 1}));
  for (const std::string bad : {"\xff\xff", "\x08\x02\x10\x01", "\x08\x03\x10\x01\x22\x01q"}) {
    EXPECT_THROW(run("ReaderRestoreStateV2", {to, Tensor::scalar(bad)}), InvalidArgumentError);
  }
  EXPECT_THROW(session_.run(emit("ReaderSerializeStateV2", {reader("TextLineReader")})),
               UnimplementedError);
}

TEST_F(Readers, RefuseWorkThatIsNoName) {
  EXPECT_THROW(all(reader("TextLineReader"), queue({"a"}, DType::int32)), InvalidArgumentError);
}

TEST_F(Readers, FilesThatMatch) {
  for (const char* name : {"a1", "a2", "b", ".h", "[q"}) file(name, "");
  std::filesystem::create_directories(folder_ + "sub");
  file("sub/a3", "");
  const auto matching = [&](std::vector<std::string> patterns) {
    for (std::string& pattern : patterns) pattern = folder_ + pattern;
    auto found =
        session_.run(emit("MatchingFiles", {Tensor::vector(patterns)})).to_vector<std::string>();
    for (std::string& path : found) path = path.substr(folder_.size());
    return found;
  };
  EXPECT_EQ(matching({"*"}), (Lines{".h", "[q", "a1", "a2", "b", "sub"}));
  EXPECT_EQ(matching({"a?", "b", "a1"}), (Lines{"a1", "a1", "a2", "b"}));
  EXPECT_EQ(matching({"s*/*"}), Lines{"sub/a3"});
  EXPECT_EQ(matching({"[^a]*"}), (Lines{".h", "[q", "b", "sub"}));
  EXPECT_EQ(matching({"\\[q"}), Lines{"[q"});
  EXPECT_EQ(matching({"nothing", "no/*", "{a1,b}", "a["}), Lines{});
  const Tensor matrix = Tensor::vector(Lines{"a", "b"}).reshaped({1, 2});
  EXPECT_THROW(session_.run(emit("MatchingFiles", {matrix})), InvalidArgumentError);
  EXPECT_THROW(Session(graph_).run(emit("MatchingFiles", {Tensor::scalar(folder_ + "*")})),
               PermissionDeniedError);
}

// Records of files as datasets: the values are TensorFlow's for the same bytes.
TEST_F(Readers, DatasetsOfFiles) {
  const std::vector<DType> types{DType::string};
  const std::vector<Shape> shapes{Shape()};
  const AttrMap typed{{"output_types", types}, {"output_shapes", shapes}};
  const auto records = [&](const char* op, const Values& inputs) {
    AttrMap attrs = typed;
    attrs.set("shared_name", unique("iterator"));
    attrs.set("container", "");
    const Value iterator = emit("IteratorV2", {}, attrs);
    run("MakeIterator", {emit(op, inputs), iterator});
    const Value next = emit("IteratorGetNext", {iterator}, typed);
    std::vector<std::string> out;
    try {
      while (true) out.push_back(session_.run(next).item<std::string>());
    } catch (const OutOfRangeError&) {
    }
    return out;
  };
  using Texts = std::vector<std::string>;
  const auto number = [](int64_t n) { return Tensor::scalar(n); };
  const Tensor files =
      Tensor::vector(Texts{file("a", "one\r\n\nfo\rur"), file("e", ""), file("b", "x\n")});
  EXPECT_EQ(records("TextLineDataset", {files, Tensor(""), number(0)}),
            (Texts{"one", "", "four", "x"}));
  EXPECT_THROW(records("TextLineDataset", {Tensor(folder_ + "no"), Tensor(""), number(0)}),
               NotFoundError);
  const auto fixed = [&](const std::string& content) {
    return records("FixedLengthRecordDataset",
                   {Tensor(file("f", content)), number(2), number(3), number(1), number(0)});
  };
  EXPECT_EQ(fixed("HHabcdefF"), (Texts{"abc", "def"}));
  EXPECT_THROW(fixed("HHabcdeF"), InvalidArgumentError);
  const std::string tf = file("t", tf_record("r0") + tf_record("r1"));
  EXPECT_EQ(records("TFRecordDataset", {Tensor(tf), Tensor(""), number(0)}), (Texts{"r0", "r1"}));
  std::string packed(100, '\0');
  uLongf size = packed.size();
  const std::string plain = tf_record("packed");
  ASSERT_EQ(compress(reinterpret_cast<Bytef*>(packed.data()), &size,
                     reinterpret_cast<const Bytef*>(plain.data()), plain.size()),
            Z_OK);
  const std::string zlib = file("z", packed.substr(0, size));
  EXPECT_EQ(records("TFRecordDataset", {Tensor(zlib), Tensor("ZLIB"), number(0)}),
            (Texts{"packed"}));
}

TEST_F(Readers, NeedASessionThatMayReadFiles) {
  const Value work = queue({file("a", "1")});
  const Value line = emit_all("ReaderReadV2", {reader("TextLineReader"), work})[0];
  EXPECT_NO_THROW(session_.run(line));
  const Session closed(graph_);
  const Value again =
      emit("FIFOQueueV2", {}, {{"component_types", std::vector<DType>{DType::string}}});
  emit_all("QueueEnqueueV2", {again, Tensor::scalar(folder_ + "a")}, {}, "put");
  closed.run_targets({"put"});
  EXPECT_THROW(closed.run(emit_all("ReaderReadV2", {reader("TextLineReader"), again})[0]),
               PermissionDeniedError);
}

}  // namespace
}  // namespace rill
