import Analyses
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Posteriors of light curves against those of an independent program (NumPy and importance sampling).
@Suite struct LightCurveReferenceTests {
  struct Row: Decodable, Sendable {
    let parameters: [String]
    let mean, sd: [Double]
    let logEvidence, logEvidenceError, mcErrorOfMeansInSd, ess: Double?
  }

  /// Rows of JLA by their titles, each with the settings that it belongs to.
  static let settings: [String: @Sendable (inout SupernovaChoice) -> Void] = [
    "flat_lcdm; one population, no drift": {
      ($0.populations, $0.drift) = ("one", false)
    },
    "flat_lcdm; one population, drift": { $0.populations = "one" },
    "flat_lcdm; per survey, no drift": { $0.drift = false },
    "flat_lcdm; per survey, drift": { _ in },
    "flat_wcdm; per survey, drift": { _ in },
    "outlier mixture: (1-f) N(rho; 0, v) + f N(rho; 0, v + 1 mag^2), f uniform (0, 0.2)": {
      $0.noise = .outliers
    },
    "Student t: rho / sqrt(v) ~ t_nu (scale sqrt(v), not standard deviation), 1/nu uniform (0, 0.5)":
      { $0.noise = .student },
  ]

  static func rows() throws -> [String: Row] {
    guard let path = ProjectFiles.shared("reference/light_curves.json"),
      let data = FileManager.default.contents(atPath: path),
      let whole = try JSONSerialization.jsonObject(with: data) as? [String: Any]
    else { return [:] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var rows: [String: Row] = [:]
    for key in ["jla_hierarchical", "jla_hierarchical_robust (flat_lcdm; per survey, drift)"] {
      for (title, row) in whole[key] as? [String: Any] ?? [:] {
        rows[title] = try decoder.decode(
          Row.self, from: try JSONSerialization.data(withJSONObject: row))
      }
    }
    return rows
  }

  /// Our name of a parameter, whose sets count from 1.
  static func name(_ name: String) -> String {
    switch name {
    case "M0": return "M"
    case "Delta_M": return "delta_M"
    case "1/nu": return "inverse_nu"
    default: break
    }
    for set in 0..<4 where name.hasSuffix("_\(set)") { return name.dropLast() + "\(set + 1)" }
    return name
  }

  /// JLA's table, or another of the same form, with the priors of the reference.
  static func analysis(_ path: String) -> Analysis {
    var analysis = Analysis(data: path)
    analysis.params = [
      Parameter("omega_m", prior: .uniform(lower: 0.01, upper: 0.99)),
      Parameter("alpha", prior: .uniform(lower: 0, upper: 1)),
      Parameter("M", prior: .uniform(lower: -20.5, upper: -18)),
      Parameter("delta_M", prior: .uniform(lower: -0.5, upper: 0.5)),
    ]
    return analysis
  }

  /// Means within 0.03 sd (0.05 with w) or 4 joint errors, sds within 2 % or 4 joint errors, ln Z within 0.02 or 3 joint errors.
  static func check(_ title: String, _ row: Row, samplers: [any Sampler], seed: UInt64) async throws
  {
    var analysis = analysis(try #require(ProjectFiles.shared("data/jla_full/jla_lcparams.txt")))
    let change = try #require(settings[title])
    var choice = try #require(analysis.likelihood[Analysis.supernovae])
    change(&choice)
    analysis.likelihood[Analysis.supernovae] = choice
    if title.hasPrefix("flat_wcdm") { analysis.theory.model = "flat_wcdm" }
    (analysis.seed, analysis.samplers) = (seed, samplers)
    try await check(
      title, row, analysis, bars: (row.parameters.contains("w") ? 0.05 : 0.03, 0.02))
  }

  /// Means and sds within bars or 4 joint errors, ln Z within 0.02 or 3 joint errors.
  ///
  /// - Parameter bars: that of means in sd, and that of relative sds.
  static func check(
    _ title: String, _ row: Row, _ analysis: Analysis, bars: (mean: Double, deviation: Double)
  ) async throws {
    let (findings, sets) = try await analysis.problem().run(
      in: RunContext(seed: Seed(analysis.seed)))
    let known = row.mcErrorOfMeansInSd ?? 1 / (row.ess ?? 10_000).squareRoot()
    for set in sets where set.kind != .raw {
      for (i, name) in row.parameters.enumerated() {
        let own = try #require(set.moments.parameters.first { $0.name == Self.name(name) })
        let error = (known * known + 1 / max(own.bulkEffectiveSampleSize, 1)).squareRoot()
        let shift = abs(own.mean - row.mean[i]) / row.sd[i]
        #expect(
          shift < max(bars.mean, 4 * error), "\(title), \(set.root), \(name): \(shift) sd")
        let deviationError = set.relativeErrorOfDeviation(own, reference: known)
        #expect(
          abs(own.standardDeviation / row.sd[i] - 1) < max(bars.deviation, 4 * deviationError),
          "\(title), \(set.root), sd of \(name): \(own.standardDeviation)")
      }
    }
    if let expected = row.logEvidence,
      let weighted = sets.first(where: { $0.kind == .weighted })?.outcome,
      let value = weighted.logEvidence, let error = weighted.logEvidenceError
    {
      let joint = (pow(row.logEvidenceError ?? 0, 2) + error * error).squareRoot()
      #expect(abs(value - expected) < max(0.02, 3 * joint), "\(title): ln Z \(value)")
    }
    #expect(
      findings.verdict?.quoted != nil, "\(title): \(findings.verdict?.sentence ?? "")")
  }

  @Test(
    "the default posterior of JLA is that of an independent program, with its evidence",
    .needs("reference/light_curves.json"))
  func jla() async throws {
    let title = "flat_lcdm; per survey, drift"
    let row = try #require(try Self.rows()[title])
    try await Self.check(title, row, samplers: [TransportSampler()], seed: 1)
  }

  @Test(
    "other populations and noise, by chains and by weighted draws",
    .needs("reference/light_curves.json"), .enabled(if: fullTestsAreAskedFor),
    arguments: settings.keys.sorted())
  func all(title: String) async throws {
    let row = try #require(try Self.rows()[title])
    // Enough for deviations to 2 %, of those with long tails too.
    var chains = HamiltonianSampler()
    chains.draws = 6000
    try await Self.check(title, row, samplers: [chains, TransportSampler()], seed: 2)
  }
}

extension SampleSet {
  /// Means, standard deviations and effective sizes of its draws, by their weights where they have some.
  var moments: PosteriorSummary {
    kind == .weighted ? PosteriorSummary(weighted: chains[0]) : PosteriorSummary(chains)
  }

  /// The relative standard error of a standard deviation and of one known by draws worth `reference`^−2 independent ones: half
  /// that of the mean of z², z = (x − m)/s, whose own deviation is √2 for normal x and larger with long tails.
  func relativeErrorOfDeviation(_ own: ParameterSummary, reference: Double) -> Double {
    var squares = self
    squares.chains = chains.map { chain in
      var other = Chain(columns: [Chain.Column(name: "z2")])
      let column = chain.columns.firstIndex { $0.name == own.name } ?? 0
      for draw in 0..<chain.count {
        let z = (chain.draw(draw)[column] - own.mean) / own.standardDeviation
        other.append([z * z], logDensity: 0, weight: chain.weights[draw], noted: [])
      }
      return other
    }
    guard let moments = squares.moments.parameters.first else { return .nan }
    let (found, known) = (
      moments.standardErrorOfMean, reference * moments.standardDeviation
    )
    return 0.5 * (found * found + known * known).squareRoot()
  }
}
