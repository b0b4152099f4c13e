import Cosmology
import Inference
import LinearAlgebra
import Testing

@Suite struct PredictedMeasurementsTests {
  private static let space: ParameterSpace = {
    do {
      return try ParameterSpace([
        Parameter("omega_m", prior: .uniform(lower: 0.1, upper: 0.5)),
        Parameter("h", prior: .uniform(lower: 0.5, upper: 0.9)),
        Parameter("r_d", prior: .fixed(147)),
      ])
    } catch { preconditionFailure("\(error)") }
  }()
  private static let best = ["omega_m": 0.3, "h": 0.7, "r_d": 147.0]

  /// Draws around the best point, in a chain without the fixed parameter.
  private static var chain: Chain {
    var chain = Chain(columns: [.init(name: "omega_m"), .init(name: "h")])
    var random = RandomStream(seed: 1, "predicted")
    for _ in 0..<200 {
      chain.append(
        [0.3 + 0.01 * random.nextStandardNormal(), 0.7 + 0.01 * random.nextStandardNormal()],
        logDensity: 0)
    }
    return chain
  }

  private func measurements(_ observables: [Observable]) throws -> PredictedMeasurements {
    let model = try UniverseModel(FlatLambdaCDM(), soundHorizon: .free)
    let errors = Matrix(diagonal: observables.map { _ in 0.25 })
    let probe = try GaussianProbe(
      "data",
      DataVector(observables, values: observables.map { _ in 20 }, covariance: errors))
    let likelihood = try JointLikelihood(model, [probe], over: Self.space)
    return PredictedMeasurements(likelihood, [Self.chain], Self.space, best: Self.best)
  }

  @Test("predictions are those of the universe at the best draw, in one convention")
  func points() throws {
    let distance = Observable.transverseDistance(redshift: 0.5)
    let result = try measurements([
      distance, distance.scaled(by: 147), .radialDistance(redshift: 1.5),
      .hubbleRate(redshift: 0.4), .hubbleConstant,
    ])
    let universe = Universe(try UniverseModel(FlatLambdaCDM(), soundHorizon: .free), Self.best)
    #expect(result.points.map(\.quantity) == ["DM_over_rs", "DM_over_rs", "DH_over_rs", "H", "H"])
    #expect(result.points.map(\.redshift) == [0.5, 0.5, 1.5, 0.4, 0])
    let expected = universe.comovingDistance(redshift: 0.5) / 147
    for point in result.points[..<2] { #expect(abs(point.model / expected - 1) < 1e-12) }
    // Distances in Mpc over a fiducial sound horizon.
    #expect(abs(result.points[1].value - 20.0 / 147) < 1e-12)
    #expect(abs(result.points[1].error - 0.5 / 147) < 1e-12)
    #expect(abs(result.points[4].model - 70) < 1e-12)
    #expect(result.points[0].error == 0.5)
  }

  @Test("curves pass through the predictions, and lie within their bands")
  func curves() throws {
    let result = try measurements([
      .transverseDistance(redshift: 0.5), .volumeDistance(redshift: 2),
      .rateTimesSoundHorizon(redshift: 1), .anisotropy(redshift: 1), .hubbleRate(redshift: 1.5),
    ])
    #expect(result.curves.count == 5)
    for point in result.points {
      let curve = try #require(result.curves.first { $0.quantity == point.quantity })
      #expect(abs((curve.redshifts.last ?? 0) - 2.1) < 1e-12 && curve.redshifts[0] > 0)
      let above = try #require(curve.redshifts.firstIndex { $0 >= point.redshift })
      let (a, b) = (curve.redshifts[above - 1], curve.redshifts[above])
      let fraction = (point.redshift - a) / (b - a)
      let value = curve.best[above - 1] * (1 - fraction) + curve.best[above] * fraction
      #expect(abs(value / point.model - 1) < 1e-3, "\(point.quantity)")
      let quantiles = curve.quantiles[above]
      #expect(quantiles == quantiles.sorted())
      #expect(quantiles[0] < curve.best[above] && curve.best[above] < quantiles[4])
    }
  }

  @Test("a table of a normal likelihood has its mean and standard deviation")
  func table() {
    let (x, y) = ((0..<60).map { 10 + 0.1 * Double($0) }, (0..<50).map { 0.2 * Double($0) })
    let values = x.flatMap { x in
      y.map { y in
        let (u, v) = ((x - 13) / 0.5, (y - 5) / 0.8)
        return 100 - 0.5 * (u * u - 0.8 * u * v + v * v) / (1 - 0.16)
      }
    }
    let table = LikelihoodTable(
      [.transverseDistance(redshift: 2.3), .radialDistance(redshift: 2.3)], axes: [x, y],
      logLikelihoods: values)
    let moments = table.moments
    #expect(abs(moments[0].mean - 13) < 1e-3 && abs(moments[1].mean - 5) < 1e-3)
    #expect(
      abs(moments[0].standardDeviation - 0.5) < 2e-3
        && abs(moments[1].standardDeviation - 0.8) < 2e-3)
  }
}
