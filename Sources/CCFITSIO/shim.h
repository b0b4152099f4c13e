// CFITSIO's long names (fits_open_table, …) are macros, which Swift does not import;
// the FITS target calls the short names (fftopn, …) that they stand for.
#include <fitsio.h>
