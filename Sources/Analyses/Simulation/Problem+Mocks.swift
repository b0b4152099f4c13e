import Catalogs
public import Cosmology
public import Inference
import LinearAlgebra

extension Problem {
  /// The values at which this problem's data are simulated.
  ///
  /// - Parameter options: texts such as `omega_m=0.3,w0=-0.9`; see `Truth`.
  /// - Throws: `AnalysisError`.
  public func truth(_ options: [String] = []) throws(AnalysisError) -> Truth {
    try Truth(
      options, over: posterior.space, names: likelihood.parameterNames,
      model: analysis.theory.model)
  }

  /// Data of the same redshifts, errors and measurements at another cosmology.
  ///
  /// - Parameters:
  ///   - number: that of the mock; each has random numbers of its own.
  ///   - truth: the values of all parameters.
  ///   - seed: of all random numbers.
  ///   - survey: the survey whose supernovae these are, for its limiting magnitude; nil for catalogs.
  /// - Throws: `AnalysisError` where the model has no meaning, or data have no errors that could be drawn; `SimulationError`.
  public func mock(
    _ number: Int, at truth: Truth, seed: Seed, survey: SurveyDescription? = nil
  ) throws -> Mock {
    let values = truth.values(of: likelihood.parameterNames)
    var data: [MockData] = []
    if let joint {
      let whole = joint.prediction(at: values)
      var first = 0
      var catalog = catalogs.makeIterator()
      for probe in joint.probes {
        let prediction = Array(whole[first..<first + probe.dataCount])
        first += probe.dataCount
        var random = seed.stream("mock \(probe.name)", number)
        if let own = (probe as? SupernovaProbe)?.likelihood as (any GaussianLikelihood)?
          ?? (probe as? LikelihoodProbe)?.likelihood, let original = catalog.next()
        {
          let made = try Self.supernovae(
            original, own, prediction, truth, number, seed.child(probe.name), &random, survey)
          data.append(.supernovae(probe.name, made))
        } else {
          data += try Self.measurements(probe, prediction, &random)
        }
      }
    } else if let catalog = catalogs.first {
      var random = seed.stream("mock supernovae", number)
      let made = try Self.supernovae(
        catalog, likelihood, likelihood.prediction(at: values), truth, number, seed, &random, survey
      )
      data.append(.supernovae(analysis.likelihood.keys.first ?? "supernovae", made))
    }
    return Mock(
      data: data,
      remarks: [
        "simulated by sn-infer, mock \(number), seed \(seed.value), model \(analysis.theory.model)"
      ] + truth.text(of: likelihood.parameterNames).map { "truth: \($0)" })
  }

  private static func supernovae(
    _ catalog: Catalog, _ likelihood: any GaussianLikelihood, _ prediction: [Double],
    _ truth: Truth, _ number: Int, _ seed: Seed, _ random: inout RandomStream,
    _ survey: SurveyDescription?
  ) throws -> Catalog {
    let values = truth.values(of: likelihood.parameterNames)
    if let hierarchical = likelihood as? HierarchicalLikelihood {
      let drawn = try SimulatedLightCurves(hierarchical, at: values).catalog(number, seed: seed)
      return catalog.replacing(
        Self.content(drawn.sample, like: catalog), labels: labels(of: catalog))
    }
    guard prediction.allSatisfy(\.isFinite) else { throw SimulationError.noMeaning }
    switch catalog.content {
    case .magnitudes(let sample):
      let magnitudes: [Double]
      if let survey, let limit = survey.limit {
        magnitudes = try LimitedMagnitudes(MagnitudeParts(survey), limit)
          .draw(around: prediction, using: &random)
      } else {
        let noise = try MagnitudeNoise(sample.covariance).draw(using: &random)
        magnitudes = zip(prediction, noise).map { $0 + $1 }
      }
      return catalog.replacing(.magnitudes(sample.replacingMagnitudes(magnitudes)))
    case .lightCurves:
      guard
        let curves = try (likelihood as? any SimulatedStandardisation)?
          .simulated(at: values, using: &random)
      else { throw SimulationError.noMeaning }
      return catalog.replacing(.lightCurves(curves))
    }
  }

  /// Light curves as the catalog had them: magnitudes without shapes and colours stay such.
  private static func content(
    _ drawn: LightCurveSample, like catalog: Catalog
  ) -> Catalog.Content {
    guard case .magnitudes(let sample) = catalog.content else { return .lightCurves(drawn) }
    return .magnitudes(sample.replacingMagnitudes(drawn.supernovae.map(\.magnitude)))
  }

  /// The labels of light curves whose errors no longer hold an intrinsic scatter.
  private static func labels(of catalog: Catalog) -> SupernovaLabels {
    var labels = catalog.labels
    if labels.includedScatter != nil {
      labels.includedScatter = [Double](repeating: 0, count: catalog.count)
    }
    return labels
  }

  /// Numbers around their prediction.
  private static func measurements(
    _ probe: any Probe, _ prediction: [Double], _ random: inout RandomStream
  ) throws -> [MockData] {
    guard prediction.allSatisfy(\.isFinite) else { throw SimulationError.noMeaning }
    if let probe = probe as? FormulaProbe {
      return [
        .normal(
          probe.name, formula: probe.formula.text,
          mean: prediction[0] + probe.standardDeviation * random.nextStandardNormal(),
          standardDeviation: probe.standardDeviation)
      ]
    }
    let parts = (probe as? ProbeGroup)?.parts ?? [probe]
    var (first, data) = (0, [MockData]())
    for (index, part) in parts.enumerated() {
      guard let gaussian = part as? GaussianProbe else {
        throw AnalysisError.noMocks(
          "\(probe.name) has published tables of its likelihood, and no errors to draw from; leave it out"
        )
      }
      let vector = gaussian.measurement
      let noise = try MagnitudeNoise(.total(vector.covariance)).draw(using: &random)
      let means = prediction[first..<first + vector.values.count]
      data.append(
        .measurement(
          probe.name, part: parts.count > 1 ? index + 1 : 0,
          DataVector(
            vector.observables, values: zip(means, noise).map { $0 + $1 },
            covariance: vector.covariance)))
      first += vector.values.count
    }
    return data
  }
}

/// Likelihoods of light curves by χ², whose magnitudes can be drawn.
private protocol SimulatedStandardisation {
  /// The light curves with other magnitudes; nil where the model has no meaning.
  func simulated(
    at parameters: [Double], using random: inout RandomStream
  ) throws -> LightCurveSample?
}

extension LightCurveLikelihood: SimulatedStandardisation {
  func simulated(
    at parameters: [Double], using random: inout RandomStream
  ) throws -> LightCurveSample? {
    simulatedMagnitudes(at: parameters, using: &random).map { replacingData($0).sample }
  }
}

extension ProjectedLightCurveLikelihood: SimulatedStandardisation {
  func simulated(
    at parameters: [Double], using random: inout RandomStream
  ) throws -> LightCurveSample? {
    try direct.simulated(at: parameters, using: &random)
  }
}
