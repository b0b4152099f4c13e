public import Inference
import RealModule

/// The Hubble diagram of a fit: supernovae as fitted, and the model at a grid of redshifts over
/// draws of the posterior.
public struct HubbleCurve: Sendable {
  /// The supernovae, of light curves as the best draw standardises them.
  private let sample: @Sendable (_ best: [String: Double]) -> SupernovaSample?
  private let zeroPoint: String?
  private let lightCurves: LightCurveSample?
  /// Distances in units of c/H₀ for the parameters of the model, at `redshifts`; nil where there are
  /// none.
  private let distances: @Sendable ([Double]) -> [Double]?
  private let parameterNames: [String]
  private let redshifts: [Double]

  /// The supernovae, and quantiles of the model.
  public struct Numbers: Sendable {
    /// Redshifts, magnitudes and their errors of all supernovae but calibrators.
    public let supernovae: (redshifts: [Double], magnitudes: [Double], errors: [Double])
    /// Redshifts of the curve, rising.
    public let redshifts: [Double]
    /// For each of them the quantiles of `ParameterSummary.probabilities`.
    public let quantiles: [[Double]]
  }

  private static let nodeCount = 80
  private static let drawCount = 400

  /// The diagram of a sample with distances of a model.
  ///
  /// - Parameters:
  ///   - sample: the supernovae.
  ///   - distances: their distances.
  ///   - zeroPoint: the parameter of the zero point; nil if that is marginalised.
  public init(
    _ sample: SupernovaSample, _ distances: some ComovingDistances, zeroPoint: String?
  ) {
    self.init(sample.hubbleFlowRedshifts, distances, zeroPoint, lightCurves: nil) { _ in sample }
  }

  /// The diagram of light curves.
  public init(_ likelihood: LightCurveLikelihood<some ComovingDistances>) {
    let sample = likelihood.sample
    self.init(
      sample.supernovae.map(\.redshift), likelihood.distances,
      likelihood.parameterNames.contains("M") ? "M" : nil, lightCurves: sample
    ) { best in
      likelihood.standardised(at: likelihood.parameterNames.map { best[$0] ?? .nan })
    }
  }

  /// The diagram of supernovae with a hierarchical likelihood.
  public init(_ likelihood: HierarchicalLikelihood) {
    let sample = likelihood.sample
    self.init(
      sample.supernovae.map(\.redshift), likelihood.distances, likelihood.model.zeroPoint,
      lightCurves: sample
    ) { best in
      likelihood.standardised(at: likelihood.parameterNames.map { best[$0] ?? .nan })
    }
  }

  /// The diagram of light curves that are projected.
  public init(_ likelihood: ProjectedLightCurveLikelihood<some ComovingDistances>) {
    self.init(likelihood.direct)
  }

  private init(
    _ sampleRedshifts: [Double], _ distances: some ComovingDistances, _ zeroPoint: String?,
    lightCurves: LightCurveSample?,
    _ sample: @escaping @Sendable ([String: Double]) -> SupernovaSample?
  ) {
    self.sample = sample
    self.zeroPoint = zeroPoint
    self.lightCurves = lightCurves
    parameterNames = distances.parameterNames
    let (low, high) = (sampleRedshifts.min() ?? 0.01, sampleRedshifts.max() ?? 1)
    let (start, end) = (Double.log(low / 1.05), Double.log(high * 1.05))
    let grid = (0..<Self.nodeCount).map {
      Double.exp(start + (end - start) * Double($0) / Double(Self.nodeCount - 1))
    }
    redshifts = grid
    let there = distances.distances(to: grid, for: [])
    self.distances = { parameters in
      let values = there.values(at: parameters)
      return values.allSatisfy { $0 > 0 && $0.isFinite } ? values : nil
    }
  }

