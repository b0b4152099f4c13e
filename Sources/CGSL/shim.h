// Only the parts of GSL that sn-infer uses. gsl_blas.h and gsl_cblas.h stay out: their enumerations
// clash with OpenBLAS's, and linking libgslcblas can displace OpenBLAS (see the README beside this
// file).
#include <gsl/gsl_errno.h>
#include <gsl/gsl_integration.h>
#include <gsl/gsl_math.h>
#include <gsl/gsl_multimin.h>

// A global variable in C, which Swift cannot know to be constant.
static inline const gsl_multimin_fdfminimizer_type *bfgs(void) {
  return gsl_multimin_fdfminimizer_vector_bfgs2;
}
