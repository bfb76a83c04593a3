#!/usr/bin/env python3
"""Holds every #include of src/ and include/ against src/layers.txt.

A room may include itself, include/rill, and the rooms below it. Test sources of the upper rooms may
reach anywhere in src/. A third-party header belongs to the room that owns the library, and public
headers see public headers and the standard library only.
"""
import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]')

# Header -> the only rooms that may see it.
THIRD_PARTY = [
    (re.compile(r"^(dnnl|oneapi/|omp\.h)"), {"kernels"}),
    (re.compile(r"^(zlib\.h|snappy|png\.h|jpeglib\.h|jerror\.h|gif_lib\.h)"), {"codec"}),
    (re.compile(r"^nlohmann/"), {"codec"}),
    (re.compile(r"^CLI/"), {"cli"}),
]
# Their tests link no more than the room may use (RILL_NARROW_TESTS in cmake/RillTests.cmake).
NARROW = {"base", "tensor", "codec", "kernels", "graph", "formats"}


def read_layers():
    """Room -> every room it may include."""
    below = {}
    for line in (ROOT / "src/layers.txt").read_text().splitlines():
        if not line or line.startswith("#"):
            continue
        room, _, direct = line.partition(":")
        below[room] = {room}
        for other in direct.split():
            if other not in below:
                sys.exit(f"src/layers.txt: {room} includes {other}, which does not stand above it")
            below[room] |= below[other]
    return below


def includes_of(path):
    for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1):
        match = INCLUDE.match(line)
        if match:
            yield number, match[1] == "<", match[2]


def check_private(path, room, below, complaints):
    is_test = path.stem.endswith("_test")
    for number, angle, name in includes_of(path):
        where = f"{path.relative_to(ROOT)}:{number}"
        head = name.split("/")[0]
        if angle:
            for pattern, rooms in THIRD_PARTY:
                if pattern.match(name) and room not in rooms and not is_test:
                    complaints.append(f"{where}: <{name}> belongs to {', '.join(sorted(rooms))}")
        elif is_test and (ROOT / "tests" / name).exists():
            continue  # what tests share
        elif head == "rill" and "/" in name:
            if not (ROOT / "include" / name).exists():
                complaints.append(f'{where}: no public header "{name}"')
        elif "/" not in name:
            complaints.append(f'{where}: "{name}": write the room too, "{room}/.../{name}"')
        elif head in below:
            free = is_test and room not in NARROW
            if head not in below[room] and not free:
                complaints.append(f"{where}: {room} may not include {head} (src/layers.txt)")
        elif not is_test:
            complaints.append(f'{where}: "{name}" is in no room')


def check_public(path, complaints):
    for number, angle, name in includes_of(path):
        where = f"{path.relative_to(ROOT)}:{number}"
        if angle and ("/" in name or name.endswith((".h", ".hpp"))):
            complaints.append(f"{where}: <{name}> in a public header")
        if not angle and not name.startswith("rill/"):
            complaints.append(f'{where}: "{name}" is private')


def main():
    below = read_layers()
    complaints = []
    count = 0
    for path in sorted((ROOT / "src").rglob("*")):
        if path.suffix not in (".h", ".hpp", ".cpp"):
            continue
        count += 1
        room = path.relative_to(ROOT / "src").parts[0]
        if room not in below:
            complaints.append(f"{path.relative_to(ROOT)}: no room {room} in src/layers.txt")
            continue
        check_private(path, room, below, complaints)
    for path in sorted((ROOT / "include").rglob("*.hpp")):
        count += 1
        check_public(path, complaints)
    for complaint in complaints:
        print(complaint)
    print(f"{count} files, {len(complaints)} includes against the rooms")
    return 1 if complaints else 0


if __name__ == "__main__":
    sys.exit(main())
