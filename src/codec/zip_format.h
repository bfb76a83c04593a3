// Numbers of the zip format that reader and writer share: APPNOTE.TXT of PKWARE, 4.3 and 4.5.3.
#pragma once

#include <cstdint>

namespace rill::zip {

inline constexpr uint32_t kLocalHeader = 0x04034b50;
inline constexpr uint32_t kCentralHeader = 0x02014b50;
inline constexpr uint32_t kEnd = 0x06054b50;
inline constexpr uint32_t kEnd64 = 0x06064b50;
inline constexpr uint32_t kLocator64 = 0x07064b50;
inline constexpr uint32_t kSee64 = 0xffffffff;  // the value stands in a zip64 record

}  // namespace rill::zip
