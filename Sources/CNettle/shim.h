// nettle/sha2.h renames its functions by macros, which Swift does not import; Digests calls
// nettle_sha256_init, …, which they stand for.
#include <nettle/sha2.h>
