// Says in words what the first bytes of a file look like, for error texts.
#pragma once

#include <string>

#include "codec/bytes.h"

namespace rill {

// "is empty", "is a git-lfs pointer: the real file was never fetched", "is an HTML page",
// "is a zip archive", "is an HDF5 file", "is gzip-compressed", "starts with text '...'",
// "starts with the bytes 00 01 ...". Reads as "PATH: " + sniff(...).
std::string sniff(Bytes bytes);

bool looks_like_hdf5(Bytes bytes);
bool looks_like_zip(Bytes bytes);
// The model.json of TensorFlow.js.
bool looks_like_tfjs(Bytes bytes);
// The JSON of keras.preprocessing.text.Tokenizer, which lies beside many models of text.
bool looks_like_tokenizer(Bytes bytes);

}  // namespace rill
