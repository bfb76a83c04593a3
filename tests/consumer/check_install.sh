#!/usr/bin/env bash
# Installs a build into a staging folder, moves it, and builds the consumer against it twice: with
# find_package and with pkg-config. Usage: check_install.sh BUILD_DIR CXX [SANITIZERS]
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
build=$1 cxx=$2 sanitize=${3:-}
work=$build/consumer
rm -rf "$work"
cmake --install "$build" --prefix "$work/first" >"$work.log" 2>&1 || { cat "$work.log"; exit 1; }
mv "$work/first" "$work/stage" # the package must not remember where it was installed
flags=${sanitize:+-fsanitize=$sanitize}
libdir=$(dirname "$(find "$work/stage" -name 'librill.*' | head -n 1)")

cmake -S "$here" -B "$work/cmake" -G Ninja -DCMAKE_PREFIX_PATH="$work/stage" \
  -DCMAKE_CXX_COMPILER="$cxx" -DCMAKE_CXX_FLAGS="$flags" >"$work/cmake.log"
cmake --build "$work/cmake" >>"$work/cmake.log" || { cat "$work/cmake.log"; exit 1; }
echo "find_package:"
"$work/cmake/consumer"

if command -v pkg-config >/dev/null; then
  export PKG_CONFIG_PATH=$libdir/pkgconfig
  read -ra found <<<"$(pkg-config --cflags --libs rill)"
  "$cxx" -std=c++20 $flags "$here/main.cpp" "${found[@]}" -o "$work/with_pkg_config"
  echo "pkg-config:"
  LD_LIBRARY_PATH=$libdir "$work/with_pkg_config"
fi

if [ -x "$work/stage/bin/rill" ]; then
  "$work/stage/bin/rill" --version
fi
