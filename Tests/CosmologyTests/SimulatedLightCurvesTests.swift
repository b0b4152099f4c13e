import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

/// Catalogs are drawn from the distribution whose density is the likelihood.
@Suite struct SimulatedLightCurvesTests {
  typealias Known = HierarchicalLikelihoodTests

  /// Means of quantities over catalogs, with their standard errors.
  static func means(_ rows: [[Double]]) -> [(mean: Double, error: Double)] {
    let count = Double(rows.count)
    return (rows.first ?? []).indices.map { k in
      let mean = rows.reduce(0) { $0 + $1[k] } / count
      let square = rows.reduce(0) { $0 + ($1[k] - mean) * ($1[k] - mean) }
      return (mean, (square / (count - 1) / count).squareRoot())
    }
  }

  @Test("a catalog depends on its number and the seed alone, and keeps what was not drawn")
  func determinism() throws {
    let likelihood = Known.likelihood { $0.systematics = Known.systematics }
    let point = Known.point(likelihood.parameterNames)
    let simulation = try SimulatedLightCurves(likelihood, at: point)
    let first = try simulation.catalog(3, seed: 1)
    #expect(try simulation.catalog(3, seed: 1) == first)
    #expect(try SimulatedLightCurves(likelihood, at: point).catalog(3, seed: 1) == first)
    #expect(try simulation.catalog(4, seed: 1).sample != first.sample)
    #expect(try simulation.catalog(3, seed: 2).sample != first.sample)
    for (drawn, original) in zip(first.sample.supernovae, Known.sample.supernovae) {
      var other = drawn
      (other.magnitude, other.shape, other.color) = (
        original.magnitude, original.shape, original.color
      )
      #expect(other == original && drawn.magnitude != original.magnitude)
    }
    // Amplitudes are told; other parameters are those that were given.
    let amplitudes = likelihood.parameterNames.indices.filter {
      likelihood.parameterNames[$0].hasPrefix("sys")
    }
    for i in point.indices {
      #expect((first.parameters[i] == point[i]) == !amplitudes.contains(i))
    }
    let fixed = try SimulatedLightCurves(likelihood, at: point, drawsAmplitudes: false)
    #expect(try fixed.catalog(3, seed: 1).parameters == point)
  }

  @Test("means and covariances are those of the normal distribution, written out")
  func moments() throws {
    let likelihood = Known.likelihood { _ in }
    let point = Known.point(likelihood.parameterNames)
    var named = Dictionary(uniqueKeysWithValues: zip(likelihood.parameterNames, point))
    let simulation = try SimulatedLightCurves(likelihood, at: point)
    let catalogs = try (0..<4000).map { try simulation.catalog($0, seed: 1).sample }
    /// The largest deviation of the mean products of residuals from a covariance, in standard errors.
    func deviation(_ i: Int, _ parameters: [String: Double]) -> Double {
      let (original, covariance) = Known.moments(i, parameters)
      let supernova = Known.sample.supernovae[i]
      let mean = [
        supernova.magnitude - original[0], supernova.shape - original[1],
        supernova.color - original[2],
      ]
      let rows = catalogs.map { catalog -> [Double] in
        let one = catalog.supernovae[i]
        let d = [one.magnitude - mean[0], one.shape - mean[1], one.color - mean[2]]
        return d + (0..<3).flatMap { a in (0...a).map { d[a] * d[$0] - covariance[a, $0] } }
      }
      return Self.means(rows).map { abs($0.mean / $0.error) }.max() ?? .infinity
    }
    for i in 0..<30 { #expect(deviation(i, named) < 5, "supernova \(i)") }
    // Broken twins: a population's width and its place.
    named["c_sd_A"] = 0.09
    #expect(deviation(0, named) > 5)
    named["c_sd_A"] = point[try #require(likelihood.parameterNames.firstIndex(of: "c_sd_A"))]
    named["x1_mean_A"] = 0.2
    #expect(deviation(0, named) > 5)
  }

  @Test("the mean gradient of log L is zero where catalogs were drawn, for every part of the model")
  func scores() throws {
    let count = fullTestsAreAskedFor ? 2000 : 100
    for (name, change) in Known.models {
      let likelihood = Known.likelihood(change)
      let point = Known.point(likelihood.parameterNames)
      let simulation = try SimulatedLightCurves(likelihood, at: point, drawsAmplitudes: false)
      var elsewhere = point
      let place = try #require(likelihood.parameterNames.firstIndex(of: "M"))
      elsewhere[place] += 0.05
      var rows: [[Double]] = []
      var slopesElsewhere: [[Double]] = []
      for number in 0..<count {
        let sample = try simulation.catalog(number, seed: 1).sample
        let own = HierarchicalLikelihood(
          sample, likelihood.model, distances: likelihood.distances)
        rows.append(Known.evaluate(own, point).gradient)
        slopesElsewhere.append([Known.evaluate(own, elsewhere).gradient[place]])
      }
      for (parameter, (mean, error)) in zip(likelihood.parameterNames, Self.means(rows)) {
        #expect(abs(mean) < 4.5 * error, "\(name): \(parameter) \(mean / error)")
      }
      // The broken twin: 0.05 mag away.
      let (mean, error) = Self.means(slopesElsewhere)[0]
      #expect(abs(mean) > 5 * error, "\(name): \(mean / error)")
    }
  }

  @Test("what cannot be drawn is told")
  func refused() throws {
    let likelihood = Known.likelihood { $0.limits = Known.surveys }
    let names = likelihood.parameterNames
    var point = Known.point(names)
    let limit = try #require(names.firstIndex(of: "m_limit_A"))
    point[limit] = 5
    let blind = try SimulatedLightCurves(likelihood, at: point)
    #expect(throws: SimulationError.neverFound(redshift: 0.02)) {
      try blind.catalog(0, seed: 1)
    }
    for (name, value) in [("c_sd_A", -0.1), ("omega_m", -4), ("M", .nan)] {
      var other = point
      other[try #require(names.firstIndex(of: name))] = value
      #expect(throws: SimulationError.noMeaning, "\(name)") {
        try SimulatedLightCurves(likelihood, at: other)
      }
    }
    var supernovae = Known.sample.supernovae
    supernovae[2].magnitudeColorCovariance = 0.1
    let broken = HierarchicalLikelihood(
      LightCurveSample(supernovae), likelihood.model, distances: likelihood.distances)
    #expect(throws: SimulationError.noCovariance(redshift: 0.08)) {
      try SimulatedLightCurves(broken, at: point)
    }
  }
}
