// WholeFileReader, TextLineReader, FixedLengthRecordReader, TFRecordReader, IdentityReader, in the
// old form (a ref handle) and the new one (a resource).
// Rules:
// tensorflow/core/kernels/{whole_file_read,text_line_reader,fixed_length_record_reader}_op.cc.
#include <fstream>
#include <memory>

#include "codec/tf_record.h"
#include "op/registry.h"
#include "op/shape_context.h"
#include "ops/attrs.h"
#include "ops/files.h"
#include "ops/record_reader.h"

namespace rill {
namespace {

class IdentityReader final : public RecordReader {
 public:
  IdentityReader(std::string name, const NodeAccess&) : RecordReader(std::move(name)) {}

 protected:
  void start(const KernelContext&, const std::string&) override {}
  Step next(const KernelContext&, const std::string& work, Record& out) override {
    out = {work, work};
    return Step::last;
  }
  bool has_plain_state() const override { return true; }
};

class WholeFileReader final : public RecordReader {
 public:
  WholeFileReader(std::string name, const NodeAccess&) : RecordReader(std::move(name)) {}

 protected:
  void start(const KernelContext&, const std::string&) override {}
  Step next(const KernelContext& ctx, const std::string& work, Record& out) override {
    out = {work, whole_file(ctx, work)};
    return Step::last;
  }
  bool has_plain_state() const override { return true; }
};

class TextLineReader final : public RecordReader {
 public:
  TextLineReader(std::string name, const NodeAccess& node)
      : RecordReader(std::move(name)), skipped_(node.attr<int64_t>("skip_header_lines")) {
    node.require(skipped_ >= 0, "skip_header_lines must be >= 0 not ", skipped_);
  }

 protected:
  void start(const KernelContext& ctx, const std::string& work) override {
    file_ = open_to_read(ctx, work);
    line_ = 0;
    for (std::string text; line_ < skipped_ && std::getline(file_, text);) ++line_;
  }
  Step next(const KernelContext&, const std::string& work, Record& out) override {
    if (!std::getline(file_, out.value)) return Step::at_end;
    if (!out.value.empty() && out.value.back() == '\r' && !file_.eof()) out.value.pop_back();
    out.key = str(work, ":", ++line_);
    return Step::produced;
  }

 private:
  const int64_t skipped_;
  std::ifstream file_;
  int64_t line_ = 0;
};

class FixedLengthRecordReader final : public RecordReader {
 public:
  FixedLengthRecordReader(std::string name, const NodeAccess& node)
      : RecordReader(std::move(name)),
        header_(bytes(node, "header_bytes", 0)),
        record_(bytes(node, "record_bytes", 1)),
        footer_(bytes(node, "footer_bytes", 0)),
        hop_(bytes(node, "hop_bytes", 0)),
        encoding_(node.attr_or<std::string>("encoding", "")) {}

 protected:
  void start(const KernelContext& ctx, const std::string& work) override {
    content_ = unpacked_file(ctx, work, encoding_);
    at_ = static_cast<uint64_t>(header_);
    number_ = 0;
    if (at_ > content_.bytes.size()) ctx.fail(Code::out_of_range, "reached end of file");
  }
  Step next(const KernelContext&, const std::string& work, Record& out) override {
    const uint64_t left = content_.bytes.size() - at_;
    const auto record = static_cast<uint64_t>(record_);
    if (left < record || left - record < static_cast<uint64_t>(footer_)) return Step::at_end;
    out = {str(work, ":", number_++), std::string(text_of(content_.bytes.subspan(at_, record)))};
    at_ += std::min(left, static_cast<uint64_t>(hop_ > 0 ? hop_ : record_));
    return Step::produced;
  }

 private:
  // TensorFlow takes records of 0 bytes too, of which no file has an end.
  static int64_t bytes(const NodeAccess& node, const char* attr, int64_t least) {
    const int64_t n = node.attr<int64_t>(attr);
    node.require(n >= least, attr, " must be >= ", least, " not ", n);
    return n;
  }

  const int64_t header_, record_, footer_, hop_;
  const std::string encoding_;
  SharedBytes content_;
  uint64_t at_ = 0;
  int64_t number_ = 0;
};

class TFRecords final : public RecordReader {
 public:
  TFRecords(std::string name, const NodeAccess& node)
      : RecordReader(std::move(name)), compression_(node.attr<std::string>("compression_type")) {}

 protected:
  void start(const KernelContext& ctx, const std::string& work) override {
    open_to_read(ctx, work);
    file_ = std::make_unique<TFRecordReader>(work, is_packed(compression_) ? compression_ : "");
  }
  Step next(const KernelContext&, const std::string& work, Record& out) override {
    out.key = str(work, ":", file_->offset());
    return file_->next(out.value) ? Step::produced : Step::at_end;
  }

 private:
  const std::string compression_;
  std::unique_ptr<TFRecordReader> file_;
};

template <typename Reader>
void make(KernelContext& ctx) {
  const std::string& shared = ctx.attr<std::string>("shared_name");
  const std::string name = shared.empty() ? str("reader/", ctx.node_name()) : shared;
  auto reader = ctx.runtime().resources().find_or_make(
      ctx.attr<std::string>("container"), name,
      [&]() -> std::shared_ptr<Opaque> { return std::make_shared<Reader>(name, ctx); });
  ctx.require(dynamic_cast<const Reader*>(reader.get()) != nullptr, "Shared resource ",
              quoted(name), " exists and is no ", ctx.op());
  ctx.set_output(0, Tensor::opaque(DType::resource, std::move(reader)));
}

template <typename Reader>
void add(OpRegistry& registry, std::string_view name, std::vector<AttrDef> attrs,
         std::vector<AttrDef> new_attrs = {}) {
  attrs.push_back(string_attr("container", ""));
  attrs.push_back(string_attr("shared_name", ""));
  registry.add({.signature = str(name, "() -> (reader_handle: Ref(string))"),
                .attrs = attrs,
                .shape = shapes::unknown,
                .kernel = make<Reader>,
                .stateful = true,
                .not_differentiable = true});
  attrs.insert(attrs.end(), new_attrs.begin(), new_attrs.end());
  registry.add({.signature = str(name, "V2() -> (reader_handle: resource)"),
                .attrs = attrs,
                .shape = shapes::scalar,
                .kernel = make<Reader>,
                .stateful = true,
                .not_differentiable = true});
}

}  // namespace

void register_record_readers(OpRegistry& registry) {
  add<IdentityReader>(registry, "IdentityReader", {});
  add<WholeFileReader>(registry, "WholeFileReader", {});
  add<TextLineReader>(registry, "TextLineReader", {int_attr("skip_header_lines", 0)});
  add<FixedLengthRecordReader>(registry, "FixedLengthRecordReader",
                               {int_attr("header_bytes", 0), int_attr("record_bytes"),
                                int_attr("footer_bytes", 0), int_attr("hop_bytes", 0)},
                               {string_attr("encoding", "")});
  add<TFRecords>(registry, "TFRecordReader", {string_attr("compression_type", "")});
}

}  // namespace rill
