import Inference

/// The parameters of a hierarchical likelihood by their places, behind those of the distances.
struct HierarchicalParameters: Sendable {
  /// The places of the parameters of a population.
  struct Population: Sendable {
    var shapeMean, shapeDrift, shapeDeviation: Int
    var colorMean, colorDrift, colorDeviation: Int
  }

  /// All names; the first ones are those of the distances.
  private(set) var names: [String]
  /// The number of those of the distances.
  let distanceCount: Int
  private(set) var alpha = 0
  private(set) var beta = 0
  private(set) var zeroPoint = 0
  private(set) var massStep: Int?
  private(set) var scatters: [Int] = []
  private(set) var populations: [Population] = []
  private(set) var noise: Int?
  private(set) var contaminants: (offset: Int, scatter: Int, shift: Int)?
  private(set) var limits: [Int] = []
  private(set) var limitWidth: Int?
  private(set) var systematics: [Int] = []

  /// - Parameters:
  ///   - distances: the names of the parameters of the distances.
  ///   - model: the model.
  ///   - groups: its populations, scatters and limits, with those that have a range of redshifts.
  ///   - hasMassStep: whether there are hosts of both classes.
  init(
    distances: [String], _ model: HierarchicalModel, _ groups: HierarchicalGroups,
    hasMassStep: Bool
  ) {
    names = distances
    distanceCount = distances.count
    if model.standardises {
      alpha = add("alpha")
      beta = add("beta")
    }
    zeroPoint = add(model.zeroPoint)
    if hasMassStep { massStep = add("delta_M") }
    for label in groups.scatters.labels { scatters.append(add("sigma_int", label)) }
    for (label, width) in zip(groups.populations.labels, groups.widths) {
      let drifts = model.drifts && width > 0
      let shapeMean = add("x1_mean", label)
      // Without a drift its place holds nothing that is read.
      let shapeDrift = drifts ? add("x1_drift", label) : -1
      let shapeDeviation = add("x1_sd", label)
      let colorMean = add("c_mean", label)
      let colorDrift = drifts ? add("c_drift", label) : -1
      populations.append(
        Population(
          shapeMean: shapeMean, shapeDrift: shapeDrift, shapeDeviation: shapeDeviation,
          colorMean: colorMean, colorDrift: colorDrift, colorDeviation: add("c_sd", label)))
    }
    switch model.noise {
    case .normal: break
    case .student: noise = add("inverse_nu")
    case .outliers: noise = add("outlier_fraction")
    }
    if model.probabilities != nil {
      contaminants = (
        add("contaminant_offset"), add("contaminant_scatter"), add("classifier_shift")
      )
    }
    for label in groups.limits.labels { limits.append(add("m_limit", label)) }
    if !limits.isEmpty { limitWidth = add("m_limit_width") }
    for systematic in model.systematics { systematics.append(add("sys", systematic.name)) }
  }

  /// The places of the parameters in which log L is quadratic, ascending: zero point, mass step, means, drifts and
  /// amplitudes of systematic errors under normal noise without contamination and selection.
  func normalPlaces(of model: HierarchicalModel) -> [Int] {
    guard model.noise == .normal, contaminants == nil, limits.isEmpty else { return [] }
    let means = populations.flatMap {
      [$0.shapeMean, $0.shapeDrift, $0.colorMean, $0.colorDrift]
    }
    return ([zeroPoint] + [massStep].compactMap(\.self) + means + systematics)
      .filter { $0 >= 0 }.sorted()
  }

  /// Whether the model has a meaning: all are finite, deviations of populations and widths are positive, scatters are not
  /// negative, and fractions are between 0 and 1.
  func haveMeaning(_ values: Span<Double>) -> Bool {
    for i in 0..<values.count where !values[i].isFinite { return false }
    for place in scatters where values[place] < 0 { return false }
    for population in populations {
      guard values[population.shapeDeviation] > 0, values[population.colorDeviation] > 0 else {
        return false
      }
    }
    if let noise, !(0..<1).contains(values[noise]) { return false }
    if let limitWidth, !(values[limitWidth] > 0) { return false }
    if let contaminants, values[contaminants.scatter] < 0 { return false }
    return true
  }

  /// A parameter that has no meaning at its value whatever the others are; nil if there is none.
  ///
  /// - Parameter values: one for each parameter, nil where it is not known.
  func meaningless(_ values: [Double?]) -> Int? {
    return names.indices.dropFirst(distanceCount).first { place in
      guard let value = values[place] else { return false }
      var others = [Double](repeating: 1, count: names.count)
      if let noise { others[noise] = 0.1 }
      others[place] = value
      return !haveMeaning(others.span)
    }
  }

  private mutating func add(_ name: String, _ label: String = "") -> Int {
    names.append(label.isEmpty ? name : "\(name)_\(label)")
    return names.count - 1
  }
}
