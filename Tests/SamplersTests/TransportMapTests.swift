import Foundation
import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

@Suite struct TransportMapTests {
  /// A map with coefficients drawn at random, large enough to bend.
  static func randomMap(dimension: Int, seed: Seed = 1) throws -> TransportMap {
    var random = RandomStream(seed: seed, "random map", dimension)
    var covariance = Matrix(diagonal: (0..<dimension).map { 1 + 0.4 * Double($0) })
    for i in 0..<dimension { for j in 0..<i { covariance[i, j] = 0.3 } }
    for i in 0..<dimension { for j in 0..<i { covariance[j, i] = 0.3 } }
    let frame = try WhiteningCoordinates(
      mean: (0..<dimension).map { 0.3 * Double($0) }, covariance: covariance)
    var map = TransportMap(
      frame, (0..<dimension).map { ConditionalLayers(variableCount: $0, degree: 3) })
    for k in map.layers.indices {
      for i in map.layers[k].coefficients.indices {
        for term in 0..<8 {
          map.layers[k].coefficients[i][term] = 0.08 * random.nextStandardNormal()
        }
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

  @Test("many points at once are the points one by one", arguments: 1...4)
  func batch(dimension: Int) throws {
    let map = try Self.randomMap(dimension: dimension)
    let mixture = ProposalMixture([.map(map)], shares: [1], dimension: dimension)
    var random = RandomStream(seed: 3, "many", dimension)
    let points = (0..<700 * dimension).map { _ in 2 * random.nextStandardNormal() }
    let together = mixture.logDensities(at: points.span)
    #expect(together.count == 700)
    for (n, value) in together.enumerated() {
      let point = Array(points[n * dimension..<(n + 1) * dimension])
      let (x, logJacobian) = map.coordinates(of: point)
      let exact = x.reduce(-logJacobian) { $0 + NormalDistribution.logDensity(at: $1) }
      #expect(abs(value - exact) < 1e-10 * max(1, abs(exact)))
    }
  }

  @Test("far out the map stays finite and invertible")
  func farOut() throws {
    let map = try Self.randomMap(dimension: 3)
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

  /// The last coordinate of a random map, with points whose weights are not equal.
  private static func problem(
    _ dimension: Int, count: Int = 500
  ) throws -> (layers: ConditionalLayers, rows: [[Double]], weights: [Double]) {
    var random = RandomStream(seed: 3, "problem", dimension)
    let rows = (0..<dimension).map { _ in (0..<count).map { _ in 1.5 * random.nextStandardNormal() }
    }
    let raw = (0..<count).map { _ in random.nextUniform() }
    let sum = raw.reduce(0, +)
    return (try randomMap(dimension: dimension).layers[dimension - 1], rows, raw.map { $0 / sum })
  }

  private static let degrees: ConditionalFit.Degrees = [3, 3, 3, 3, 3, 3, 3, 3]

  @Test(
    "the likelihood and its gradient are those of the function, point by point", arguments: 1...3)
  func likelihood(dimension: Int) throws {
    let (layers, rows, weights) = try Self.problem(dimension)
    let fit = ConditionalFit(layers, degrees: Self.degrees, rows: rows, weights: weights)
    let (value, gradient) = fit.evaluate(layers.coefficients)
    let ridge = 2 * weights.reduce(0) { $0 + $1 * $1 }

    /// The function as its documentation has it, with nothing but the library's functions.
    func naive(_ coefficients: [SIMD8<Double>]) -> Double {
      var total = 0.0
      for group in coefficients { total += ridge * (group * group).sum() }
      for (n, weight) in weights.enumerated() {
        var earlier = rows.dropLast().map { $0[n] } + [0]
        var monomials = [Double](repeating: 0, count: coefficients.count)
        PolynomialFeatures(variableCount: dimension - 1, degree: 3)
          .evaluate(&earlier, into: &monomials)
        var terms = SIMD8<Double>.zero
        for (feature, group) in zip(monomials, coefficients) { terms += feature * group }
        var (v, logDerivative) = (rows[dimension - 1][n], 0.0)
        for layer in [0, 4] {
          let z = (v - terms[layer]) * exp(-terms[layer + 1])
          let a = exp(terms[layer + 3]) * asinh(z) - terms[layer + 2]
          logDerivative += terms[layer + 3] - terms[layer + 1]
          logDerivative += log(cosh(a)) - 0.5 * log(1 + z * z)
          v = sinh(a)
        }
        total -= weight * (logDerivative - 0.5 * v * v)
      }
      return total
    }
    #expect(abs(value / naive(layers.coefficients) - 1) < 1e-11)
    for index in stride(from: 0, to: gradient.count, by: 5) {
      func difference(_ step: Double) -> Double {
        var (above, below) = (layers.coefficients, layers.coefficients)
        above[index / 8][index % 8] += step
        below[index / 8][index % 8] -= step
        return (naive(above) - naive(below)) / (2 * step)
      }
      let slope = (4 * difference(5e-4) - difference(1e-3)) / 3
      #expect(abs(slope - gradient[index]) < 1e-6 * max(1, abs(slope)), "coefficient \(index)")
    }
  }

  @Test("natural gradients find the function that points were made with")
  func recovery() throws {
    // y₂ = y₁² − 1 + ½ eˢ z, s = 0.4 y₁, which shift and scale of one layer describe but for the squash.
    var random = RandomStream(seed: 7, "recovery")
    let count = 4000
    let first = (0..<count).map { _ in random.nextStandardNormal() }
    let second = first.map { $0 * $0 - 1 + 0.5 * exp(0.4 * $0) * random.nextStandardNormal() }
    let weights = [Double](repeating: 1 / Double(count), count: count)
    var fit = ConditionalFit(
      ConditionalLayers(variableCount: 1, degree: 5), degrees: [5, 3, 2, 2, 2, 2, 2, 2],
      rows: [first, second], weights: weights)
    fit.fit(steps: 40, candidates: [5, 3, 2, 2, 2, 2, 2, 2], tests: 0, unless: .never)
    let value = fit.evaluate(fit.layers.coefficients).value
    // The entropy but for ½ log 2π: log ½ + E[s] + ½.
    #expect(abs(value - (log(0.5) + 0.5)) < 0.03, "\(value)")

    // From too few numbers the score test finds its way.
    var sparse = ConditionalFit(
      ConditionalLayers(variableCount: 1, degree: 5), degrees: [1, 0, 0, 0, 0, 0, 0, 0],
      rows: [first, second], weights: weights)
    sparse.fit(steps: 20, candidates: [5, 3, 2, 2, 2, 2, 2, 2], tests: 0, unless: .never)
    let poor = sparse.evaluate(sparse.layers.coefficients).value
    sparse.fit(steps: 20, candidates: [5, 3, 2, 2, 2, 2, 2, 2], tests: 3, unless: .never)
    let rich = sparse.evaluate(sparse.layers.coefficients).value
    #expect(poor > value + 0.3 && abs(rich - value) < 0.03, "\(poor) \(rich) \(value)")
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

  /// The weights of a fit's draws.
  static func weights(
    _ density: some LogDensity, _ fit: TransportMapFit, count: Int = 20_000
  ) async throws -> ImportanceWeights {
    try await TransportProposal(density, fit).importanceDraws(
      count: count, in: RunContext(seed: 9)
    ).weights
  }

  @Test("a banana becomes N(0, I)")
  func banana() async throws {
    let fit = try await TransportMapFitter().fit(Banana(), in: RunContext(seed: 1))
    #expect(fit.maps.count == 1 && fit.completeness?.isShown == true)
    #expect(fit.evaluationCount < 60_000)
    let weights = try await Self.weights(Banana(), fit)
    #expect(weights.efficiency > 0.985, "\(weights.efficiency)")
    #expect(abs(weights.logEvidence - Banana.logEvidence) < 4 * weights.logEvidenceError)
    #expect(ImportanceVerdict(weights).grade == .good)
    // Without a bend there is something left to do.
    let thin = ProposalMixture([.map(fit.thin)], shares: [1], dimension: 2)
    #expect(thin != ProposalMixture([.map(fit.maps[0])], shares: [1], dimension: 2))
  }

  @Test(
    "the same seed gives the same bits, whatever the threads, and another seed others; a saved fit is the same"
  )
  func reproducible() async throws {
    let fitter = TransportMapFitter()
    let first = try await fitter.fit(Banana(), in: RunContext(seed: 3))
    let second = try await fitter.fit(
      Banana(), in: RunContext(seed: 3, workers: LocalWorkers(threadCount: 1)))
    #expect(first == second)
    #expect(try await fitter.fit(Banana(), in: RunContext(seed: 4)).maps != first.maps)
    let data = try JSONEncoder().encode(first)
    #expect(try JSONDecoder().decode(TransportMapFit.self, from: data) == first)
  }

  @Test("a saved map that is not one is refused", arguments: ["layers", "degrees", "frame"])
  func damaged(key: String) throws {
    let data = try JSONEncoder().encode(Self.randomMap(dimension: 2))
    var object = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
    let replacements: [String: Any] = [
      "layers": [[1.0]], "degrees": [3, 20],
      "frame": [
        "mean": [0, 0], "axes": [1, 0, 0, 1], "inverse": [2, 0, 0, 1], "logJacobian": 0,
      ],
    ]
    object[key] = replacements[key]
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

  @Test("a likelihood that is narrow against the prior is found")
  func needle() async throws {
    let fit = try await TransportMapFitter().fit(Needle(), in: RunContext(seed: 1))
    let weights = try await Self.weights(Needle(), fit)
    #expect(weights.efficiency > 0.97, "\(weights.efficiency)")
    #expect(abs(weights.logEvidence) < 0.005)
  }

  /// Two modes in a box, a share of the mass in the second, with the prior uniform in ±20: in u, N(0, I).
  struct TwoHills: LogDensity {
    let dimension: Int
    let share: Double
    func logDensity(at u: Span<Double>, gradient: inout MutableSpan<Double>) -> Double {
      var (first, second, prior) = (Double.log(1 - share), Double.log(share), 0.0)
      withUnsafeTemporaryAllocation(of: Double.self, capacity: dimension) { x in
        for i in 0..<dimension {
          x.initializeElement(at: i, to: 20 * (2 * NormalDistribution.probability(below: u[i]) - 1))
          let center = i == 0 ? 8.0 : 0
          first -= 0.5 * (x[i] + center) * (x[i] + center)
          second -= 0.5 * (x[i] - center) * (x[i] - center)
          prior += NormalDistribution.logDensity(at: u[i])
        }
        let ofSecond = 1 / (1 + Double.exp(first - second))
        for i in 0..<dimension {
          let center = i == 0 ? 8.0 : 0
          let slope = -(1 - ofSecond) * (x[i] + center) - ofSecond * (x[i] - center)
          gradient[i] = slope * 40 * .exp(NormalDistribution.logDensity(at: u[i])) - u[i]
        }
      }
      let top = max(first, second)
      return top + .log(.exp(first - top) + .exp(second - top)) + prior
        + Double(dimension) * (.log(40) - 0.5 * .log(2 * .pi))
    }
  }

  @Test("two modes have a map each, and their masses", arguments: [(2, 0.5), (2, 0.01), (6, 0.1)])
  func twoHills(dimension: Int, share: Double) async throws {
    let density = TwoHills(dimension: dimension, share: share)
    let fit = try await TransportMapFitter().fit(density, in: RunContext(seed: 2))
    #expect(fit.maps.count == 2 && fit.completeness?.isShown == true)
    #expect(abs((fit.masses.last ?? 0) - share) < 0.04 * share, "\(fit.masses)")
    let weights = try await Self.weights(density, fit)
    #expect(weights.efficiency > 0.965)
    #expect(abs(weights.logEvidence) < 0.005, "\(weights.logEvidence)")
    // Chains jump between them.
    let chains = try await TransportProposal(density, fit).chains(
      drawCount: 2000, in: RunContext(seed: 3))
    let right = chains.flatMap { $0.column(0) }.count { $0 > 0 }
    #expect(abs(Double(right) / 8000 - share) < 0.03 * (share * (1 - share)).squareRoot() + 0.01)
  }

  @Test("a mode that was not looked for is missed by the fit, and seen by fresh descents")
  func incomplete() async throws {
    var fitter = TransportMapFitter()
    let density = TwoHills(dimension: 6, share: 0.5)
    // One start finds one mode; without the test nobody would know.
    (fitter.startCount, fitter.testCount) = (1, 0)
    let blind = try await fitter.fit(density, in: RunContext(seed: 1))
    #expect(blind.maps.count == 1 && blind.completeness == nil)
    let half = try await Self.weights(density, blind)
    #expect(abs(half.logEvidence - .log(0.5)) < 0.01 && half.efficiency > 0.9)
    fitter.testCount = 16
    let seeing = try await fitter.fit(density, in: RunContext(seed: 1))
    #expect(seeing.maps.count == 2 && seeing.completeness?.isShown == true)
    let whole = try await Self.weights(density, seeing)
    #expect(abs(whole.logEvidence) < 0.01, "\(whole.logEvidence)")
  }

  @Test("a density that is nowhere finite is an error with a place")
  func nowhere() async {
    let error = await #expect(throws: SamplingError.self) {
      try await TransportMapFitter().fit(NowhereFinite())
    }
    #expect(error?.description.hasPrefix("no starting point with a finite log density") == true)
  }

  @Test("no-U-turn chains in a fitted map have the posterior's moments")
  func chains() async throws {
    let fit = try await TransportMapFitter().fit(Banana(), in: RunContext(seed: 1))
    let density = TransformedDensity(Banana(), in: fit.maps[0])
    let chains = try await ChainRunner(targetAcceptance: 0.9).run(density, in: RunContext(seed: 4))
    let (a, b) = (chains.map { $0.column(0) }, chains.map { $0.column(1) })
    let check = MomentCheck([
      (a, 0.5), (a.map { $0.map { ($0 - 0.5) * ($0 - 0.5) } }, 0.16),
      // E[u₁²] − 1.
      (b, 0.25 + 0.16 - 1),
    ])
    #expect(check.worst < 4.5, "\(check.worst) standard errors")
    #expect(PosteriorSummary(chains).convergenceFailures.isEmpty)
  }
}
