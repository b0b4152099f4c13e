import Analyses
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Posteriors of simulated light curves, drifting or magnitude-limited, against those of an independent program.
@Suite struct SimulatedReferenceTests {
  /// A simulation of the reference: other numbers for JLA's supernovae, and what follows from them.
  private struct Simulation: Decodable {
    struct Catalog: Decodable {
      let mb, x1, color: [Double]
    }

    let catalog: Catalog
    let posterior: LightCurveReferenceTests.Row
    let posteriorIgnoringSelection: LightCurveReferenceTests.Row?
    let mLimOfSets: [Double]?
    let s: Double?

    enum CodingKeys: String, CodingKey {
      case catalog, posterior, posteriorIgnoringSelection, s
      case mLimOfSets = "mLimOfSets1To4"
    }
  }

  private struct Reference: Decodable {
    let simulatedDrift, simulatedSelection: Simulation
  }

  private static func reference() throws -> Reference {
    let path = try #require(ProjectFiles.shared("reference/light_curves.json"))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(
      Reference.self, from: try Data(contentsOf: URL(fileURLWithPath: path)))
  }

  /// An analysis of JLA's table with the simulated numbers in their columns.
  private static func analysis(
    _ simulation: Simulation, in folder: TemporaryFolder,
    _ change: (inout SupernovaChoice) -> Void
  ) throws -> Analysis {
    let path = try #require(ProjectFiles.shared("data/jla_full/jla_lcparams.txt"))
    var lines = try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: " ").map(String.init) }
    let heading = lines[0].map { $0.replacing("#", with: "") }
    let catalog = simulation.catalog
    for (name, values) in [("mb", catalog.mb), ("x1", catalog.x1), ("color", catalog.color)] {
      let column = try #require(heading.firstIndex(of: name))
      try #require(values.count == lines.count - 1)
      for (i, value) in values.enumerated() { lines[i + 1][column] = "\(value)" }
    }
    let table = try folder.write(
      lines.map { $0.joined(separator: " ") + "\n" }.joined(), to: "jla_lcparams.txt")
    var analysis = LightCurveReferenceTests.analysis(table)
    var choice = try #require(analysis.likelihood[Analysis.supernovae])
    change(&choice)
    analysis.likelihood[Analysis.supernovae] = choice
    (analysis.seed, analysis.samplers) = (1, [TransportSampler()])
    return analysis
  }

  @Test(
    "populations that drift: the default posterior, with its evidence",
    .needs("reference/light_curves.json"), .enabled(if: fullTestsAreAskedFor))
  func drift() async throws {
    let simulation = try Self.reference().simulatedDrift
    let folder = try TemporaryFolder()
    try await LightCurveReferenceTests.check(
      "drift", simulation.posterior, Self.analysis(simulation, in: folder) { _ in },
      bars: (0.03, 0.02))
  }

  /// One population without drift, with or without selection.
  private static func limited(
    _ simulation: Simulation, in folder: TemporaryFolder, selection: Bool
  ) throws -> Analysis {
    try analysis(simulation, in: folder) {
      ($0.populations, $0.drift, $0.selection) = ("one", false, selection ? true : nil)
    }
  }

  @Test(
    "a magnitude-limited catalog: known limits, and none",
    .needs("reference/light_curves.json"), .enabled(if: fullTestsAreAskedFor))
  func knownLimits() async throws {
    let simulation = try Self.reference().simulatedSelection
    let folder = try TemporaryFolder()
    var known = try Self.limited(simulation, in: folder, selection: true)
    for (set, limit) in try #require(simulation.mLimOfSets).enumerated() {
      known.params.append(Parameter("m_limit_\(set + 1)", prior: .fixed(limit)))
    }
    known.params.append(Parameter("m_limit_width", prior: .fixed(try #require(simulation.s))))
    try await LightCurveReferenceTests.check(
      "known limits", simulation.posterior, known, bars: (0.05, 0.03))
    try await LightCurveReferenceTests.check(
      "ignoring selection", try #require(simulation.posteriorIgnoringSelection),
      Self.limited(simulation, in: folder, selection: false), bars: (0.05, 0.03))
  }

  @Test(
    "limits that are not known cost little: nothing moves far, and Ω_m is hardly less certain",
    .needs("reference/light_curves.json"), .enabled(if: fullTestsAreAskedFor),
    arguments: [true, false])
  func freeLimits(widthIsKnown: Bool) async throws {
    let simulation = try Self.reference().simulatedSelection
    let folder = try TemporaryFolder()
    var free = try Self.limited(simulation, in: folder, selection: true)
    if widthIsKnown {
      free.params.append(Parameter("m_limit_width", prior: .fixed(try #require(simulation.s))))
    }
    let row = simulation.posterior
    let (findings, sets) = try await free.problem().run(in: RunContext(seed: Seed(free.seed)))
    #expect(findings.verdict?.quoted != nil, "\(findings.verdict?.sentence ?? "")")
    for set in sets where set.kind != .raw {
      for (i, name) in row.parameters.enumerated() {
        let own = try #require(
          set.moments.parameters.first { $0.name == LightCurveReferenceTests.name(name) })
        let shift = abs(own.mean - row.mean[i]) / row.sd[i]
        #expect(shift < 0.3, "\(set.root), \(name): \(shift) sd")
        guard name == "omega_m" else { continue }
        let ratio = own.standardDeviation / row.sd[i]
        #expect(ratio < 1.15, "\(set.root): \(ratio)")
      }
    }
  }
}
