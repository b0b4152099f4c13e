import Cosmology
import Foundation
import Inference
import LinearAlgebra
import TestSupport
import Testing

@Suite struct HierarchicalLikelihoodTests {
  typealias Model = HierarchicalModel

  /// Thirty light curves of two surveys.
  static let sample = LightCurveLikelihoodTests.sample(blocks: false)
  static let surveys = (0..<30).map { $0 % 5 < 2 ? "A" : "far away" }
  static let distances = ModelDistances(
    FlatLambdaCDM(), redshifts: sample.supernovae.map(\.redshift))

  static func likelihood(_ change: (inout Model) -> Void) -> HierarchicalLikelihood {
    var model = Model()
    model.populations = surveys
    change(&model)
    return HierarchicalLikelihood(sample, model, distances: distances)
  }

  /// A value for each parameter, by the beginning of its name.
  static func point(_ names: [String]) -> [Double] {
    let values: [(String, Double)] = [
      ("omega_m", 0.3), ("alpha", 0.15), ("beta", 3), ("M", -19.08), ("delta_M", -0.05),
      ("delta_mu", -19.08), ("sigma_int", 0.11), ("x1_mean", 0.1), ("x1_drift", 0.4),
      ("x1_sd", 0.9), ("c_mean", -0.02), ("c_drift", 0.05), ("c_sd", 0.08), ("inverse_nu", 0.12),
      ("outlier_fraction", 0.03), ("contaminant_offset", 0.8), ("contaminant_scatter", 0.4),
      ("classifier_shift", 0.3), ("m_limit_width", 0.3), ("m_limit", 23.5), ("sys", 0.4),
    ]
    return names.enumerated().map { index, name in
      let value = values.first { name == $0.0 || name.hasPrefix($0.0 + "_") }?.1 ?? .nan
      return value * (1 + 0.01 * Double(index % 3))
    }
  }

  static let systematics = ["a", "b"].enumerated().map { n, name in
    Model.Systematic(
      name: name, magnitudes: (0..<30).map { 0.02 * cos(Double($0 * (n + 1))) },
      shapes: (0..<30).map { 0.05 * sin(Double($0 + n)) },
      colors: (0..<30).map { 0.005 * cos(Double(3 * $0 + n)) })
  }
  static let probabilities = (0..<30).map { $0 == 3 ? 1 : 0.4 + 0.02 * Double($0) }

  /// log N(y; mean, C).
  static func logNormal(_ residual: [Double], _ covariance: Matrix) throws -> Double {
    let factor = try Cholesky(covariance)
    var white = residual
    var span = white.mutableSpan
    factor.whiten(&span)
    return -0.5
      * (white.reduce(0) { $0 + $1 * $1 } + factor.logDeterminant
        + Double(residual.count) * log(2 * .pi))
  }

  /// The means and covariance of one supernova's (m, x, c), with everything written out.
  static func moments(
    _ i: Int, _ parameters: [String: Double]
  ) -> (residual: [Double], covariance: Matrix) {
    let supernova = sample.supernovae[i]
    func value(_ name: String) -> Double { parameters[name] ?? 0 }
    let survey = surveys[i] == "A" ? "A" : "far_away"
    let members = surveys.indices.filter { surveys[$0] == surveys[i] }
      .map { sample.supernovae[$0].redshift }
    let middle = members.reduce(0, +) / Double(members.count)
    let u = (supernova.redshift - middle) / ((members.max() ?? 1) - (members.min() ?? 0))
    let x = value("x1_mean_\(survey)") + value("x1_drift_\(survey)") * u
    let c = value("c_mean_\(survey)") + value("c_drift_\(survey)") * u
    let (alpha, beta) = (value("alpha"), value("beta"))
    let universe = Universe(FlatLambdaCDM(), [value("omega_m")], h: 0.7)
    let mean =
      universe.distanceModulus(
        redshift: supernova.redshift, heliocentric: supernova.heliocentricRedshift)
      + value("M") + (supernova.hasMassiveHost ? value("delta_M") : 0) - alpha * x + beta * c
    let rx = pow(value("x1_sd_\(survey)"), 2)
    let rc = pow(value("c_sd_\(survey)"), 2)
    let s2 = pow(value("sigma_int"), 2)
    let mm = supernova.magnitudeVariance + s2 + alpha * alpha * rx + beta * beta * rc
    let mx = supernova.magnitudeShapeCovariance - alpha * rx
    let mc = supernova.magnitudeColorCovariance + beta * rc
    let xc = supernova.shapeColorCovariance
    return (
      [supernova.magnitude - mean, supernova.shape - x, supernova.color - c],
      Matrix(
        rows: 3, columns: 3,
        elements: [
          mm, mx, mc, mx, supernova.shapeVariance + rx, xc, mc, xc, supernova.colorVariance + rc,
        ])
    )
  }

