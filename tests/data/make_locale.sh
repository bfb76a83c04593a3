#!/bin/sh
# A locale of glibc whose numbers are written 1.234,5 (tests/io/locale_test.cpp): Debian has none but
# C until the package `locales` makes some. Needs localedef and the charmaps of that package.
set -e
out=$(cd "$(dirname "$0")" && pwd)/locale/comma
scratch=$(mktemp -d)
cat >"$scratch/comma" <<'LOCALE'
LC_NUMERIC
decimal_point ","
thousands_sep "."
grouping 3;3
END LC_NUMERIC
LC_IDENTIFICATION
title ""
END LC_IDENTIFICATION
LOCALE
localedef -c -i "$scratch/comma" "$scratch/made" 2>/dev/null || true # the other categories are missing
mkdir -p "$out"
cp "$scratch/made/LC_NUMERIC" "$out/"
rm -r "$scratch"
