import Inference
import RealModule

extension HierarchicalLikelihood {
  /// The distances, and the likelihood given them.
  public func parts(at parameters: [Double]) -> [(name: String, value: Double)] {
    let values = distances.values(at: Array(parameters.prefix(kernel.parameters.distanceCount)))
    return [
      ("distances", values.allSatisfy { $0 > 0 } ? 0 : -.infinity),
      ("hierarchical likelihood", logLikelihood(at: parameters)),
    ]
  }

  /// Magnitudes, then shapes, then colours; magnitudes alone where these are standardised already.
  public var data: [Double] {
    let magnitudes = sample.supernovae.map(\.magnitude)
    guard model.standardises else { return magnitudes }
    return magnitudes + sample.supernovae.map(\.shape) + sample.supernovae.map(\.color)
  }

  /// 0.
  public var marginalisedCount: Int { 0 }

  /// The means of the data: those of the populations, and the magnitudes that follow from them.
  public func prediction(at parameters: [Double]) -> [Double] {
    let means = sample.supernovae.indices.map { mean(of: $0, at: parameters) }
    let comoving = distances.values(
      at: Array(parameters.prefix(kernel.parameters.distanceCount)))
    let magnitudes = sample.supernovae.indices.map { i in
      let supernova = sample.supernovae[i]
      return 5 * .log10(comoving[i] * (1 + supernova.heliocentricRedshift))
        + 5 * .log10(hubbleDistance / 0.7) + 25 + means[i].magnitude
    }
    guard model.standardises else { return magnitudes }
    return magnitudes + means.map(\.shape) + means.map(\.color)
  }

  /// The mean absolute magnitude, with what mean shape and colour and systematic errors add to it, and these.
  private func mean(
    of i: Int, at parameters: [Double]
  ) -> (magnitude: Double, shape: Double, color: Double) {
    let names = kernel.parameters
    var magnitude = parameters[names.zeroPoint]
    if let step = names.massStep, sample.supernovae[i].hasMassiveHost {
      magnitude += parameters[step]
    }
    let (shape, color) = populationMeans(of: i, at: parameters)
    if model.standardises {
      magnitude += parameters[names.beta] * color - parameters[names.alpha] * shape
    }
    var shifts = (0.0, 0.0, 0.0)
    for (systematic, place) in zip(model.systematics, names.systematics) {
      shifts.0 += parameters[place] * systematic.magnitudes[i]
      shifts.1 += parameters[place] * systematic.shapes[i]
      shifts.2 += parameters[place] * systematic.colors[i]
    }
    return (magnitude + shifts.0, shape + shifts.1, color + shifts.2)
  }

  /// The mean shape and colour of a supernova's population at its redshift.
  func populationMeans(of i: Int, at parameters: [Double]) -> (shape: Double, color: Double) {
    guard model.standardises else { return (0, 0) }
    let names = kernel.parameters.populations[groups.populations.indices[i]]
    func drift(_ place: Int) -> Double { place < 0 ? 0 : parameters[place] * groups.places[i] }
    return (
      parameters[names.shapeMean] + drift(names.shapeDrift),
      parameters[names.colorMean] + drift(names.colorDrift)
    )
  }

  /// The same likelihood with other magnitudes, shapes and colours.
  public func replacingData(_ data: [Double]) -> HierarchicalLikelihood {
    let count = sample.count
    let supernovae = sample.supernovae.enumerated().map { i, supernova in
      var other = supernova
      other.magnitude = data[i]
      if model.standardises {
        other.shape = data[count + i]
        other.color = data[2 * count + i]
      }
      return other
    }
    return HierarchicalLikelihood(
      sample.replacing(supernovae), model, distances: distances, over: space)
  }

  /// χ² of the Tripp residuals with shrunken shapes and colours, and of the observed shapes and colours,
  /// both under normal populations; infinite where the model has no meaning. Of mixtures and Student's t, residuals count in units
  /// of the component that they belong to, on average.
  public func chiSquared(at parameters: [Double]) -> Double {
    guard let all = standardisations(at: parameters) else { return .infinity }
    return judge(all, at: parameters).reduce(0) { $0 + $1.chiSquared }
      + all.reduce(0) { $0 + $1.populationChiSquared }
  }

  /// The probability of each supernova to be neither an outlier nor a contaminant, given its data and the parameters: 1 where
  /// the model has neither, and nil where it has no meaning.
  ///
  /// Source: Kunz, Bassett & Hlozek 2007, Phys. Rev. D 75, 103508, equation 7.
  public func membershipProbabilities(at parameters: [Double]) -> [Double]? {
    standardisations(at: parameters).map { memberships(of: $0, at: parameters) }
  }

  /// The same for supernovae that are standardised already.
  func memberships(of all: [Standardised], at parameters: [Double]) -> [Double] {
    judge(all, at: parameters).map(\.membership)
  }

  private func judge(
    _ all: [Standardised], at parameters: [Double]
  ) -> [(chiSquared: Double, membership: Double)] {
    let residuals = all.enumerated().map { i, one in
      (
        residual: one.residual, variance: one.variance,
        probability: model.probabilities?[i] ?? 1
      )
    }
    return parameters.withUnsafeBufferPointer { values in
      values.baseAddress.map { kernel.judge($0, residuals) } ?? []
    }
  }
}
