import Inference
import LinearAlgebra
import Samplers
import TestSupport
import Testing

/// What every Hamiltonian kernel must satisfy: it is a pure function that leaves the density as it is.
@Suite struct KernelContractTests {
  private static let density = CorrelatedGaussian(dimension: 2, correlation: 0.7)

  /// Independent points drawn from the density.
  private static func exactPoints(_ count: Int) -> [PhasePoint] {
    var random = RandomStream(seed: 2, "exact points")
    let scale = (1 - density.correlation * density.correlation).squareRoot()
    return (0..<count).map { _ in
      let x = random.nextStandardNormal()
      let y = density.correlation * x + scale * random.nextStandardNormal()
      return PhasePoint(density, at: [x, y])
    }
  }

  /// The properties that a kernel for the density lacks.
  static func violations(of kernel: some HamiltonianKernel) -> [String] {
    var violations: [String] = []
    var random = RandomStream(seed: 3, "transitions")
    let starts = exactPoints(10_000)
    var ends: [PhasePoint] = []
    for (index, start) in starts.enumerated() {
      var (copy, again) = (random, random)
      let (end, info) = kernel.step(start, using: &random)
      ends.append(end)
      if index < 50 {
        var advanced = start
        let sameInfo = kernel.advance(&advanced, using: &copy)
        let (repeated, _) = kernel.step(start, using: &again)
        if repeated != end || advanced != end || sameInfo != info { violations.append("pure") }
        let anew = PhasePoint(density, at: end.position)
        if anew.logDensity != end.logDensity || anew.gradient != end.gradient {
          violations.append("state up to date")
        }
        if !(0...1).contains(info.acceptanceProbability) || info.steps < 1
          || info.energy < -end.logDensity - 1e-9
        {
          violations.append("info")
        }
      }
    }
    let count = Double(ends.count)
    let moments: [(exact: Double, (PhasePoint) -> Double)] = [
      (0, { $0.position[0] }), (1, { $0.position[0] * $0.position[0] }),
      (1, { $0.position[1] * $0.position[1] }), (0.7, { $0.position[0] * $0.position[1] }),
    ]
    let isWrong = moments.contains { exact, moment in
      let values = ends.map(moment)
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      return abs(mean - exact) > 4.5 * (variance / count).squareRoot()
    }
    if isWrong { violations.append("invariant density") }
    if !zip(starts, ends).contains(where: { $0.position != $1.position }) {
      violations.append("moves")
    }
    return Array(Set(violations)).sorted()
  }

  /// Every kernel with steps so coarse that the acceptance has to correct them.
  static func kernels() throws -> [any HamiltonianKernel] {
    let dense = try DenseMetric(
      inverseMassMatrix: Matrix(rows: 2, columns: 2, elements: [0.8, 0.3, 0.3, 0.5]))
    let unit = UnitMetric(dimension: 2)
    return [
      NoUTurnSampler(density, metric: unit, stepSize: 0.9),
      NoUTurnSampler(density, metric: dense, integrator: KickDrift.twoStage, stepSize: 1.4),
      HamiltonianMonteCarlo(density, metric: dense, stepSize: 1.1, integrationTime: 2),
    ]
  }

  @Test("transitions are pure and keep the density, for every kernel")
  func all() throws {
    func check(_ kernel: some HamiltonianKernel) {
      #expect(Self.violations(of: kernel) == [], "\(type(of: kernel))")
      #expect(Self.violations(of: kernel.forWarmUp) == [], "\(type(of: kernel)) of the warm-up")
    }
    for kernel in try Self.kernels() { check(kernel) }
  }

  /// Hamiltonian Monte Carlo that takes the end of every trajectory.
  private struct Uncorrected: HamiltonianKernel {
    let density = KernelContractTests.density
    var metric = UnitMetric(dimension: 2)
    let integrator = Leapfrog()
    var stepSize = 0.9

    func advance(
      _ state: inout PhasePoint, using generator: inout some RandomNumberGenerator
    ) -> HamiltonianInfo {
      state.drawMomentum(metric, using: &generator)
      let before = state.energy
      state.advance(density, metric, integrator, by: stepSize, steps: 2)
      return HamiltonianInfo(
        acceptanceProbability: 1, energy: state.energy, energyError: state.energy - before,
        steps: 2, treeDepth: 0, isDivergent: false)
    }
  }

  @Test("a kernel that accepts everything is caught")
  func brokenTwin() {
    #expect(Self.violations(of: Uncorrected()) == ["invariant density"])
  }
}
