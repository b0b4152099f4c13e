// Only the parts of GSL that sn-infer uses. gsl_blas.h and gsl_cblas.h stay out: their enumerations
// clash with OpenBLAS's, and linking libgslcblas can displace OpenBLAS (see the README beside this
// file).
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_sf_gamma.h>
