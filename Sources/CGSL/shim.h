// Only the parts of GSL that sn-infer uses. gsl_cblas.h is left out on purpose: its enumerations clash
// with OpenBLAS's, and linking libgslcblas can displace OpenBLAS (see the README beside this file).
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
