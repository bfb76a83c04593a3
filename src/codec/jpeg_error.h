// libjpeg's error handler: fatal errors jump back, warnings are silent.
#pragma once

#include <csetjmp>
#include <cstddef>
#include <cstdio>

#include <jpeglib.h>

namespace rill {

struct JpegErrors {
  jpeg_error_mgr manager;  // first: libjpeg knows it by its address
  jmp_buf jump;

  jpeg_error_mgr* prepare() {
    jpeg_std_error(&manager);
    manager.error_exit = [](j_common_ptr c) {
      longjmp(reinterpret_cast<JpegErrors*>(c->err)->jump, 1);
    };
    manager.output_message = [](j_common_ptr) {};
    return &manager;
  }
};

}  // namespace rill
