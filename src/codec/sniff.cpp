#include "codec/sniff.h"

#include <algorithm>

#include "base/ascii.h"
#include "base/str.h"

namespace rill {
namespace {

using namespace std::string_view_literals;

bool starts(std::string_view text, std::string_view prefix) {
  return text.substr(0, prefix.size()) == prefix;
}

bool is_text(std::string_view text) {
  return std::all_of(text.begin(), text.end(), [](char c) {
    const auto u = static_cast<unsigned char>(c);
    return u >= 0x20 ? u != 0x7f : (u == '\t' || u == '\n' || u == '\r');
  });
}

bool is_html(std::string_view text) {
  const std::string head = ascii::lower(std::string(text.substr(0, 64)));
  return head.find("<!doctype html") != std::string::npos ||
         head.find("<html") != std::string::npos;
}

}  // namespace

bool looks_like_hdf5(Bytes bytes) {
  // The superblock may follow a user block: at 0, 512, 1024, 2048, ...
  const std::string_view text = text_of(bytes);
  constexpr std::string_view kSignature = "\x89HDF\r\n\x1a\n"sv;
  for (size_t at = 0; at < text.size(); at = at == 0 ? 512 : at * 2) {
    if (starts(text.substr(at), kSignature)) return true;
  }
  return false;
}

bool looks_like_zip(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  return starts(text, "PK\x03\x04"sv) || starts(text, "PK\x05\x06"sv);
}

bool looks_like_tokenizer(Bytes bytes) {
  // As a JSON object, or as a string that holds one: json.dump(tokenizer.to_json(), file).
  const std::string_view head = text_of(bytes).substr(0, 64);
  return head.find("\"class_name\": \"Tokenizer\"") != std::string_view::npos ||
         head.find("\\\"class_name\\\": \\\"Tokenizer\\\"") != std::string_view::npos;
}

bool looks_like_tfjs(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  const size_t begin = text.find_first_not_of(" \t\r\n");
  if (begin == std::string_view::npos || text[begin] != '{') return false;
  const std::string_view head = text.substr(begin, 4096);
  return head.find("\"modelTopology\"") != std::string_view::npos ||
         head.find("\"weightsManifest\"") != std::string_view::npos;
}

std::string sniff(Bytes bytes) {
  const std::string_view text = text_of(bytes);
  if (text.empty()) return "is empty";
  if (starts(text, "version https://git-lfs")) {
    return "is a git-lfs pointer: the real file was never fetched";
  }
  if (is_html(text)) return "is an HTML page, not a model";
  if (looks_like_tfjs(bytes)) {
    return "is a model of TensorFlow.js: give the model that it was converted from, or convert "
           "layers back with `tensorflowjs_converter --input_format tfjs_layers_model "
           "--output_format keras`";
  }
  if (looks_like_tokenizer(bytes)) {
    return "is the vocabulary of a Tokenizer of Keras (tokenizer_from_json): give the model that "
           "it was made for, which takes its numbers";
  }
  if (starts(text, "{\"layers\""sv) &&
      text.substr(0, 4096).find("\"cache_enabled\"") != std::string_view::npos) {
    return "is an architecture of Keras 0: load it with Keras 1 and save it again";
  }
  if (starts(text, "{"sv) &&
      text.substr(0, 4096).find("\"weight_map\"") != std::string_view::npos) {
    return "is the index of weights in shards: give the model or the architecture that they belong "
           "to, and it with --checkpoint or load_weights()";
  }
  if (starts(text.substr(std::min<size_t>(4, text.size())), "TFL3"sv)) {
    return "is a model of TensorFlow Lite: give the model that it was converted from";
  }
  if (looks_like_hdf5(bytes)) return "is an HDF5 file";
  if (looks_like_zip(bytes)) return "is a zip archive";
  if (starts(text, "\x1f\x8b"sv)) return "is gzip-compressed: unpack it first";
  if (starts(text, "\x93NUMPY"sv)) return "is a NumPy .npy file";
  if (text.size() > 2 && text[0] == '\x80' && text[1] >= 2 && text[1] <= 5) {
    return "is a pickle of Python, as of PyTorch or scikit-learn: only Python can read it";
  }
  if (text.substr(0, 512).find_first_not_of('\0') == std::string_view::npos) {
    return "starts with zero bytes only";
  }
  const std::string_view head = text.substr(0, 32);
  if (is_text(head)) return str("starts with text ", quoted(head));
  std::string out = "starts with the bytes";
  constexpr char kHex[] = "0123456789abcdef";
  for (const char c : text.substr(0, 8)) {
    const auto u = static_cast<unsigned char>(c);
    out += ' ';
    out += kHex[u >> 4];
    out += kHex[u & 15];
  }
  return out;
}

}  // namespace rill
