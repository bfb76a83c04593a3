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

sixty = np.arange(60, dtype="f4").reshape(6, 10)
with h5py.File("forms.h5", "w", libver="latest") as f:  # each way to store chunks, links, attributes
    f.create_dataset("single", data=sixty, chunks=(6, 10))
    f.create_dataset("single_packed", data=sixty, chunks=(6, 10), compression="gzip", shuffle=True,
                     fletcher32=True)
    f.create_dataset("fixed", data=sixty, chunks=(4, 3))
    f.create_dataset("fixed_packed", data=sixty, chunks=(4, 3), compression="gzip")
    f.create_dataset("tree", data=sixty, chunks=(4, 3), maxshape=(None, None))
    f.create_dataset("tree_packed", data=sixty, chunks=(4, 3), maxshape=(None, None),
                     compression="gzip")
    f.create_dataset("deep_tree", data=np.arange(1200, dtype="i4").reshape(30, 40), chunks=(1, 3),
                     maxshape=(None, None))
    paged = f.create_dataset("paged", shape=(3000,), chunks=(1,), dtype="i4")
    paged[5], paged[2500] = 7, 8
    early = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
    early.set_chunk((4, 3))
    early.set_alloc_time(h5py.h5d.ALLOC_TIME_EARLY)
    implicit = h5py.h5d.create(f.id, b"implicit", h5py.h5t.NATIVE_FLOAT,
                               h5py.h5s.create_simple((6, 10)), early)
    implicit.write(h5py.h5s.ALL, h5py.h5s.ALL, sixty)
    f.create_dataset("texts", data=np.array(["x", "yy", "zzz"], dtype=object),
                     dtype=h5py.string_dtype(), chunks=(2,), compression="gzip")
    f["a_type"] = np.dtype("f8")
    f.create_dataset("of_a_type", data=np.arange(3.0), dtype=f["a_type"])
    f["complex_big"] = np.array([1 + 2j], dtype=">c8")
    g = f.create_group("many")
    for i in range(200):
        g.create_group("a_group_with_a_long_name_%d" % i)
    for i in range(40):
        g.attrs["attribute %d" % i] = i
    g.attrs["huge"] = np.arange(2000, dtype="i4")
    f["soft"] = h5py.SoftLink("/many/a_group_with_a_long_name_7")
    f["relative"] = h5py.SoftLink("many/./a_group_with_a_long_name_8")
    f["dangling"] = h5py.SoftLink("/nowhere")
    f["circle"] = h5py.SoftLink("/circle")
with h5py.File("old_forms.h5", "w") as f:
    f.create_dataset("checked", data=sixty, chunks=(4, 3), fletcher32=True)
    f.create_dataset("deep_tree", data=np.arange(1200, dtype="i4").reshape(30, 40), chunks=(1, 3))
    for i in range(100):
        f.create_group("many/a_group_with_a_long_name_%d" % i)
    g = f.create_group("ordered", track_order=True)
    for i in range(20):
        g["x%d" % i] = i
        g.attrs["y%d" % i] = i
    f["soft"] = h5py.SoftLink("/many")
    f["nothing"] = h5py.Empty("f4")
with h5py.File("growing.h5", "w", libver="latest") as f:  # chunks in an array that grows
    f.create_dataset("rows", data=sixty, chunks=(1, 4), maxshape=(None, 10))
    f.create_dataset("columns", data=sixty, chunks=(4, 1), maxshape=(9, None))
    f.create_dataset("packed", data=sixty, chunks=(1, 4), maxshape=(None, 10), compression="gzip")
    # Fixed arrays count over what the data set may grow to.
    f.create_dataset("room", data=sixty, chunks=(4, 3), maxshape=(20, 30))
    shrunk = f.create_dataset("shrunk", data=np.arange(90, dtype="f4").reshape(9, 10), chunks=(1, 3),
                              maxshape=(None, 10))
    shrunk.resize((6, 10))
    paged = f.create_dataset("paged", shape=(150000,), chunks=(1,), maxshape=(None,), dtype="u1")
    for i in (3, 4, 40, 3000, 131500, 149999):
        paged[i] = i % 251
    f.create_dataset("opaque", data=np.zeros(2, dtype="V3"))
    f.create_dataset("pair", data=np.zeros(2, dtype=[("a", "i4"), ("b", "f4")]))
with h5py.File("bomb.h5", "w") as f:
    f.create_dataset("x", shape=(1 << 40,), dtype="f4", chunks=(1 << 20,), compression="gzip")

with zipfile.ZipFile("sample.keras", "w") as z:
    for name, text in [("metadata.json", json.dumps({"keras_version": "3.15.0"})),
                       ("config.json", json.dumps({"class_name": "Sequential"})),
                       ("model.weights.h5", open("weights.h5", "rb").read()),
                       ("assets/words.txt", "a\nb\n")]:
        z.writestr(zipfile.ZipInfo(name), text)