  static func evaluate(
    _ likelihood: HierarchicalLikelihood, _ point: [Double]
  ) -> (value: Double, gradient: [Double]) {
    var gradient = point
    var span = gradient.mutableSpan
    let value = likelihood.logLikelihood(at: point.span, gradient: &span)
    return (value, gradient)
  }

  @Test("it is the product of three-dimensional normal densities")
  func naive() throws {
    let likelihood = Self.likelihood { _ in }
    let point = Self.point(likelihood.parameterNames)
    let named = Dictionary(uniqueKeysWithValues: zip(likelihood.parameterNames, point))
    let expected = try (0..<30).reduce(0) { sum, i in
      let (residual, covariance) = Self.moments(i, named)
      return try sum + Self.logNormal(residual, covariance)
    }
    let found = Self.evaluate(likelihood, point).value
    #expect(abs(found - expected) < 1e-9, "\(found), \(expected)")
    // A broken twin: the variance of true colours forgotten.
    var broken = named
    broken["c_sd_A"] = 0.04
    let other = try (0..<30).reduce(0) { sum, i in
      let (residual, covariance) = Self.moments(i, broken)
      return try sum + Self.logNormal(residual, covariance)
    }
    #expect(abs(other - expected) > 0.1)
  }

  @Test("explicit amplitudes integrated out are a covariance of all supernovae")
  func systematics() throws {
    let likelihood = Self.likelihood { $0.systematics = Self.systematics }
    let names = likelihood.parameterNames
    let point = Self.point(names)
    let named = Dictionary(uniqueKeysWithValues: zip(names, point))
    // One vector of 90 numbers.
    var residual: [Double] = []
    var covariance = Matrix(diagonal: [Double](repeating: 0, count: 90))
    for i in 0..<30 {
      let (own, block) = Self.moments(i, named)
      residual += own
      for a in 0..<3 { for b in 0..<3 { covariance[3 * i + a, 3 * i + b] = block[a, b] } }
    }
    for systematic in Self.systematics {
      let shift = (0..<30).flatMap {
        [systematic.magnitudes[$0], systematic.shapes[$0], systematic.colors[$0]]
      }
      for a in 0..<90 { for b in 0..<90 { covariance[a, b] += shift[a] * shift[b] } }
    }
    let expected = try Self.logNormal(residual, covariance)
    let priors = likelihood.normalNames.map { name in
      name.hasPrefix("sys") ? NormalFactor(precision: 1, center: 0) : nil
    }
    var gradient = point
    var span = gradient.mutableSpan
    let found =
      likelihood.logIntegral(at: point.span, priors: priors, gradient: &span) - log(2 * .pi)
    #expect(abs(found - expected) < 1e-8, "\(found), \(expected)")
  }

  /// Models of all kinds, each part of which is in some.
  static let models: [(name: String, change: @Sendable (inout Model) -> Void)] = {
    var models: [(name: String, change: @Sendable (inout Model) -> Void)] = []
    for noise in Model.Noise.allCases {
      for bits in 0..<8 {
        let (contaminated, selected, plain) = (bits & 1 == 1, bits & 2 == 2, bits & 4 == 4)
        models.append(
          (
            "\(noise), contaminated \(contaminated), selected \(selected), plain \(plain)",
            { model in
              model.noise = noise
              if contaminated { model.probabilities = probabilities }
              if selected { model.limits = surveys }
              if plain { model.standardises = false } else { model.scatters = surveys }
              model.systematics = systematics
            }
          ))
      }
    }
    return models
  }()

  @Test("gradients are those of differences, for every part of the model")
  func gradients() {
    for (name, change) in Self.models {
      let likelihood = Self.likelihood(change)
      let point = Self.point(likelihood.parameterNames)
      let (value, gradient) = Self.evaluate(likelihood, point)
      #expect(value.isFinite, "\(name)")
      for i in point.indices {
        let step = min(1e-3, 1e-3 * max(0.05, abs(point[i])))
        func at(_ shift: Double) -> Double {
          var moved = point
          moved[i] += shift
          return Self.evaluate(likelihood, moved).value
        }
        let slope =
          (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
        #expect(
          abs(slope - gradient[i]) < 1e-6 * max(1, abs(gradient[i])),
          "\(name): \(likelihood.parameterNames[i])")
      }
    }
  }

