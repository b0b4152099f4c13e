import Cosmology
import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// (mode − truth) / σ of parameters over simulated catalogs, with σ from the curvature at the mode.
struct SimulatedPulls {
  /// One list for each parameter, with one element for each catalog.
  private(set) var values: [String: [Double]] = [:]

  /// The mean of a parameter's pulls.
  func mean(_ name: String) -> Double {
    let all = values[name] ?? []
    return all.reduce(0, +) / Double(all.count)
  }

  /// The standard deviation of a parameter's pulls.
  func deviation(_ name: String) -> Double {
    let (all, mean) = (values[name] ?? [], mean(name))
    let sum = all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    return (sum / Double(all.count - 1)).squareRoot()
  }

  /// Means and standard deviations, to print.
  var words: String {
    values.keys.sorted().map {
      String(format: "%@ %.3f, sd %.3f", $0, mean($0), deviation($0))
    }.joined(separator: "; ")
  }

  /// Fits a number of catalogs.
  ///
  /// - Parameters:
  ///   - fit: the values and errors of a sample's parameters.
  init(
    _ simulation: SimulatedLightCurves, _ count: Int, seed: Seed, of names: [String],
    _ fit: (LightCurveSample) throws -> ModeFit
  ) throws {
    let truth = Dictionary(
      uniqueKeysWithValues: zip(
        simulation.likelihood.parameterNames, try simulation.catalog(0, seed: seed).parameters))
    for number in 0..<count {
      let found = try fit(try simulation.catalog(number, seed: seed).sample)
      for name in names {
        let pull = try found.pull(name, from: try #require(truth[name]))
        values[name, default: []].append(pull)
      }
    }
  }
}

/// The mode of a posterior in its natural coordinates, with errors from the curvature there.
struct ModeFit {
  /// By the names of parameters.
  let values, errors: [String: Double]

  /// - Parameters:
  ///   - changes: priors other than the default ones.
  ///   - start: where to begin; a parameter of a group without a value there has that of the first group that has one.
  init(
    _ sample: LightCurveSample, _ model: HierarchicalModel, changes: [Parameter] = [],
    from start: [String: Double]
  ) throws {
    let matter = Parameter("omega_m", prior: .uniform(lower: 0.01, upper: 0.99))
    let likelihood = HierarchicalLikelihood(
      sample, model,
      distances: ModelDistances(
        FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift)),
      over: try ParameterSpace([matter]))
    let parameters = ([matter] + likelihood.defaultParameters).map { usual in
      changes.first { $0.name == usual.name } ?? usual
    }
    let space = try ParameterSpace(parameters)
    let posterior = try Posterior(space, likelihood)
    let names = space.free.map(\.name)
    let beginning = try names.map { name in
      try #require(start[name] ?? start["\(name)_1"], "\(name)")
    }
    let laplace = try LaplaceApproximation(
      posterior, from: try #require(space.position(of: beginning)))
    func draw(_ position: [Double]) -> [Double] {
      posterior.draw(at: position, logDensity: 0).values
    }
    let best = draw(laplace.mode)
    values = Dictionary(uniqueKeysWithValues: zip(names, best))
    errors = Dictionary(
      uniqueKeysWithValues: names.indices.map { i in
        var (above, below) = (laplace.mode, laplace.mode)
        above[i] += 1e-4
        below[i] -= 1e-4
        let slope = (draw(above)[i] - draw(below)[i]) / 2e-4
        return (names[i], slope * laplace.covariance[i, i].squareRoot())
      })
  }

  /// How far a parameter is from a value, in units of its error.
  func pull(_ name: String, from value: Double) throws -> Double {
    try (#require(values[name]) - value) / #require(errors[name])
  }
}
