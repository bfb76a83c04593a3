// Linked into every program of a build with sanitizers: an allocation that is too large returns null
// there as it does everywhere else, so that the code that answers it runs.
extern "C" {
const char* __asan_default_options() { return "allocator_may_return_null=1"; }
const char* __tsan_default_options() { return "allocator_may_return_null=1"; }
}