  @Test("noise, contamination and selection are those of their formulas, supernova by supernova")
  func plainParts() {
    for noise in Model.Noise.allCases {
      let likelihood = Self.likelihood {
        $0.standardises = false
        $0.noise = noise
        $0.probabilities = Self.probabilities
        $0.limits = Self.surveys
      }
      let names = likelihood.parameterNames
      let point = Self.point(names)
      let named = Dictionary(uniqueKeysWithValues: zip(names, point))
      func value(_ name: String) -> Double { named[name] ?? .nan }
      let universe = Universe(FlatLambdaCDM(), [value("omega_m")], h: 0.7)
      var expected = 0.0
      let memberships = likelihood.membershipProbabilities(at: point) ?? []
      for (i, supernova) in Self.sample.supernovae.enumerated() {
        let mean =
          universe.distanceModulus(
            redshift: supernova.redshift, heliocentric: supernova.heliocentricRedshift)
          + value("M") + (supernova.hasMassiveHost ? value("delta_M") : 0)
        let variance = supernova.magnitudeVariance + pow(value("sigma_int"), 2)
        func normal(_ x: Double, _ v: Double) -> Double {
          exp(-0.5 * x * x / v) / (2 * .pi * v).squareRoot()
        }
        /// The distribution of type Ia.
        func own(_ x: Double) -> Double {
          switch noise {
          case .normal: return normal(x, variance)
          case .outliers:
            let f = value("outlier_fraction")
            return (1 - f) * normal(x, variance) + f * normal(x, variance + 1)
          case .student:
            let nu = 1 / value("inverse_nu")
            let scale = exp(lgamma(0.5 * (nu + 1)) - lgamma(0.5 * nu))
            return scale / (nu * .pi * variance).squareRoot()
              * pow(1 + x * x / (nu * variance), -0.5 * (nu + 1))
          }
        }
        let odds = Self.probabilities[i] * exp(value("classifier_shift"))
        let share = odds / (odds + 1 - Self.probabilities[i])
        let extra = variance + pow(value("contaminant_scatter"), 2)
        func density(_ x: Double) -> Double {
          share * own(x) + (1 - share) * normal(x - value("contaminant_offset"), extra)
        }
        let residual = supernova.magnitude - mean
        let f = noise == .outliers ? value("outlier_fraction") : 0
        let core = noise == .outliers ? (1 - f) * normal(residual, variance) : own(residual)
        #expect(abs(memberships[i] - share * core / density(residual)) < 1e-12)
        let limit = value("m_limit_" + (Self.surveys[i] == "A" ? "A" : "far_away"))
        func seen(_ magnitude: Double) -> Double {
          0.5 * erfc(-(limit - magnitude) / value("m_limit_width") / 2.0.squareRoot())
        }
        // Simpson's rule over magnitudes.
        let (low, high, count) = (mean - 30, mean + 30, 120_000)
        let step = (high - low) / Double(count)
        var found = 0.0
        for k in 0...count {
          let m = low + step * Double(k)
          let weight: Double = k == 0 || k == count ? 1 : (k % 2 == 1 ? 4 : 2)
          found += weight * density(m - mean) * seen(m)
        }
        found *= step / 3
        expected +=
          log(density(supernova.magnitude - mean)) + log(seen(supernova.magnitude)) - log(found)
      }
      let found = Self.evaluate(likelihood, point).value
      // The heavy tails of Student's t are cut by the rule and by the nodes of its mixture.
      #expect(
        abs(found - expected) < (noise == .student ? 2e-4 : 1e-6), "\(noise): \(found), \(expected)"
      )
    }
  }

  @Test(
    "default priors let means be integrated out, unless a prior cuts them where the posterior is")
  func integrationOfDefaults() throws {
    let likelihood = Self.likelihood { _ in }
    let defaults = likelihood.defaultParameters
    func integrated(_ change: (Parameter) -> Parameter) throws -> [String]? {
      let space = try ParameterSpace(
        [Parameter("omega_m", prior: .uniform(lower: 0, upper: 1))] + defaults.map(change))
      return IntegratedPosterior(try Posterior(space, likelihood))?.names
    }
    #expect(try integrated { $0 } == likelihood.normalNames)
    let narrow = try integrated { parameter in
      parameter.name == "M"
        ? Parameter("M", prior: .uniform(lower: -19.1, upper: -19)) : parameter
    }
    #expect(narrow == nil)
  }

  @Test("means are integrated out exactly, with the gradient of the integral")
  func integration() throws {
    for withSystematics in [false, true] {
      let likelihood = Self.likelihood {
        if withSystematics { $0.systematics = Self.systematics }
      }
      let names = likelihood.parameterNames
      let point = Self.point(names)
      let priors = likelihood.normalNames.map { name -> NormalFactor? in
        if name == "x1_drift_A" { return nil }
        return name == "M" || name == "delta_M"
          ? NormalFactor(precision: 0, center: -19) : NormalFactor(precision: 30, center: 0.1)
      }
      func integral(_ point: [Double]) -> (value: Double, gradient: [Double]) {
        var gradient = point
        var span = gradient.mutableSpan
        let value = likelihood.logIntegral(at: point.span, priors: priors, gradient: &span)
        return (value, gradient)
      }
      let (value, gradient) = integral(point)
      // log L + log prior − log of the conditional density is the integral, at any φ.
      let conditional = try #require(likelihood.conditional(at: point, priors: priors))
      var elsewhere = point
      var logPrior = 0.0
      let integrated = zip(likelihood.normalNames, priors).compactMap { name, prior in
        prior.flatMap { prior in names.firstIndex(of: name).map { (place: $0, prior: prior) } }
      }
      let moved = zip(conditional.mean, integrated.indices).map { $0 + 0.01 * Double($1 + 1) }
      for (one, value) in zip(integrated, moved) {
        elsewhere[one.place] = value
        let distance = value - one.prior.center
        logPrior -= 0.5 * one.prior.precision * distance * distance
      }
      let whole = Self.evaluate(likelihood, elsewhere).value + logPrior
      let expected = whole - conditional.logDensity(at: moved)
      #expect(abs(value - expected) < 1e-7, "\(value), \(expected)")
      #expect(abs(likelihood.logIntegral(at: point.span, priors: priors) - value) < 1e-8)
      for i in point.indices
      where !integrated.contains(where: { $0.place == i }) && names[i] != "x1_drift_A" {
        let step = 1e-3 * max(0.05, abs(point[i]))
        func at(_ shift: Double) -> Double {
          var moved = point
          moved[i] += shift
          return integral(moved).value
        }
        let slope =
          (8 * (at(step) - at(-step)) - (at(2 * step) - at(-2 * step))) / (12 * step)
        #expect(abs(slope - gradient[i]) < 1e-6 * max(1, abs(gradient[i])), "\(names[i])")
      }
    }
  }

  @Test("with nothing to integrate over, the integral is log L")
  func noIntegration() throws {
    for noise in [Model.Noise.normal, .student] {
      let likelihood = Self.likelihood { $0.noise = noise }
      let point = Self.point(likelihood.parameterNames)
      let priors = likelihood.normalNames.map { _ -> NormalFactor? in nil }
      #expect(priors.isEmpty == (noise == .student))
      let (value, gradient) = Self.evaluate(likelihood, point)
      var found = point
      var span = found.mutableSpan
      #expect(likelihood.logIntegral(at: point.span, priors: priors, gradient: &span) == value)
      #expect(likelihood.logIntegral(at: point.span, priors: priors) == value)
      #expect(found == gradient)
      let conditional = try #require(likelihood.conditional(at: point, priors: priors))
      #expect(conditional.mean.isEmpty)
    }
  }

  @Test("true magnitudes, shapes and colours are those of the conditional normal distribution")
  func latents() throws {
    let likelihood = Self.likelihood { _ in }
    let point = Self.point(likelihood.parameterNames)
    let named = Dictionary(uniqueKeysWithValues: zip(likelihood.parameterNames, point))
    let all = try #require(likelihood.standardisations(at: point))
    for i in [0, 7, 12] {
      let (residual, covariance) = Self.moments(i, named)
      let survey = Self.surveys[i] == "A" ? "A" : "far_away"
      let rx = pow(named["x1_sd_\(survey)"] ?? 0, 2)
      // Cov(x, (m, x̂, ĉ)) = (−α R², R², 0).
      let mixed = [-(named["alpha"] ?? 0) * rx, rx, 0]
      let inverse = try Cholesky(covariance).inverse
      var (shift, gain) = (0.0, 0.0)
      for a in 0..<3 {
        for b in 0..<3 {
          shift += mixed[a] * inverse[a, b] * residual[b]
          gain += mixed[a] * inverse[a, b] * mixed[b]
        }
      }
      let mean = Self.sample.supernovae[i].shape - residual[1] + shift
      #expect(abs(all[i].shape.mean - mean) < 1e-12)
      #expect(abs(all[i].shape.standardDeviation - (rx - gain).squareRoot()) < 1e-12)
    }
  }
}
