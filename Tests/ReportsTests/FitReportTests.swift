import Analyses
import Foundation
import Inference
import Reports
import Samplers
import TestSupport
import Testing

/// Figures and files of a fit in one call.
@Suite struct FitReportTests {
  private struct Line: Likelihood {
    let parameterNames = ["slope", "intercept"]

    func logLikelihood<Scalar: DifferentiableScalar>(of p: Span<Scalar>) -> Scalar {
      var sum: Scalar = 0
      for (x, y) in [(0.0, 1.1), (1, 2.9), (2, 5.2), (3, 6.8)] {
        let residual = (p[0] * x + p[1] - y) / 0.2
        sum -= 0.5 * residual * residual
      }
      return sum
    }
  }

  private func fitted() async throws -> Fit {
    var sampler = HamiltonianSampler()
    sampler.draws = 300
    let space = try ParameterSpace(
      ["slope", "intercept"].map { Parameter($0, prior: .uniform(lower: -10, upper: 10)) })
    return try await fit(Posterior(space, Line()), by: [sampler], in: RunContext(seed: 1))
  }

  @Test("figures are values, and nothing is written until that is asked")
  func figures() async throws {
    let names = try await fitted().figures().map(\.name)
    #expect(names.first == "corner" && names.contains("trace") && names.contains("ranks"))
  }

  @Test("a folder gets chains, summary and page, and keeps what is in it")
  func folder() async throws {
    let folder = try TemporaryFolder()
    let result = try await fitted()
    let path = folder.path("line")
    _ = try await result.write(to: path)
    let files = try FileManager.default.contentsOfDirectory(atPath: path)
    #expect(files.contains("hmc.1.txt") && files.contains("hmc.paramnames"))
    let page = try String(contentsOfFile: "\(path)/report.html", encoding: .utf8)
    #expect(page.contains("slope") && !page.contains("not finished"))
    let read = try RunFolder(path)
    #expect(read.samplers.first?.chains == result.sets.first?.chains.map(\.withoutStatistics))

    try "mine".write(toFile: "\(path)/hmc.2.txt", atomically: true, encoding: .utf8)
    await #expect(throws: OutputError.self) { try await result.write(to: path) }
    #expect(try String(contentsOfFile: "\(path)/hmc.2.txt", encoding: .utf8) == "mine")
  }
}

extension Chain {
  /// The draws as GetDist's format has them.
  fileprivate var withoutStatistics: Chain {
    var chain = Chain(columns: columns)
    for draw in 0..<count {
      chain.append(
        self.draw(draw), logDensity: logDensities[draw], weight: weights[draw], noted: [])
    }
    return chain
  }
}
