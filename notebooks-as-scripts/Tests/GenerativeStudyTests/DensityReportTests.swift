import Foundation
import GenerativeStudy
import Inference
import Samplers
import Testing

@Suite struct DensityReportTests {
  /// The oscillator ½ p² + ½ q² from N(0, I), which the leapfrog steps keep to some thousandths.
  private var oscillator: NeuralHamiltonianFlow {
    var architecture = FlowArchitecture()
    architecture.isResidual = true
    architecture.outputScale = 0
    architecture.leapfrogSteps = 8
    return architecture.makeFlow(dimension: 2, seed: 1)
  }

  /// N(0, s² I): points, and how far the flow is from them by both bounds.
  private func report(_ scale: Double) async throws -> (DensityReport, entropy: Double) {
    var generator = RandomStream(seed: 1, "points")
    let points = (0..<4000).map { _ in scale * generator.nextStandardNormal() }
    let logVolume = 2 * log(scale) + 1.837_877_066
    let logDensities = (0..<2000).map { n in
      let (x, y) = (points[2 * n] / scale, points[2 * n + 1] / scale)
      return -0.5 * (x * x + y * y) - logVolume
    }
    let report = try await DensityReport(
      oscillator, at: points, logDensities: logDensities, entropy: 1 + logVolume, draws: 100,
      importanceCount: 1000)
    return (report, 1 + logVolume)
  }

  @Test("of the flow's own density both bounds are the entropy, and every momentum counts")
  func exact() async throws {
    let (report, entropy) = try await report(1)
    #expect(abs(report.negativeImportance - entropy) < 0.002)
    #expect(abs(report.negativeEvidence - entropy) < 0.002)
    #expect(report.efficiency > 0.99)
  }

  @Test("of another density they are farther from it by the divergence")
  func divergence() async throws {
    let (report, entropy) = try await report(2)
    // KL(N(0, 4 I) ‖ N(0, I)) = ½ (8 − 2 − log 16).
    let excess = report.negativeImportance - entropy
    #expect(abs(excess - 1.613_706) < 5 * report.importanceError + 0.02, "\(excess)")
    #expect(report.importanceError > 0.01)
  }

  @Test("a bowl has its one minimum in the middle, and no maximum")
  func landscape() async throws {
    let landscape = try await EnergyLandscape(oscillator, block: 0, edge: 4, count: 81)
    try #require(landscape.minima.count == 1 && landscape.maxima.isEmpty)
    #expect(abs(landscape.minima[0].x) < 0.06 && abs(landscape.minima[0].y) < 0.06)
    // ½ (4² + 4²) at the corner; K is the same bowl.
    #expect(abs(landscape.values[0] - 16) < 1e-4)
    let kinetic = try await EnergyLandscape(oscillator, block: 0, edge: 4, count: 81, kinetic: true)
    #expect(zip(kinetic.values, landscape.values).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(landscape.columns.map(\.count) == [6561, 6561, 6561])
    #expect(landscape.columns[0][1] > landscape.columns[0][0])
  }
}
