#include "base/cpu_quota.h"

#include <gtest/gtest.h>

#include <fstream>

#include "process.h"

namespace rill {
namespace {

namespace fs = std::filesystem;

class CpuQuota : public testing::Test {
 protected:
  void put(const std::string& name, const std::string& text) {
    const fs::path path = scratch_ / name;
    fs::create_directories(path.parent_path());
    std::ofstream(path) << text;
  }
  std::optional<double> quota(const std::string& groups) {
    put("groups", groups);
    return cpu_quota(scratch_ / "groups", scratch_ / "root");
  }
  const test::ScratchFolder scratch_;
};

TEST_F(CpuQuota, IsNoneWhereNoneIsSet) {
  EXPECT_EQ(cpu_quota(scratch_ / "missing", scratch_ / "root"), std::nullopt);
  EXPECT_EQ(quota("0::/\n"), std::nullopt);
  put("root/cpu.max", "max 100000\n");
  put("root/a/cpu.max", "nonsense");
  put("root/b/cpu.max", "1000 0");
  EXPECT_EQ(quota("0::/a\n0::/b\n"), std::nullopt);
  put("root/cpu/a/cpu.cfs_quota_us", "-1\n");
  put("root/cpu/a/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota("3:cpu,cpuacct:/a\n2:memory:/a\nno colons\n"), std::nullopt);
}

TEST_F(CpuQuota, IsTheLeastOfTheGroupsAround) {
  put("root/a.slice/cpu.max", "150000 100000\n");
  put("root/a.slice/b.service/cpu.max", "max 100000\n");
  EXPECT_EQ(quota("0::/a.slice/b.service\n"), 1.5);
  put("root/a.slice/b.service/cpu.max", "50000 100000\n");
  EXPECT_EQ(quota("0::/a.slice/b.service\n"), 0.5);
  put("root/cpu.max", "20000 100000\n");  // a container sees its own as the root
  EXPECT_EQ(quota("0::/\n"), 0.2);
}

TEST_F(CpuQuota, ReadsControlGroupsOfVersion1) {
  put("root/cpu/docker/cpu.cfs_quota_us", "300000\n");
  put("root/cpu/docker/cpu.cfs_period_us", "100000\n");
  EXPECT_EQ(quota("5:memory:/other\n4:cpu,cpuacct:/docker\n0::/\n"), 3.0);
}

}  // namespace
}  // namespace rill
