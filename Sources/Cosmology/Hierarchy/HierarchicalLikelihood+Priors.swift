public import Inference
import RealModule

extension HierarchicalLikelihood {
  /// The parameters behind those of the distances, with their default priors.
  ///
  /// Priors of populations are proper, so that a survey of a few supernovae has a population of its own: means and
  /// drifts N(0, 1) for x₁ and N(0, 0.1) for colours, deviations log-normal around 1 and 0.08 with 0.5 in ln. Shapes whose
  /// deviation is below 0.3 are stretches, with 0.15 in the place of 1 and 0.1 for the deviation. A zero point and limits are
  /// uniform around values that the data prefer.
  public var defaultParameters: [Parameter] {
    let names = kernel.parameters
    return (names.distanceCount..<names.names.count).map { place in
      let name = names.names[place]
      return Parameter(name, label: label(of: place), prior: prior(of: place))
    }
  }

  /// The names of the parameters that describe supernovae as a whole, and no group of them or nuisance: `alpha`, `beta` and
  /// `sigma_int`.
  public var standardisationNames: [String] {
    let names = kernel.parameters
    let ones =
      (model.standardises ? [names.alpha, names.beta] : [])
      + (names.scatters.count == 1 ? names.scatters : [])
    return ones.map { names.names[$0] }
  }

  /// The name of a parameter that is fixed where it has no meaning, such as a negative scatter; nil if there is none.
  public func meaninglessParameter(in space: ParameterSpace) -> String? {
    let values = parameterNames.map { name in
      space.parameters.first { $0.name == name }?.prior.fixedValue
    }
    return kernel.parameters.meaningless(values).map { parameterNames[$0] }
  }

  private func prior(of place: Int) -> Prior {
    let names = kernel.parameters
    let isStretch = shapeDeviation < 0.3
    if model.standardises, place == names.alpha {
      return Parameter.shapeCoefficient.prior
    }
    if model.standardises, place == names.beta { return Parameter.colorCoefficient.prior }
    if place == names.zeroPoint { return zeroPointPrior }
    if place == names.massStep { return Parameter.massStep.prior }
    if names.scatters.contains(place) { return .uniform(lower: 0, upper: 0.5) }
    for population in names.populations {
      switch place {
      case population.shapeMean, population.shapeDrift:
        return .normal(mean: 0, standardDeviation: isStretch ? 0.15 : 1)
      case population.shapeDeviation:
        return .logNormal(logMean: isStretch ? .log(0.1) : 0, logStandardDeviation: 0.5)
      case population.colorMean, population.colorDrift:
        return .normal(mean: 0, standardDeviation: 0.1)
      case population.colorDeviation:
        return .logNormal(logMean: .log(0.08), logStandardDeviation: 0.5)
      default: break
      }
    }
    if place == names.noise {
      return .uniform(lower: 0, upper: model.noise == .student ? 0.5 : 0.2)
    }
    if let contaminants = names.contaminants {
      switch place {
      case contaminants.offset: return .uniform(lower: -1, upper: 4)
      case contaminants.scatter: return .uniform(lower: 0.05, upper: 3)
      case contaminants.shift: return .fixed(0)
      default: break
      }
    }
    if let limit = names.limits.firstIndex(of: place) { return limitPrior(limit) }
    if place == names.limitWidth { return .uniform(lower: 0.1, upper: 3) }
    return .normal(mean: 0, standardDeviation: 1)
  }

  /// The standard deviation of the observed shapes.
  private var shapeDeviation: Double {
    let shapes = sample.supernovae.map(\.shape)
    let mean = shapes.reduce(0, +) / Double(max(shapes.count, 1))
    let sum = shapes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(max(shapes.count, 1))).squareRoot()
  }

  /// Half of the magnitudes are above those of any model near the middle, whatever shapes and colours contribute.
  private var zeroPointPrior: Prior {
    let usual =
      model.zeroPoint == Parameter.moduliZeroPoint.name
      ? Parameter.moduliZeroPoint.prior : Parameter.absoluteMagnitude.prior
    guard let range = usual.density as? UniformPrior, let middle = typicalZeroPoint else {
      return usual
    }
    if middle > range.lower + 1, middle < range.upper - 1 { return usual }
    return .uniform(lower: (middle - 10).rounded(.down), upper: (middle + 10).rounded(.up))
  }

  /// Where a search for the best fit begins: the zero point that the median of the magnitudes has, by its name.
  public var typicalValues: [String: Double] {
    typicalZeroPoint.map { [model.zeroPoint: $0] } ?? [:]
  }

  /// The zero point that the median of the magnitudes has, without shapes and colours.
  private var typicalZeroPoint: Double? {
    // An empty universe is near the middle of all.
    let wanted = sample.supernovae.map { supernova in
      supernova.magnitude - 25 - 5 * .log10(hubbleDistance / 0.7)
        - 5 * .log10((1 + supernova.heliocentricRedshift) * .log(onePlus: supernova.redshift))
    }.filter(\.isFinite).sorted()
    return wanted.isEmpty ? nil : wanted[wanted.count / 2]
  }

  /// From the median of a survey's magnitudes to well beyond the faintest, where it decides nothing.
  private func limitPrior(_ limit: Int) -> Prior {
    let magnitudes = sample.supernovae.indices.filter { groups.limits.indices[$0] == limit }
      .map { sample.supernovae[$0].magnitude }.sorted()
    guard let last = magnitudes.last else { return .uniform(lower: 0, upper: 40) }
    return .uniform(lower: magnitudes[magnitudes.count / 2], upper: last + 3)
  }

  private func label(of place: Int) -> String {
    let names = kernel.parameters
    let name = names.names[place]
    let symbols = [
      "alpha": #"\alpha"#, "beta": #"\beta"#, "delta_M": #"\Delta_M"#, "delta_mu": #"\Delta\mu"#,
      "inverse_nu": #"1/\nu"#, "outlier_fraction": #"f_\mathrm{out}"#,
      "contaminant_offset": #"\Delta_\mathrm{cc}"#,
      "contaminant_scatter": #"\sigma_\mathrm{cc}"#, "classifier_shift": #"\kappa"#,
      "m_limit_width": #"s_\mathrm{lim}"#,
    ]
    if let symbol = symbols[name] { return symbol }
    let grouped = [
      ("sigma_int", #"\sigma_\mathrm{int}"#, ""), ("x1_mean", #"\bar x_{1"#, "}"),
      ("x1_drift", #"\Delta x_{1"#, "}"), ("x1_sd", #"R_{x"#, "}"), ("c_mean", #"\bar c_{"#, "}"),
      ("c_drift", #"\Delta c_{"#, "}"), ("c_sd", #"R_{c"#, "}"),
      ("m_limit", #"m_{\mathrm{lim}"#, "}"),
      ("sys", "t_{", "}"),
    ]
    for (stem, symbol, end) in grouped where name == stem || name.hasPrefix(stem + "_") {
      let group = name.dropFirst(stem.count + 1).replacing("_", with: #"\_"#)
      guard !end.isEmpty else {
        return group.isEmpty ? symbol : #"\sigma_{\mathrm{int},\mathrm{"# + group + "}}"
      }
      let isOpen = symbol.hasSuffix("{")
      return symbol + (group.isEmpty ? "" : (isOpen ? "" : ",") + #"\mathrm{"# + group + "}") + end
    }
    return name
  }
}
