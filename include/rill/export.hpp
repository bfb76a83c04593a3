#pragma once

// RILL_API marks what the shared library exports; everything else is hidden.
#if defined(RILL_STATIC)
#define RILL_API
#else
#define RILL_API __attribute__((visibility("default")))
#endif
