public import Inference
import LinearAlgebra
import RealModule

/// Measured distances and rates beside what draws of a posterior predict for them, along the redshift.
public struct PredictedMeasurements: Sendable, Equatable {
  /// One measured number.
  public struct Point: Sendable, Equatable {
    /// The probe that it is from.
    public let probe: String
    /// What was measured, such as `DM_over_rs`, or `H` in km/s/Mpc.
    public let quantity: String
    /// The redshift, 0 for the Hubble constant.
    public let redshift: Double
    /// The number with its standard error; of a likelihood on a grid its mean and standard deviation.
    public let value, error: Double
    /// The prediction of the best draw.
    public let model: Double

    /// A number with its prediction.
    public init(
      probe: String, quantity: String, redshift: Double, value: Double, error: Double, model: Double
    ) {
      (self.probe, self.quantity, self.redshift) = (probe, quantity, redshift)
      (self.value, self.error, self.model) = (value, error, model)
    }
  }

  /// What the model predicts for a quantity.
  public struct Curve: Sendable, Equatable {
    /// The quantity.
    public let quantity: String
    /// Redshifts, rising.
    public let redshifts: [Double]
    /// The prediction of the best draw, one number per redshift.
    public let best: [Double]
    /// The quantiles of `ParameterSummary.probabilities` over the draws, one list per redshift.
    public let quantiles: [[Double]]

    /// A curve with its bands.
    public init(quantity: String, redshifts: [Double], best: [Double], quantiles: [[Double]]) {
      (self.quantity, self.redshifts) = (quantity, redshifts)
      (self.best, self.quantiles) = (best, quantiles)
    }
  }

  /// The numbers.
  public let points: [Point]
  /// The curves of quantities of the numbers; some quantities may have none.
  public let curves: [Curve]

  /// Numbers and curves.
  public init(points: [Point], curves: [Curve]) { (self.points, self.curves) = (points, curves) }

  private static let nodeCount = 60
  private static let drawCount = 400

  /// The distances and rates of a joint fit.
  ///
  /// - Parameters:
  ///   - likelihood: all probes.
  ///   - chains: draws of the posterior.
  ///   - space: its parameters.
  ///   - best: the best draw, by names, fixed parameters too.
  public init(
    _ likelihood: JointLikelihood, _ chains: [Chain], _ space: ParameterSpace,
    best: [String: Double]
  ) {
    let universe = Universe(likelihood.model, best)
    points = likelihood.probes.flatMap { probe in
      probe.measurements.compactMap { observable, value, error in
        let redshift = observable == .hubbleConstant ? 0 : observable.redshift
        guard let redshift else { return nil }
        let factor = observable.factorToFamily
        return Point(
          probe: probe.name, quantity: observable.quantity, redshift: redshift,
          value: factor * value, error: factor * error, model: factor * universe[observable])
      }
    }
    let farthest = Dictionary(grouping: points, by: \.quantity)
      .mapValues { $0.map(\.redshift).max() ?? 0 }.filter { $0.value > 0 }
    let families = farthest.keys.sorted().compactMap { name in
      Observable.families[name].map { (name: name, make: $0) }
    }
    let end = 1.05 * (farthest.values.max() ?? 0)
    let grid = (1...Self.nodeCount).map { Double($0) / Double(Self.nodeCount) * end }
    let observables = families.map { family in grid.map(family.make) }
    let draws = chains.someDraws(Self.drawCount).map { chain, draw in
      space.values(chain.draw(draw), of: chain.columns.map(\.name))
    }
    let typical = ([best] + draws.prefix(20)).map { draw in
      likelihood.model.backgroundNames.map { draw[$0] ?? .nan }
    }
    guard !families.isEmpty,
      let function = try? UniverseFunction(
        likelihood.model, observables.joined().flatMap { $0.factors.map(\.quantity) },
        for: typical.filter { $0.allSatisfy(\.isFinite) })
    else {
      curves = []
      return
    }
    let rows = observables.joined().map { BoundObservable($0, function) }
    func prediction(_ parameters: [String: Double]) -> [Double]? {
      let point = function.parameterNames.map { parameters[$0] ?? .nan }
      var values = [Double](repeating: 0, count: function.valueCount)
      var tape = [Double](repeating: 0, count: function.tapeCount)
      var valueSpan = values.mutableSpan
      var tapeSpan = tape.mutableSpan
      guard point.allSatisfy(\.isFinite),
        function.evaluate(at: point.span, values: &valueSpan, tape: &tapeSpan)
      else { return nil }
      let results = rows.map { $0.value(valueSpan.span) }
      return results.allSatisfy(\.isFinite) ? results : nil
    }
    let predictions = draws.compactMap(prediction)
    guard let best = prediction(best), predictions.count > 1 else {
      curves = []
      return
    }
    curves = families.enumerated().map { place, family in
      let nodes = place * grid.count..<(place + 1) * grid.count
      return Curve(
        quantity: family.name, redshifts: grid, best: Array(best[nodes]),
        quantiles: nodes.map { node in
          let sorted = predictions.map { $0[node] }.sorted()
          return ParameterSummary.probabilities.map { quantile($0, ofSorted: sorted) }
        })
    }
  }
}

extension Probe {
  /// What it has measured, each with its value and standard error.
  fileprivate var measurements: [(observable: Observable, value: Double, error: Double)] {
    switch self {
    case let group as ProbeGroup: group.parts.flatMap(\.measurements)
    case let probe as GaussianProbe:
      probe.measurement.observables.enumerated().map { index, observable in
        let variance = probe.measurement.covariance[index, index]
        return (observable, probe.measurement.values[index], variance.squareRoot())
      }
    case let probe as TableProbe:
      zip(probe.table.observables, probe.table.moments).map { ($0, $1.mean, $1.standardDeviation) }
    default: []
    }
  }
}

extension [Chain] {
  /// A number of draws, resampled by weight.
  package func someDraws(_ count: Int) -> [(chain: Chain, draw: Int)] {
    let starts = indices.map { self[..<$0].reduce(0) { $0 + $1.count } }
    return systematicResample(flatMap(\.weights), count: count, start: 0.5).map { index in
      let chain = starts.lastIndex { $0 <= index } ?? 0
      return (self[chain], index - starts[chain])
    }
  }
}
