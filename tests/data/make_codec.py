"""Makes tests/data/codec with NumPy and Python's zipfile: run it in tests/data."""
import os
import zipfile

import numpy as np

os.makedirs("codec", exist_ok=True)
os.chdir("codec")

with zipfile.ZipFile("sample.zip", "w") as z:
    def add(name, data, method):
        info = zipfile.ZipInfo(name)  # 1980-01-01: the same bytes each time
        info.compress_type = method
        z.writestr(info, data)
    add("a.txt", "stored text", zipfile.ZIP_STORED)
    add("dir/b.txt", "deflated " * 100, zipfile.ZIP_DEFLATED)
    add("empty", "", zipfile.ZIP_STORED)

matrix = np.arange(6, dtype=np.float32).reshape(2, 3)
np.save("matrix.npy", matrix)
np.save("fortran.npy", np.asfortranarray(matrix))
np.save("big_endian.npy", matrix.astype(">f8"))
with open("version2.npy", "wb") as f:
    np.lib.format.write_array(f, matrix, version=(2, 0))
np.save("scalar.npy", np.int64(5))
np.save("vector.npy", np.array([True, False, True]))
np.save("empty.npy", np.zeros((3, 0), np.complex64))
np.save("text.npy", np.array(["a", "\u00e9t\u00e9", ""]))
np.save("object.npy", np.array([None, {}], dtype=object), allow_pickle=True)
names = ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8", "uint16",
         "uint32", "uint64", "bool", "complex64", "complex128"]
np.savez("all.npz", string=np.array([b"x", b"yz"]), **{n: matrix.astype(n) for n in names})
