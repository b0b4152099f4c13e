import Foundation
import Inference
import Samplers
import TestSupport
import Testing

@Suite struct TransportMapTests {
  /// A map with coefficients drawn at random, large enough to bend.
  static func randomMap(dimension: Int, seed: Seed = 1) -> TransportMap {
    var random = RandomStream(seed: seed, "random map", dimension)
    var map = TransportMap(
      order: Array((0..<dimension).reversed()), means: (0..<dimension).map { 0.3 * Double($0) },
      deviations: (0..<dimension).map { 1 + 0.2 * Double($0) })
    for k in map.layers.indices {
      for i in map.layers[k].coefficients.indices {
        map.layers[k].coefficients[i] = 0.25 * random.nextStandardNormal()
      }
    }
    return map
  }

  @Test("monomials come once each, by degree, with their derivatives")
  func features() {
    let features = PolynomialFeatures(variableCount: 3, degree: 4)
    #expect(features.counts == [1, 4, 10, 20, 35] && features.count(upTo: 2) == 10)
    let y = [0.7, -1.2, 2.5]
    func sum(_ y: [Double]) -> Double {
      var values = [Double](repeating: 0, count: features.count)
      var copy = y
      features.evaluate(&copy, into: &values)
      return values.enumerated().reduce(0) { $0 + Double($1.offset + 1) * $1.element }
    }
    // All products t₁ᵃ t₂ᵇ t₃ᶜ have different values here.
    var values = [Double](repeating: 0, count: features.count)
    var copy = y
    features.evaluate(&copy, into: &values)
    #expect(Set(values.map { ($0 * 1e12).rounded() }).count == 35)
    let t = y.map { 1.5 * $0 / (9 + $0 * $0).squareRoot() }
    let exact = (0...4).flatMap { a in
      (0...4 - a).flatMap { b in
        (0...4 - a - b).map { pow(t[0], Double(a)) * pow(t[1], Double(b)) * pow(t[2], Double($0)) }
      }
    }
    for (a, b) in zip(values.sorted(), exact.sorted()) { #expect(abs(a - b) < 1e-14) }

    var slopes = (1...features.count).map(Double.init)
    var gradient = [0.0, 0, 0]
    features.pullBack(&slopes, &copy, &values, into: &gradient)
    for index in 0..<3 {
      var (above, below) = (y, y)
      above[index] += 1e-5
      below[index] -= 1e-5
      #expect(abs(gradient[index] - (sum(above) - sum(below)) / 2e-5) < 1e-7)
    }
  }

  @Test("inverse, Jacobian and gradient belong together", arguments: 1...4)
  func consistency(dimension: Int) {
    let map = Self.randomMap(dimension: dimension)
    var random = RandomStream(seed: 2, "places", dimension)
    for _ in 0..<20 {
      let check = CoordinatesCheck(
        map, at: (0..<dimension).map { _ in random.nextStandardNormal() })
      #expect(check.inverseError < 1e-11)
      #expect(check.logJacobianError < 1e-7)
      #expect(check.gradientError < 1e-6)
    }
  }

  @Test("the number of coefficients, and nothing to fit before there is a fit")
  func sizes() {
    #expect(Self.randomMap(dimension: 1).coefficientCount == 8)
    #expect(Self.randomMap(dimension: 2).coefficientCount == 36)
    #expect(Self.randomMap(dimension: 3).coefficientCount == 96)
  }

  @Test("far out the map stays finite and invertible")
  func farOut() {
    let map = Self.randomMap(dimension: 3)
    for scale in [8.0, 20, 40] {
      for sign in [-1.0, 1] {
        let x = [sign * scale, -sign * scale, sign * scale]
        let (u, logJacobian) = map.point(at: x)
        #expect(u.allSatisfy(\.isFinite) && logJacobian.isFinite)
        let back = map.coordinates(of: u).coordinates
        for (a, b) in zip(back, x) { #expect(abs(a - b) < 1e-9 * scale) }
      }
    }
  }

  /// A fit problem with weights that are not equal.
  private static func problem(
    _ dimension: Int, count: Int = 500
  ) -> (layers: ConditionalLayers, fit: ConditionalFit, points: [Double], weights: [Double]) {
    var random = RandomStream(seed: 3, "problem", dimension)
    let points = (0..<count * dimension).map { _ in 1.5 * random.nextStandardNormal() }
    let raw = (0..<count).map { _ in random.nextUniform() }
    let sum = raw.reduce(0, +)
    let weights = raw.map { $0 / sum }
    let map = randomMap(dimension: dimension)
    let layers = map.layers[dimension - 1]
    let fit = ConditionalFit(
      layers, points: points, stride: dimension, earlier: Array(0..<dimension - 1),
      coordinate: dimension - 1, weights: weights)
    return (layers, fit, points, weights)
  }

  private static func evaluate(
    _ fit: ConditionalFit, _ coefficients: [Double]
  ) -> (value: Double, gradient: [Double]) {
    var gradient = coefficients
    var span = gradient.mutableSpan
    let value = fit.evaluate(coefficients.span, gradient: &span)
    return (value, gradient)
  }

  @Test("the adjoint of the likelihood is its gradient", arguments: 1...3)
  func adjoint(dimension: Int) {
    let (layers, fit, _, _) = Self.problem(dimension)
    let (_, gradient) = Self.evaluate(fit, layers.coefficients)
    for index in gradient.indices {
      func value(_ shift: Double) -> Double {
        var moved = layers.coefficients
        moved[index] += shift
        return Self.evaluate(fit, moved).value
      }
      func difference(_ step: Double) -> Double { (value(step) - value(-step)) / (2 * step) }
      let slope = (4 * difference(5e-4) - difference(1e-3)) / 3
      #expect(abs(slope - gradient[index]) < 1e-6 * max(1, abs(slope)), "coefficient \(index)")
    }
  }

  @Test("the likelihood is that of the map, point by point", arguments: 1...3)
  func likelihood(dimension: Int) {
    let (layers, fit, points, weights) = Self.problem(dimension)
    var map = TransportMap(
      order: Array(0..<dimension), means: [Double](repeating: 0, count: dimension),
      deviations: [Double](repeating: 1, count: dimension))
    map.layers[dimension - 1] = layers
    // Of the other coordinates the map is the identity but for d = 0.03 of the second layer.
    let ridge = 2 * weights.reduce(0) { $0 + $1 * $1 }
    var total = ridge * layers.coefficients.reduce(0) { $0 + $1 * $1 }
    let last = dimension - 1
    for (index, weight) in weights.enumerated() {
      let point = Array(points[index * dimension..<(index + 1) * dimension])
      let (x, logJacobian) = map.coordinates(of: point)
      var logDerivative = -logJacobian
      for k in 0..<last {
        let v = asinh(point[k])
        logDerivative -= 0.03 + log(cosh(exp(0.03) * v)) - log(cosh(v))
      }
      total -=
        weight * (NormalDistribution.logDensity(at: x[last]) + 0.5 * log(2 * .pi) + logDerivative)
    }
    #expect(abs(total / Self.evaluate(fit, layers.coefficients).value - 1) < 1e-11)
  }

  /// The banana u₁ ~ N(0.5, 0.4²), u₂ | u₁ ~ N(u₁² − 1, 0.3²) as a posterior under N(0, I): any
  /// density is one, if what is left of it without the prior is called likelihood.
  struct Banana: LogDensity {
    let dimension = 2
    /// log of the integral, so that an evidence has something to be compared with.
    static let logEvidence = 2.5
    func logDensity(at u: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let (a, b) = ((u[0] - 0.5) / 0.4, (u[1] - u[0] * u[0] + 1) / 0.3)
      gradient[0] = -a / 0.4 + b / 0.3 * 2 * u[0]
      gradient[1] = -b / 0.3
      return Self.logEvidence - 0.5 * (a * a + b * b) - Double.log(2 * .pi * 0.12)
    }
  }

  @Test("a banana becomes N(0, I), the parameter that bends the other coming first")
  func banana() async throws {
    let fit = try await TransportMapFitter().fit(Banana(), in: RunContext(seed: 1))
    #expect(fit.map.order == [0, 1])
    #expect(fit.evaluationCount == 52_768 && fit.temperatures == [1, 1, 1])
    let density = TransformedDensity(Banana(), in: fit.map)
    var random = RandomStream(seed: 2, "banana")
    let logWeights = (0..<20_000).map { _ -> Double in
      let x = [random.nextStandardNormal(), random.nextStandardNormal()]
      let normal = x.reduce(0) { $0 + NormalDistribution.logDensity(at: $1) }
      return density.logDensityAndGradient(at: x).logDensity - normal
    }
    let weights = ImportanceWeights(logWeights)
    #expect(weights.efficiency > 0.995, "\(weights.efficiency)")
    #expect(abs(weights.logEvidence - Banana.logEvidence) < 4 * weights.logEvidenceError + 1e-4)
    #expect(ImportanceVerdict(weights).grade == .good)
  }

  @Test("the same seed gives the same bits, another seed others; a saved map is the same map")
  func reproducible() async throws {
    var fitter = TransportMapFitter()
    (fitter.pilotCount, fitter.roundCount) = (4096, 2000)
    let (first, second) = (
      try await fitter.fit(Banana(), in: RunContext(seed: 3)),
      try await fitter.fit(Banana(), in: RunContext(seed: 3))
    )
    #expect(first.map == second.map && first.wide == second.wide)
    var other = TransportMapFitter()
    (other.pilotCount, other.roundCount) = (4096, 2000)
    #expect(try await other.fit(Banana(), in: RunContext(seed: 4)).map != first.map)
    let data = try JSONEncoder().encode(first.map)
    #expect(try JSONDecoder().decode(TransportMap.self, from: data) == first.map)
  }

  @Test("a saved map that is not one is refused", arguments: ["layers", "order", "deviations"])
  func damaged(key: String) throws {
    let data = try JSONEncoder().encode(Self.randomMap(dimension: 2))
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    object[key] = key == "layers" ? [[1.0]] as [Any] : [0, 0] as [Any]
    let damaged = try JSONSerialization.data(withJSONObject: object)
    #expect(throws: DecodingError.self) {
      try JSONDecoder().decode(TransportMap.self, from: damaged)
    }
  }

  /// A narrow ridge where one in a million draws of the prior lies.
  struct Needle: LogDensity {
    let dimension = 3
    func logDensity(at u: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      let (a, b, c) = ((u[0] - 1) / 0.01, (u[1] + 1.5) / 0.02, (u[2] - u[1]) / 0.01)
      gradient[0] = -a / 0.01
      gradient[1] = -b / 0.02 + c / 0.01
      gradient[2] = -c / 0.01
      return -0.5 * (a * a + b * b + c * c) - 1.5 * Double.log(2 * .pi)
        - Double.log(0.01 * 0.02 * 0.01)
    }
  }

  @Test("a likelihood that is narrow against the prior is reached by tempering")
  func tempering() async throws {
    let fit = try await TransportMapFitter().fit(Needle(), in: RunContext(seed: 1))
    let temperatures = fit.temperatures
    #expect(temperatures.count > 3 && temperatures == temperatures.sorted())
    #expect(temperatures.suffix(3) == [1, 1, 1] && temperatures[0] < 0.1, "\(temperatures)")
    let density = TransformedDensity(Needle(), in: fit.map)
    var random = RandomStream(seed: 2, "needle")
    let weights = ImportanceWeights(
      (0..<20_000).map { _ -> Double in
        let x = (0..<3).map { _ in random.nextStandardNormal() }
        let normal = x.reduce(0) { $0 + NormalDistribution.logDensity(at: $1) }
        return density.logDensityAndGradient(at: x).logDensity - normal
      })
    #expect(weights.efficiency > 0.99, "\(weights.efficiency)")
    #expect(abs(weights.logEvidence) < 0.005)
  }

  @Test("a density that is nowhere finite is an error with a place")
  func nowhere() async {
    var fitter = TransportMapFitter()
    fitter.pilotCount = 100
    let error = await #expect(throws: SamplingError.self) {
      try await fitter.fit(NowhereFinite())
    }
    #expect(error?.description.hasPrefix("no starting point with a finite log density") == true)
  }

  @Test("no-U-turn chains in a fitted map have the posterior's moments")
  func chains() async throws {
    let fit = try await TransportMapFitter().fit(Banana(), in: RunContext(seed: 1))
    let density = TransformedDensity(Banana(), in: fit.map)
    let chains = try await ChainRunner(targetAcceptance: 0.9).run(density, in: RunContext(seed: 4))
    let (a, b) = (chains.map { $0.column(0) }, chains.map { $0.column(1) })
    let check = MomentCheck([
      (a, 0.5), (a.map { $0.map { ($0 - 0.5) * ($0 - 0.5) } }, 0.16),
      // E[u₁²] − 1.
      (b, 0.25 + 0.16 - 1),
    ])
    #expect(check.worst < 4.5, "\(check.worst) standard errors")
    #expect(PosteriorSummary(chains).failedGates.isEmpty)
  }
}
