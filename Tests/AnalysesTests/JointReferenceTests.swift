import Analyses
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Joint posteriors against those of an independent program (NumPy and importance sampling).
@Suite struct JointReferenceTests {
  /// A row of the table of reference posteriors.
  struct Row: Decodable, Sendable {
    let parameters: [String]
    var mean, sd: [Double]
    let best: [Double]?
    let chi2Best, logEvidenceError, mcErrorOfMeansInSd: Double?
    var logEvidence: Double?
    let priors: [String: [Double]]?
  }

  /// Names of the reference and ours.
  static let names = [
    "om": "omega_m", "ok": "omega_k", "hrd": "h_rd", "wb": "omega_b", "h": "h", "w": "w",
    "w0": "w0", "wa": "wa",
  ]
  static let data = [
    "desi_dr2": "desi_dr2", "desi_dr1": "desi_dr1", "bbn": "bbn", "theta_star": "theta_star",
    "cmb3": "cmb", "chronometers15": "chronometers",
    "sdss_dr16 (likelihood tables as published, splines as Cobaya)": "sdss_dr16",
  ]

  /// The analysis of a row; nil where the row is another kind of likelihood.
  static func analysis(_ title: String, _ row: Row) throws -> Analysis? {
    let parts = title.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.count == 2, let model = parts[1].split(separator: ",").first else { return nil }
    var analysis = Analysis(likelihood: [:])
    analysis.theory.model = String(model)
    for word in parts[0].split(separator: "+").map({ $0.trimmingCharacters(in: .whitespaces) }) {
      if let name = data[word] {
        analysis.probes[name] = ProbeChoice(.published)
      } else if word == "pantheon_binned" {
        let folder = try #require(ProjectFiles.shared("data/pantheon_binned"))
        var choice = SupernovaChoice(data: "\(folder)/lcparam_DS17f.txt")
        choice.covariance = "\(folder)/sys_DS17f.txt"
        analysis.likelihood["pantheon"] = choice
      } else if word == "jla_binned" {
        let folder = try #require(ProjectFiles.shared("data/jla_binned"))
        var choice = SupernovaChoice(data: "\(folder)/jla_mub.txt")
        choice.covariance = "\(folder)/jla_mub_covmatrix.dat"
        analysis.likelihood["jla"] = choice
      } else {
        return nil
      }
    }
    analysis.params = try (row.priors ?? [:]).map { name, ends in
      Parameter(
        try #require(names[name]), prior: .uniform(lower: ends[0], upper: ends[1]))
    }
    return analysis
  }

  static func rows() throws -> [String: Row] {
    struct Table: Decodable { let rows: [String: Row] }
    guard let path = ProjectFiles.shared("reference/joint_probes.json"),
      let json = FileManager.default.contents(atPath: path)
    else { return [:] }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    var rows = try decoder.decode(Table.self, from: json).rows
    // The draws behind this row miss the tail towards low Ωm, in which 1.5 % of the posterior are below 0.25: sums over
    // grids of 110 × 143 × 110 and of 80 × 80 × 80 values by another program agree on these to 0.3 %.
    rows["desi_dr2; flat_w0wacdm"]?.mean = [0.35310, -0.47036, -1.6816, 94.544]
    rows["desi_dr2; flat_w0wacdm"]?.sd = [0.03482, 0.26248, 0.9523, 3.3556]
    rows["desi_dr2; flat_w0wacdm"]?.logEvidence = -11.3033
    return rows
  }

  /// Means within 0.05 sd and 4 joint errors, sds within 3 %, ln Z within 0.02 or 3 joint errors.
  static func check(
    _ title: String, _ row: Row, seed: UInt64, samplers: [any Sampler]
  ) async throws {
    guard var analysis = try analysis(title, row) else { return }
    (analysis.seed, analysis.samplers) = (seed, samplers)
    let problem = try analysis.problem()
    let (findings, sets) = try await problem.run(in: RunContext(seed: Seed(seed)))
    let report: Comment = "\(title), seed \(seed): \(findings.verdict?.sentence ?? "")"
    for set in sets where set.kind != .raw {
      let summary =
        set.kind == .weighted
        ? PosteriorSummary(weighted: set.chains[0]) : PosteriorSummary(set.chains)
      for (i, name) in row.parameters.enumerated() {
        let own = try #require(summary.parameters.first { $0.name == Self.names[name] })
        let error =
          (pow(row.mcErrorOfMeansInSd ?? 0.01, 2)
          + 1 / max(own.bulkEffectiveSampleSize, 1)).squareRoot()
        let shift = abs(own.mean - row.mean[i]) / row.sd[i]
        #expect(shift < max(0.05, 4 * error), "\(title), \(set.root), \(name): \(shift) sd")
        #expect(
          abs(own.standardDeviation / row.sd[i] - 1)
            < max(0.03, 4 * error), "\(title), \(set.root), sd of \(name)")
      }
    }
    if let expected = row.logEvidence,
      let weighted = sets.first(where: { $0.kind == .weighted })?.outcome,
      let value = weighted.logEvidence, let error = weighted.logEvidenceError
    {
      let joint = (pow(row.logEvidenceError ?? 0, 2) + error * error).squareRoot()
      #expect(abs(value - expected) < max(0.02, 3 * joint), report)
    }
    if let expected = row.chi2Best, let best = findings.bestFit {
      #expect(abs(best.chiSquared - expected) < 0.005, "\(title): \(best.chiSquared)")
    }
    #expect(findings.verdict?.quoted != nil, report)
  }

  @Test(
    "joint posteriors are those of an independent program",
    .needs("reference/joint_probes.json"),
    arguments: [
      "desi_dr2; flat_lcdm", "desi_dr2 + cmb3; flat_w0wacdm",
      "desi_dr2 + cmb3 + pantheon_binned; flat_w0wacdm",
    ])
  func some(_ title: String) async throws {
    let row = try #require(try Self.rows()[title])
    try await Self.check(title, row, seed: 1, samplers: [TransportSampler()])
  }

  @Test(
    "all of them, by chains and by weighted draws, with three seeds",
    .needs("reference/joint_probes.json"), .enabled(if: fullTestsAreAskedFor))
  func all() async throws {
    let rows = try Self.rows()
    #expect(rows.count > 15)
    for (title, row) in rows.sorted(by: { $0.key < $1.key }) {
      for seed: UInt64 in 1...3 {
        try await Self.check(
          title, row, seed: seed, samplers: [HamiltonianSampler(), TransportSampler()])
      }
    }
  }
}
