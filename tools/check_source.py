#!/usr/bin/env python3
"""What no compiler checks: file sizes, own macros, paths of one machine, tests switched off, and in the
library what depends on the locale of the program around it."""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
FOLDERS = ("src", "include", "tests", "examples", "bench", "tools", "cmake", "doc", "python", ".ci")
CODE = {".cpp", ".h", ".hpp", ".py"}
TEXT = CODE | {".cmake", ".sh", ".md", ".txt", ".json", ".in", ""}
LONGEST = 600

DEFINE = re.compile(r"^\s*#\s*define\s+(\w+)")
ALLOWED_MACROS = {"RILL_API", "RILL_ISA"}  # RILL_ISA: for tools that compile one file
LINES = [
    (re.compile(r"(?<![\w.])/(home|root|work|Users|opt/tf)\w*/"), "a path of one machine"),
    (re.compile(r"\b(GTEST_SKIP|DISABLED_\w)"), "a test that is switched off"),
    (re.compile(r"^\s*using namespace std;"), "using namespace std"),
    (re.compile(r"^(<<<<<<<|>>>>>>>)"), "a conflict mark"),
]

# What a program's locale changes, or a hostile pattern takes the stack or the time of.
LIBRARY_LINES = [
    (re.compile(r"\bstd::(v?s?n?printf|strto(f|d|ld)|sto[fd])\("),
     "numbers in the program's locale: base/c_format.h has those of C"),
    (re.compile(r"#include <(cctype|ctype\.h)>|\bstd::(is(alpha|alnum|digit|space)|to(lower|upper))\("),
     "letters in the program's locale: base/ascii.h has those of C"),
    (re.compile(r"#include <regex>"), "std::regex: ops/regex.h takes linear time"),
]
C_LOCALE = "src/base/c_format.cpp"


def files():
    yield from (p for p in ROOT.iterdir() if p.is_file() and not p.name.startswith("."))
    for folder in FOLDERS:
        for path in (ROOT / folder).rglob("*"):
            relative = path.relative_to(ROOT)
            if path.is_file() and relative.parts[:2] != ("tests", "data"):
                yield path


def check(path, complaints):
    relative = path.relative_to(ROOT)
    lines = path.read_text(errors="replace").splitlines()
    if path.suffix in CODE and len(lines) > LONGEST:
        complaints.append(f"{relative}: {len(lines)} lines; split it (at most {LONGEST})")
    patterns = list(LINES)
    if relative.parts[0] in ("src", "include") and relative.as_posix() != C_LOCALE:
        patterns += LIBRARY_LINES
    for number, line in enumerate(lines, 1):
        if path.suffix in (".cpp", ".h", ".hpp"):
            macro = DEFINE.match(line)
            if macro and macro[1] not in ALLOWED_MACROS:
                complaints.append(f"{relative}:{number}: an own macro, {macro[1]}")
        for pattern, what in patterns:
            if relative.as_posix() != "tools/check_source.py" and pattern.search(line):
                complaints.append(f"{relative}:{number}: {what}: {line.strip()[:80]}")


def main():
    complaints = []
    count = 0
    for path in sorted(files()):
        if path.suffix in TEXT and "__pycache__" not in path.parts:
            count += 1
            check(path, complaints)
    for complaint in complaints:
        print(complaint)
    print(f"{count} files, {len(complaints)} complaints")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
