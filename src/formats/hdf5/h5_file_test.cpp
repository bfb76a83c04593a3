#include "formats/hdf5/h5_file.h"

#include <gtest/gtest.h>

#include <complex>
#include <thread>

#include "codec/mapped_file.h"
#include "rill/error.hpp"

namespace rill::formats {
namespace {

// Made by tests/data/make_hdf5.py with h5py.
const std::string kHdf5Files = RILL_TEST_DATA "/hdf5/";

std::vector<float> rising(size_t n) {
  std::vector<float> out(n);
  for (size_t i = 0; i < n; ++i) out[i] = static_cast<float>(i);
  return out;
}

void read_everything(const std::string& bytes) {
  const auto file = H5File::open(SharedBytes::own(bytes), "x.h5");
  for (const std::string& name : file->attribute_names("")) file->attribute("", name);
  for (const H5Dataset& set : file->datasets()) {
    if (set.dtype != DType::invalid) file->read(set.path);
  }
}

TEST(H5File, ReadsWhatKerasWrites) {
  for (const char* name : {"weights.h5", "latest.h5"}) {
    const auto file = H5File::open(kHdf5Files + name);
    EXPECT_EQ(file->text("", "keras_version"), "2.13.1");
    EXPECT_EQ(file->text("", "note"), "\xc3\xa9");
    EXPECT_EQ(file->text("", "missing"), std::nullopt);
    EXPECT_EQ(file->texts("", "layer_names"), (std::vector<std::string>{"dense", "dense_1"}));
    EXPECT_EQ(file->texts("dense_1", "weight_names"), std::vector<std::string>());
    EXPECT_EQ(file->texts("dense", "missing"), std::nullopt);
    const Tensor kernel = file->read("dense/dense/kernel:0");
    EXPECT_TRUE(kernel.shape() == Shape({2, 3}));
    EXPECT_EQ(kernel.to_vector<float>(), rising(6));
    EXPECT_TRUE(kernel.rep()->buffer->read_only()) << "a view into the mapped file";
    const auto children = file->children("");
    ASSERT_EQ(children.size(), 2u);
    EXPECT_EQ(children[1].name, "dense_1");
    EXPECT_TRUE(children[1].is_group);
    EXPECT_TRUE(file->exists("dense/dense/kernel:0"));
    EXPECT_FALSE(file->exists("dense/bias"));
    EXPECT_THROW(file->read("dense/bias"), NotFoundError);
    EXPECT_THROW(file->read("dense"), InvalidArgumentError);
  }
}

TEST(H5File, ReadsEveryType) {
  const auto file = H5File::open(kHdf5Files + "types.h5");
  for (const H5Child& child : file->children("plain")) {
    const Tensor t = file->read("plain/" + child.name);
    EXPECT_TRUE(t.dtype() == dtype_from_name(child.name)) << child.name;
    EXPECT_TRUE(t.shape() == Shape({2, 3})) << child.name;
    if (is_complex(t.dtype())) continue;
    EXPECT_EQ(t.to_vector<float>()[3], t.dtype() == DType::bool_ ? 1 : 3) << child.name;
  }
  EXPECT_EQ(file->read("big").to_vector<float>(), rising(6));
  EXPECT_EQ(file->read("gzip").to_vector<float>(), rising(600));
  EXPECT_EQ(file->read("chunked").to_vector<float>(), rising(35));
  EXPECT_EQ(file->read("fill").to_vector<float>(), (std::vector<float>{2.5, 2.5, 2.5}));
  EXPECT_EQ(file->read("scalar").item<double>(), 3.5);
  EXPECT_EQ(file->read("empty").size(), 0);
  EXPECT_EQ(file->read("fixed").to_vector<std::string>(), (std::vector<std::string>{"ab", "c"}));
  EXPECT_EQ(file->read("variable").to_vector<std::string>(),
            (std::vector<std::string>{"x", "y\xc3\xa9"}));
  EXPECT_EQ(file->texts("", "names"), (std::vector<std::string>{"a", "b", "c"}));
  EXPECT_EQ(file->attribute("", "count").item<int>(), 5);
}

TEST(H5File, ReadsEachWayToStoreChunks) {
  const auto file = H5File::open(kHdf5Files + "forms.h5");
  for (const char* name :
       {"single", "single_packed", "fixed", "fixed_packed", "tree", "tree_packed", "implicit"}) {
    EXPECT_EQ(file->read(name).to_vector<float>(), rising(60)) << name;
  }
  const auto old = H5File::open(kHdf5Files + "old_forms.h5");
  EXPECT_EQ(old->read("checked").to_vector<float>(), rising(60));
  for (const auto& f : {file, old}) {
    EXPECT_EQ(f->read("deep_tree").to_vector<float>(), rising(1200));
  }
  std::vector<int> paged(3000);
  paged[5] = 7;
  paged[2500] = 8;
  EXPECT_EQ(file->read("paged").to_vector<int>(), paged);
  EXPECT_EQ(file->read("texts").to_vector<std::string>(),
            (std::vector<std::string>{"x", "yy", "zzz"}));
  EXPECT_EQ(file->read("of_a_type").to_vector<double>(), (std::vector<double>{0, 1, 2}));
  EXPECT_EQ(file->read("complex_big").item<std::complex<float>>(), std::complex<float>(1, 2));
  EXPECT_EQ(old->read("nothing").size(), 0);
}

TEST(H5File, ReadsChunksOfWhatMayGrow) {
  const auto file = H5File::open(kHdf5Files + "growing.h5");
  for (const char* name : {"rows", "columns", "packed", "room", "shrunk"}) {
    EXPECT_EQ(file->read(name).to_vector<float>(), rising(60)) << name;
  }
  std::vector<int> paged(150000);
  for (const size_t i : {3, 4, 40, 3000, 131500, 149999}) paged[i] = static_cast<int>(i % 251);
  EXPECT_EQ(file->read("paged").to_vector<int>(), paged);
}

TEST(H5File, NamesTheTypeThatNoTensorHas) {
  const auto file = H5File::open(kHdf5Files + "growing.h5");
  for (const auto& [name, kind] : {std::pair("opaque", "\"opaque\" of 3 bytes"),
                                   std::pair("pair", "\"compound\" of 8 bytes")}) {
    try {
      file->read(name);
      FAIL() << name;
    } catch (const UnimplementedError& error) {
      EXPECT_NE(std::string(error.what()).find(kind), std::string::npos) << error.what();
    }
  }
}

TEST(H5File, FollowsEachWayToStoreLinksAndAttributes) {
  const auto file = H5File::open(kHdf5Files + "forms.h5");
  EXPECT_EQ(file->children("many").size(), 200u);
  EXPECT_TRUE(file->is_group("many/a_group_with_a_long_name_199"));
  EXPECT_EQ(file->attribute_names("many").size(), 41u);
  EXPECT_EQ(file->attribute("many", "attribute 39").item<int>(), 39);
  EXPECT_EQ(file->attribute("many", "huge").to_vector<int>()[1999], 1999);
  EXPECT_TRUE(file->is_group("soft"));
  EXPECT_TRUE(file->is_group("relative"));
  EXPECT_FALSE(file->exists("dangling"));
  EXPECT_FALSE(file->exists("circle"));
  EXPECT_THROW(file->read("circle"), ResourceExhaustedError);
  const auto old = H5File::open(kHdf5Files + "old_forms.h5");
  EXPECT_EQ(old->children("soft").size(), 100u);
  EXPECT_EQ(old->children("ordered").size(), 20u);
  EXPECT_EQ(old->attribute("ordered", "y19").item<int>(), 19);
  EXPECT_EQ(old->datasets().size(), 23u);
}

TEST(H5File, TensorsOutliveTheFile) {
  Tensor kernel;
  { kernel = H5File::open(kHdf5Files + "weights.h5")->read("dense/dense/kernel:0"); }
  EXPECT_EQ(kernel.to_vector<float>(), rising(6));
}

TEST(H5File, RefusesWhatLeadsOutAndWhatIsTooLarge) {
  const auto links = H5File::open(kHdf5Files + "links.h5");
  EXPECT_THROW(links->children(""), PermissionDeniedError);
  EXPECT_THROW(links->children("outside"), PermissionDeniedError);
  EXPECT_THROW(links->datasets("loop"), ResourceExhaustedError);
  EXPECT_THROW(H5File::open(kHdf5Files + "bomb.h5")->read("x"), ResourceExhaustedError);
}

TEST(H5File, SaysWhatIsWrong) {
  const std::string bytes(text_of(MappedFile::open(kHdf5Files + "weights.h5")->bytes()));
  try {
    H5File::open(SharedBytes::own(bytes.substr(0, 1000)), "m.h5");
    FAIL();
  } catch (const DataLossError& e) {
    EXPECT_EQ(std::string(e.what()), "m.h5: is truncated: it has 1000 bytes, its header says " +
                                         std::to_string(bytes.size()));
  }
  EXPECT_THROW(H5File::open(SharedBytes::own("hello"), "m.h5"), DataLossError);
  EXPECT_THROW(H5File::open(kHdf5Files + "none.h5"), NotFoundError);
}

TEST(H5File, CutAnywhereIsRefused) {
  const std::string bytes(text_of(MappedFile::open(kHdf5Files + "weights.h5")->bytes()));
  for (size_t n = 0; n < bytes.size(); ++n) {
    EXPECT_THROW(read_everything(bytes.substr(0, n)), DataLossError) << n;
  }
}

TEST(H5File, FlippedBytesGiveErrorsOrValues) {
  for (const char* name : {"weights.h5", "latest.h5", "types.h5", "forms.h5", "old_forms.h5"}) {
    const std::string bytes(text_of(MappedFile::open(kHdf5Files + name)->bytes()));
    const size_t step = bytes.size() / 1500 + 1;
    for (size_t n = 0; n < bytes.size(); n += step) {
      std::string bad = bytes;
      bad[n] = static_cast<char>(bad[n] ^ (n % 3 == 0 ? 1 : n % 3 == 1 ? 0x80 : 0xff));
      try {
        read_everything(bad);
      } catch (const Error&) {
      }
    }
  }
}

TEST(H5File, ManyThreads) {
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([] {
      for (int k = 0; k < 20; ++k) {
        const auto file = H5File::open(kHdf5Files + "types.h5");
        EXPECT_EQ(file->read("gzip").to_vector<float>(), rising(600));
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace rill::formats
