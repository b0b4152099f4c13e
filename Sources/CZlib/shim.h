// inflateInit2 is a macro, which Swift does not import; Archives calls inflateInit2_, which it
// stands for.
#include <zlib.h>
