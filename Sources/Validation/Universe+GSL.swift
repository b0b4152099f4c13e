public import Cosmology
import RealModule

extension Universe {
  /// The transverse comoving distance to a redshift in Mpc by GSL's adaptive quadrature of 1/E over z: slow and independent.
  ///
  /// - Throws: `QuadratureError` if a relative error of 1e-13 is not reached.
  public func comovingDistanceByGSL(redshift z: Double) throws(QuadratureError) -> Double {
    let integral = try AdaptiveQuadrature().integrate(over: 0...z) {
      1 / expansionRate(redshift: $0)
    }
    let curvature =
      model.expansion.curvatureIndex.flatMap {
        parameters[model.expansion.parameterNames[$0]]
      } ?? 0
    let root = abs(curvature).squareRoot()
    let bent =
      switch curvature {
      case ..<0: Double.sin(root * integral.value) / root
      case 0: integral.value
      default: Double.sinh(root * integral.value) / root
      }
    return hubbleDistance / h * bent
  }
}