  /// The diagram from a few hundred draws; nil if the model has no meaning at them.
  ///
  /// - Parameters:
  ///   - chains: draws of the posterior.
  ///   - space: its parameters.
  ///   - best: the best draw, by names.
  public func numbers(
    _ chains: [Chain], _ space: ParameterSpace, best: [String: Double]
  ) -> Numbers? {
    guard let sample = sample(best) else { return nil }
    let hubbleFlow = sample.hubbleFlow
    let variances = sample.covariance.variances
    // The heliocentric correction is removed, so that one curve is the model of all.
    let magnitudes = hubbleFlow.map { index in
      sample.magnitudes[index]
        - 5 * .log10((1 + sample.heliocentricRedshifts[index]) / (1 + sample.redshifts[index]))
    }
    let zero = ZeroPoint(
      sample, hubbleFlow, magnitudes, redshifts, zeroPoint, lightCurves.map { ($0, best) })
    var curves: [[Double]] = []
    for (chain, draw) in chains.someDraws(Self.drawCount) {
      let values = space.values(chain.draw(draw), of: chain.columns.map(\.name))
      guard let distance = distances(parameterNames.map { values[$0] ?? .nan }) else { continue }
      let moduli = zip(distance, redshifts).map { distance, redshift in
        5 * .log10(distance * hubbleDistance * (1 + redshift)) + 25
      }
      let offset = zero.offset(values, moduli)
      curves.append(moduli.map { $0 + offset })
    }
    guard curves.count > 1 else { return nil }
    return Numbers(
      supernovae: (
        hubbleFlow.map { sample.redshifts[$0] }, magnitudes,
        hubbleFlow.map { variances[$0].squareRoot() }
      ),
      redshifts: redshifts,
      quantiles: redshifts.indices.map { node in
        let sorted = curves.map { $0[node] }.sorted()
        return ParameterSummary.probabilities.map { quantile($0, ofSorted: sorted) }
      })
  }
}

/// The difference between distances in units of c/H₀ for h = 1 and the magnitudes of a sample.
private struct ZeroPoint {
  /// The weighted mean of the magnitudes, and of a model on the nodes, if the offset of either is
  /// marginalised.
  private let best: (mean: Double, nodes: [Double])?
  /// The parameter of the zero point; nil if that is marginalised.
  private let name: String?
  private let quantity: SupernovaSample.Quantity
  private let hasCalibrators: Bool
  /// The dependence of the moduli of light curves on the parameters.
  private let lightCurve: MeanLightCurve?

  init(
    _ sample: SupernovaSample, _ hubbleFlow: [Int], _ magnitudes: [Double], _ nodes: [Double],
    _ name: String?, _ lightCurves: (sample: LightCurveSample, best: [String: Double])?
  ) {
    quantity = sample.quantity
    hasCalibrators = !sample.calibratorModuli.isEmpty
    self.name = name
    let weights = name != nil && lightCurves == nil ? nil : try? sample.offsetWeights()
    lightCurve = lightCurves.flatMap { lightCurves in
      weights.map {
        MeanLightCurve(
          lightCurves.sample, weights: $0, standardisedWith: lightCurves.best,
          zeroPoint: name ?? "M")
      }
    }
    guard name == nil, let weights else {
      best = nil
      return
    }
    // Calibrators constrain M as well; the diagram shows the others at their best offset.
    let sum = hubbleFlow.reduce(0) { $0 + weights[$1] }
    var functional = [Double](repeating: 0, count: nodes.count)
    var mean = 0.0
    let logs = nodes.map { Double.log($0) }
    let step = logs[1] - logs[0]
    for (place, index) in hubbleFlow.enumerated() {
      let weight = weights[index] / sum
      mean += weight * magnitudes[place]
      let position = (Double.log(sample.redshifts[index]) - logs[0]) / step
      let node = min(max(Int(position), 0), nodes.count - 2)
      let fraction = position - Double(node)
      functional[node] += weight * (1 - fraction)
      functional[node + 1] += weight * fraction
    }
    best = (mean, functional)
  }

  func offset(_ parameters: [String: Double], _ moduli: [Double]) -> Double {
    if let best { return best.mean - zip(best.nodes, moduli).reduce(0) { $0 + $1.0 * $1.1 } }
    if let lightCurve { return lightCurve.shift(at: parameters) - 5 * .log10(0.7) }
    let value = name.flatMap { parameters[$0] } ?? 0
    switch quantity {
    case .distanceModulus where name == "h": return -5 * .log10(value)
    case .distanceModulus: return value - 5 * .log10(0.7)
    case .apparentMagnitude:
      return value - 5 * .log10(hasCalibrators ? parameters["h"] ?? 0.7 : 0.7)
    }
  }
}
