#!/usr/bin/env bash
# Nothing compiled for a newer instruction set may be what the linker picks for the whole program:
# every symbol of src/kernels/simd lies in the namespace of its instruction set.
# Usage: check_simd_symbols.sh ISA OBJECT...
set -euo pipefail
isa=$1
shift
stray=$(nm -C --defined-only "$@" | grep -E '^[0-9a-f]+ [TWVuBDR] ' | grep -vE "::$isa::" || true)
# Sanitizers and the compiler add a few of their own.
stray=$(grep -vE ' (DW\.ref\.|__odr_asan|__asan|__tsan|_GLOBAL__)' <<<"$stray" || true)
if [ -n "$stray" ]; then
  echo "shared by all instruction sets, but compiled for $isa:"
  echo "$stray"
  exit 1
fi
