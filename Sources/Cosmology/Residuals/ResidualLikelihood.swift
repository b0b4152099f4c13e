public import LinearAlgebra
import RealModule

/// A likelihood of supernovae whose residuals are normal, given the parameters.
public protocol ResidualLikelihood: GaussianLikelihood {
  /// The residuals of its supernovae; nil where they are not normal.
  ///
  /// - Throws: `NotPositiveDefinite` if the covariance is not.
  func predictiveResiduals() throws(NotPositiveDefinite) -> PredictiveResiduals?
}

extension SupernovaLikelihood: ResidualLikelihood {
  /// Those of the magnitudes.
  public func predictiveResiduals() throws(NotPositiveDefinite) -> PredictiveResiduals? {
    try PredictiveResiduals(parameterNames, sample.covariance, offset: offsets.marginalised) {
      point in
      let values = zip(data, prediction(at: point)).map { $0 - $1 }
      return (values, nil)
    }
  }
}

extension ProjectedSupernovaLikelihood: ResidualLikelihood {
  /// Those of the direct path.
  public func predictiveResiduals() throws(NotPositiveDefinite) -> PredictiveResiduals? {
    try direct.predictiveResiduals()
  }
}

extension HierarchicalLikelihood: ResidualLikelihood {
  /// Tripp residuals with shrunken shapes and colours, in units of their standard deviations: supernovae are independent, given the
  /// parameters. Nil with outliers, Student's t, contamination and selection.
  public func predictiveResiduals() throws(NotPositiveDefinite) -> PredictiveResiduals? {
    guard model.noise == .normal, model.probabilities == nil, model.limits == nil else {
      return nil
    }
    let ones = [Double](repeating: 1, count: sample.count)
    return try PredictiveResiduals(parameterNames, .independent(ones)) { point in
      standardisations(at: point).map { all in
        let pulls = all.map { $0.residual / $0.variance.squareRoot() }
        return (pulls, zip(all, pulls).map { $0.logDensity + 0.5 * $1 * $1 })
      }
    }
  }
}

extension JointLikelihood {
  /// The likelihood of the supernovae of a probe; nil if it is none, or not one with normal residuals.
  ///
  /// - Parameter name: that of the probe.
  public func residualLikelihood(of name: String) -> (any ResidualLikelihood)? {
    switch probes.first(where: { $0.name == name }) {
    case let probe as SupernovaProbe: probe.likelihood
    case let probe as LikelihoodProbe: probe.likelihood as? any ResidualLikelihood
    default: nil
    }
  }
}
