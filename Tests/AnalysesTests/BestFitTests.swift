import Analyses
import Cosmology
import Inference
import Samplers
import TestSupport
import Testing

/// Best fits against those of an independent program (Nelder–Mead on NumPy's likelihoods).
@Suite struct BestFitTests {
  struct Case: Sendable, CustomTestStringConvertible {
    let data: String
    let model: String
    let chiSquared: Double
    var supernovae: String?
    var testDescription: String { "\(supernovae ?? "") \(data), \(model)" }

    func problem(_ change: (inout Analysis) throws -> Void = { _ in }) throws -> Problem {
      var analysis = try BestFitTests.analysis(data, supernovae: supernovae)
      analysis.theory.model = model
      try change(&analysis)
      return try analysis.problem()
    }
  }

  static func analysis(_ data: String, supernovae: String? = nil) throws -> Analysis {
    var analysis = Analysis(likelihood: [:])
    if let supernovae {
      let folder = try #require(ProjectFiles.shared("data/pantheon_binned"))
      var choice = SupernovaChoice(data: "\(folder)/\(supernovae)")
      choice.covariance = "\(folder)/sys_DS17f.txt"
      analysis.likelihood[Analysis.supernovae] = choice
    }
    analysis.probes = try .init(options: [data])
    return analysis
  }

  static let cases = [
    Case(data: "desi_dr2", model: "flat_lcdm", chiSquared: 10.27104),
    Case(data: "desi_dr1", model: "flat_lcdm", chiSquared: 12.74053),
    Case(data: "desi_dr2", model: "lcdm", chiSquared: 9.953678),
    Case(data: "desi_dr2", model: "flat_wcdm", chiSquared: 9.041047),
    Case(data: "desi_dr2", model: "flat_w0wacdm", chiSquared: 5.6186),
    Case(data: "desi_dr2,bbn", model: "flat_lcdm", chiSquared: 10.28192),
    Case(data: "desi_dr2,bbn,theta_star", model: "flat_lcdm", chiSquared: 10.29172),
    Case(data: "desi_dr2,cmb", model: "flat_lcdm", chiSquared: 15.1579),
    Case(data: "desi_dr2,cmb", model: "flat_w0wacdm", chiSquared: 7.136695),
    Case(data: "desi_dr2,cmb", model: "flat_wcdm", chiSquared: 14.65467),
    Case(data: "desi_dr2,cmb", model: "lcdm", chiSquared: 10.74218),
    Case(data: "desi_dr1,bbn", model: "flat_lcdm", chiSquared: 12.7378),
    Case(data: "chronometers,desi_dr2", model: "flat_lcdm", chiSquared: 16.57681),
    Case(data: "desi_dr1", model: "flat_w0wacdm", chiSquared: 8.983305),
  ]
  private static let pantheon = "lcparam_DS17f.txt"
  static let withSupernovae = [
    Case(
      data: "desi_dr2,cmb", model: "flat_w0wacdm", chiSquared: 51.91145, supernovae: pantheon),
    Case(data: "desi_dr2,cmb", model: "flat_lcdm", chiSquared: 54.49487, supernovae: pantheon),
    Case(data: "desi_dr2", model: "flat_w0wacdm", chiSquared: 49.1909, supernovae: pantheon),
    Case(data: "desi_dr2", model: "flat_lcdm", chiSquared: 49.57163, supernovae: pantheon),
  ]

