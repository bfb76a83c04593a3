"""Makes tests/data/hdf5 with h5py and zipfile: run it in tests/data."""
import json
import os
import zipfile

import h5py
import numpy as np

os.makedirs("hdf5", exist_ok=True)
os.chdir("hdf5")
six = np.arange(6).reshape(2, 3)


def weights(f):
    f.attrs["keras_version"] = b"2.13.1"
    f.attrs["note"] = "\u00e9"
    f.attrs["layer_names"] = [b"dense", b"dense_1"]
    f.create_group("dense").attrs["weight_names"] = [b"dense/kernel:0"]
    f.create_group("dense_1").attrs["weight_names"] = []
    f["dense/dense/kernel:0"] = six.astype("f4")


with h5py.File("weights.h5", "w") as f:
    weights(f)
with h5py.File("latest.h5", "w", libver="latest") as f:
    weights(f)
with h5py.File("types.h5", "w") as f:
    for name in ["float16", "float32", "float64", "int8", "int16", "int32", "int64", "uint8",
                 "uint16", "uint32", "uint64", "bool", "complex64", "complex128"]:
        f["plain/" + name] = six.astype(name)
    f["big"] = six.astype(">f4")
    f.create_dataset("gzip", data=np.arange(600, dtype="f4"), compression="gzip", chunks=(100,),
                     shuffle=True)
    f.create_dataset("chunked", data=np.arange(35, dtype="f8").reshape(5, 7), chunks=(2, 3))
    f.create_dataset("fill", shape=(3,), dtype="f4", fillvalue=2.5)
    f["scalar"] = 3.5
    f["empty"] = np.zeros((0, 3), "f4")
    f["fixed"] = np.array([b"ab", b"c"])
    f["variable"] = ["x", "y\u00e9"]
    f.attrs["names0"] = [b"a", b"b"]
    f.attrs["names1"] = [b"c"]
    f.attrs["count"] = 5
with h5py.File("links.h5", "w") as f:
    f["outside"] = h5py.ExternalLink("weights.h5", "/dense")
    g = f.create_group("loop")
    g["again"] = g
with h5py.File("bomb.h5", "w") as f:
    f.create_dataset("x", shape=(1 << 40,), dtype="f4", chunks=(1 << 20,), compression="gzip")

with zipfile.ZipFile("sample.keras", "w") as z:
    for name, text in [("metadata.json", json.dumps({"keras_version": "3.15.0"})),
                       ("config.json", json.dumps({"class_name": "Sequential"})),
                       ("model.weights.h5", open("weights.h5", "rb").read()),
                       ("assets/words.txt", "a\nb\n")]:
        z.writestr(zipfile.ZipInfo(name), text)
