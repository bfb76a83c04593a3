#include "case.h"

#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>

#include "base/fail.h"
#include "codec/npy.h"
#include "tensor/storage_dtype.h"

namespace rill::conformance {
namespace {

int base64_digit(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  if (c == '+') return 62;
  return c == '/' ? 63 : -1;
}

std::string decode_base64(const std::string& text) {
  std::string out;
  uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    const int digit = base64_digit(c);
    if (digit < 0) continue;
    bits = (bits << 6) | static_cast<uint32_t>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>((bits >> count) & 0xff);
    }
  }
  return out;
}

std::string encode_base64(const std::string& bytes) {
  static constexpr char kDigits[] =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  for (size_t i = 0; i < bytes.size(); i += 3) {
    uint32_t bits = 0;
    const size_t n = std::min<size_t>(3, bytes.size() - i);
    for (size_t k = 0; k < 3; ++k) {
      bits = (bits << 8) | (k < n ? static_cast<unsigned char>(bytes[i + k]) : 0U);
    }
    for (size_t k = 0; k < 4; ++k) out += k <= n ? kDigits[(bits >> (18 - 6 * k)) & 63] : '=';
  }
  return out;
}

// As Python's decoder: no overlong forms, no surrogates, nothing beyond U+10FFFF.
bool is_utf8(const std::string& text) {
  constexpr uint32_t kLeast[] = {0, 0, 0x80, 0x800, 0x10000};
  for (size_t i = 0; i < text.size();) {
    const auto c = static_cast<unsigned char>(text[i]);
    const size_t n = c < 0x80 ? 1 : (c >> 5) == 6 ? 2 : (c >> 4) == 14 ? 3 : (c >> 3) == 30 ? 4 : 0;
    if (n == 0 || i + n > text.size()) return false;
    uint32_t point = n == 1 ? c : c & (0x7FU >> n);
    for (size_t k = 1; k < n; ++k) {
      const auto next = static_cast<unsigned char>(text[i + k]);
      if ((next & 0xc0) != 0x80) return false;
      point = point << 6 | (next & 0x3fU);
    }
    if (point < kLeast[n] || (point >= 0xd800 && point < 0xe000) || point > 0x10ffff) return false;
    i += n;
  }
  return true;
}

// The dtype an array has in the npz: quantised types as plain integers, bfloat16 as its bits.
DType stored_as(DType dtype) {
  switch (dtype) {
    case DType::bfloat16:
      return DType::uint16;
    case DType::float8_e5m2:
    case DType::float8_e4m3fn:
      return DType::uint8;
    default:
      return storage_dtype(dtype);
  }
}

Tensor reinterpret(const Tensor& t, DType dtype) {
  Tensor out(dtype, t.shape());
  if (out.bytes() != t.bytes()) {
    fail(Code::invalid_argument, "an array of ", t.dtype(), " cannot stand for ", dtype);
  }
  if (out.bytes() > 0) std::memcpy(out.raw(), t.raw(), out.bytes());
  return out;
}

Shape shape_of(const Json& feed) {
  std::vector<int64_t> dims;
  for (const Json& d : feed.at("shape").as_array()) dims.push_back(d.as_int());
  return Shape(dims);
}

}  // namespace

std::map<std::string, Tensor> read_arrays(const std::filesystem::path& npz) {
  std::map<std::string, Tensor> out;
  if (!std::filesystem::exists(npz)) return out;
  for (auto& [name, tensor] : read_npz(npz)) out.emplace(name, tensor);
  return out;
}

Pack read_pack(const std::filesystem::path& folder) {
  const std::filesystem::path path = folder / "cases.json";
  std::ifstream in(path, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(in), {});
  return {folder, Json::parse(text, path.string(), JsonLimits{512, size_t{512} << 20}).at("cases"),
          read_arrays(folder / "inputs.npz"), read_arrays(folder / "graphs.npz")};
}

Tensor feed_value(const Pack& pack, const Json& feed, TemporaryFolder* temporary) {
  const DType dtype = dtype_from_name(feed.at("dtype").as_string());
  if (dtype == DType::string) {
    Tensor t(DType::string, shape_of(feed));
    size_t i = 0;
    for (const Json& s : feed.at("strings").as_array()) {
      std::string text = s.is_object() ? decode_base64(s.at("b64").as_string()) : s.as_string();
      if (const size_t at = text.find("$TMPDIR"); at != std::string::npos) {
        text.replace(at, 7, temporary ? temporary->path() : "");
      }
      t.data<std::string>()[i++] = std::move(text);
    }
    return t;
  }
  const auto found = pack.inputs.find(feed.at("key").as_string());
  if (found == pack.inputs.end()) {
    fail(Code::not_found, "inputs.npz has no ", quoted(feed.at("key").as_string()));
  }
  return found->second.dtype() == dtype ? found->second : reinterpret(found->second, dtype);
}

void Answer::put(const Json& fetch, const Tensor& value) {
  const std::string& key = fetch.at("key").as_string();
  if (value.dtype() == DType::string) {
    Json list = Json::array();
    for (const std::string& s : value.flat<std::string>()) {
      if (is_utf8(s)) {
        list.push_back(s);
      } else {
        Json item = Json::object();
        item.set("b64", encode_base64(s));
        list.push_back(std::move(item));
      }
    }
    if (!result.contains("strings")) result.set("strings", Json::object());
    result.find("strings")->set(key, std::move(list));
    return;
  }
  const DType stored = stored_as(value.dtype());
  arrays.emplace_back(key, stored == value.dtype() ? value : reinterpret(value, stored));
}

std::string file_of(const Pack& pack, const Json& artefact, const char* key) {
  return (pack.folder / artefact.at(key).as_string()).string();
}

const std::string& TemporaryFolder::path() {
  if (!path_.empty()) return path_;
  std::string pattern = (std::filesystem::temp_directory_path() / "rill-XXXXXX").string();
  if (mkdtemp(pattern.data()) == nullptr) fail(Code::internal, "cannot make a temporary folder");
  return path_ = pattern;
}

TemporaryFolder::~TemporaryFolder() {
  if (path_.empty()) return;
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

}  // namespace rill::conformance