  private func check(_ example: Case) throws {
    let problem = try example.problem()
    let best = try problem.bestFit()
    #expect(abs(best.chiSquared - example.chiSquared) < 0.005)
    let probes = try #require(problem.probes(at: best))
    let sum = probes.reduce(0) { $0 + $1.chiSquared }
    #expect(abs(sum - best.chiSquared) < 1e-9 * sum)
    // As many parameters are fitted to all probes as there are, but for one that is at a wall or that nothing measures.
    let fitted = try #require(problem.joint).probes.indices.reduce(0) {
      $0 + (probes[$1].fittedCount ?? .nan)
    }
    let count = Double(problem.likelihood.dataCount - best.degreesOfFreedom)
    #expect(abs(fitted - count) < (best.walls == nil ? 0.01 : 1))
    let exceed = try #require(best.probabilityToExceed)
    #expect(exceed > 0.1 && exceed < 1)
  }

  @Test("the best χ² is that of an independent program", arguments: cases)
  func published(example: Case) throws { try check(example) }

  @Test(
    "the best χ² with supernovae is that of an independent program",
    .needs("data/pantheon_binned"), arguments: withSupernovae)
  func supernovae(example: Case) throws { try check(example) }

  @Test("a best fit at the wall of a prior is there, and said to be")
  func wall() throws {
    let example = Case(data: "desi_dr1", model: "flat_w0wacdm", chiSquared: 8.983305)
    let best = try example.problem().bestFit()
    #expect(best.walls == ["wa"])
    #expect(try #require(best.parameters["wa"]) < -2.99)
    // A wall that the data would pass as well, and that a requirement makes.
    let cut = try example.problem { $0.require = ["w0 + wa < 0", "w0 < -0.9"] }.bestFit()
    #expect(cut.walls?.contains("w0") == true, "\(cut)")
    #expect(abs(try #require(cut.parameters["w0"]) + 0.9) < 0.002)
    let free = try Case(data: "desi_dr2", model: "flat_lcdm", chiSquared: 0).problem().bestFit()
    #expect(free.walls == nil)
  }

  @Test("priors limit a best fit, and do not enter it otherwise")
  func priors() throws {
    let example = Case(data: "desi_dr2", model: "flat_lcdm", chiSquared: 10.27104)
    let best = try example.problem {
      try $0.assign(priors: ["omega_m=normal(0.2,0.02)"], fixed: [])
    }.bestFit()
    #expect(abs(best.chiSquared - example.chiSquared) < 0.005)
  }

  @Test("likelihoods that are zero nearly everywhere have a best fit all the same")
  func tables() throws {
    let best = try Case(data: "sdss_dr16", model: "flat_lcdm", chiSquared: 0).problem().bestFit()
    let matter = try #require(best.parameters["omega_m"])
    #expect(abs(matter - 0.299) < 0.02 && best.chiSquared < 20, "\(best)")
  }

  @Test("χ² of light curves among several probes is that of light curves alone")
  func lightCurves() throws {
    let problem = try Case(data: "normal:omega_m,0.3,0.01", model: "flat_lcdm", chiSquared: 0)
      .problem {
        var choice = SupernovaChoice(data: ProjectFiles.data("jla_binned.fits"))
        choice.path = .direct
        $0.likelihood = [Analysis.supernovae: choice]
      }
    let best = try problem.bestFit()
    let probes = try #require(problem.probes(at: best))
    #expect(abs(try #require(probes.first { $0.name == "supernovae" }).chiSquared - 33.65) < 0.1)
  }

  // MARK: Against flat ΛCDM

  @Test(
    "Δχ² against flat ΛCDM is the published one, with its significance",
    arguments: [
      ("desi_dr2", "flat_w0wacdm", -4.652, 1.657), ("desi_dr2,cmb", "flat_w0wacdm", -8.021, 2.365),
      ("desi_dr2,cmb", "lcdm", -4.4157, 2.101), ("desi_dr2", "flat_wcdm", -1.23, 1.109),
    ])
  func against(data: String, model: String, difference: Double, sigmas: Double) throws {
    let problem = try Case(data: data, model: model, chiSquared: 0).problem()
    let against = try #require(problem.againstStandardModel(problem.bestFit()))
    #expect(abs(against.deltaChiSquared - difference) < 0.01, "\(against)")
    #expect(abs(against.standardDeviations - sigmas) < 0.005, "\(against)")
  }

  @Test("only what is free counts, and what is not nested has no comparison")
  func nesting() throws {
    func against(_ model: String, fix: [String] = []) throws -> Findings.AgainstStandardModel? {
      let problem = try Case(data: "desi_dr2", model: model, chiSquared: 0).problem {
        try $0.assign(priors: [], fixed: fix)
      }
      return try problem.againstStandardModel(problem.bestFit())
    }
    let one = try #require(try against("flat_w0wacdm", fix: ["wa=0"]))
    #expect(one.parameters == ["w0"] && abs(one.deltaChiSquared + 1.23) < 0.01)
    #expect(try against("flat_w0wacdm", fix: ["wa=0.5"]) == nil)
    #expect(try against("flat_lcdm") == nil)
    #expect(try against("nodes")?.parameters == ["w_0", "w_1", "w_2"])
    #expect(try against("cosmography") == nil)
  }
}
