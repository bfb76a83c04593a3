// Linked into every program of a build with sanitizers: an allocation that is too large returns
// null there as it does everywhere else, so that the code that answers it runs. What
// tests/sandbox.h bounds by RLIMIT_AS elsewhere is bounded here, as a sanitizer needs its address
// space.
extern "C" {
const char* __asan_default_options() {
  return "allocator_may_return_null=1:max_allocation_size_mb=2048:soft_rss_limit_mb=8192";
}
const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
}
