import Analyses
import Catalogs
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Names that other programs give to parameters, in priors, fixed values, requirements, formulas and lists.
@Suite struct ParameterNameTests {
  private func problem(
    _ data: [String] = ["desi_dr2,bbn"], _ model: String = "flat_lcdm", priors: [String] = [],
    fixed: [String] = [], _ change: (inout Analysis) throws -> Void = { _ in }
  ) throws -> Problem {
    var analysis = Analysis(likelihood: [:])
    analysis.theory.model = model
    analysis.probes = try .init(options: data)
    if data.isEmpty {
      analysis.likelihood["jla"] = SupernovaChoice(data: ProjectFiles.data("jla_binned.fits"))
    }
    analysis.samplers = [TransportSampler()]
    try analysis.assign(priors: priors, fixed: fixed)
    try change(&analysis)
    return try analysis.problem()
  }

  private func prior(_ name: String, _ problem: Problem) -> Prior? {
    problem.posterior.space.parameters.first { $0.name == name }?.prior
  }

  @Test(
    "a name of another program is the model's, with a note",
    arguments: [
      ("omegam", "omega_m", "flat_lcdm"), ("Om0", "omega_m", "flat_lcdm"),
      ("ombh2", "omega_b", "flat_lcdm"), ("omegabh2", "omega_b", "flat_lcdm"),
      ("omk", "omega_k", "lcdm"), ("w", "w0", "flat_w0wacdm"), ("w0_fld", "w0", "flat_w0wacdm"),
      ("wa_fld", "wa", "flat_w0wacdm"), ("w0", "w", "flat_wcdm"), ("w_de", "w", "flat_wcdm"),
      ("hrdrag", "h_rd", "flat_lcdm"), ("rdrag", "r_d", "flat_lcdm"), ("rs_d", "r_d", "flat_lcdm"),
      ("nnu", "n_eff", "flat_lcdm"), ("Neff", "n_eff", "flat_lcdm"),
      ("N_eff", "n_eff", "flat_lcdm"), ("mnu", "m_nu", "flat_lcdm"),
      ("m_ncdm", "m_nu", "flat_lcdm"), ("sum_m_nu", "m_nu", "flat_lcdm"),
    ])
  func names(_ typed: String, _ own: String, _ model: String) throws {
    let value = [
      "omega_m": 0.3, "omega_b": 0.0222, "omega_k": 0.01, "w0": -0.9, "w": -0.9, "wa": -0.1,
      "h_rd": 100, "r_d": 147, "n_eff": 3.1, "m_nu": 0.1,
    ][own]
    let data =
      ["h_rd": ["desi_dr2"], "r_d": ["desi_dr2,chronometers"]][own] ?? ["desi_dr2,bbn"]
    let problem = try problem(data, model, fixed: ["\(typed)=\(value ?? 0)"])
    #expect(prior(own, problem) == .fixed(value ?? 0))
    #expect(problem.notes.contains("\(typed) is \(own) here"))
  }

  @Test("own names win, and say nothing")
  func own() throws {
    let all = ["omega_m=0.3", "omega_b=0.0222"]
    #expect(!(try problem(fixed: all)).notes.contains { $0.contains(" here") })
    // A formula of that name is the analysis's own.
    let derived = try problem {
      $0.derived = [
        NamedFormula("om", try Expression("2*omega_m")),
        NamedFormula("twice", try Expression("2*om")),
      ]
    }
    #expect(derived.analysis.derived.map(\.formula.text).contains("2*om"))
  }

  @Test("H0 is h, whatever the prior's numbers are in")
  func hubble() throws {
    for (text, expected) in [
      ("H0=uniform(20,100)", Prior.uniform(lower: 0.2, upper: 1)),
      ("H0=normal(70,7)", .normal(mean: 0.7, standardDeviation: 0.07)),
      (
        "H0=truncated_normal(70,7,50,90)",
        .truncatedNormal(mean: 0.7, standardDeviation: 0.07, lower: 0.5, upper: 0.9)
      ),
      ("h0=uniform(0.4,0.9)", .uniform(lower: 0.4, upper: 0.9)),
      ("hubble=fixed(70)", .fixed(0.7)),
    ] {
      #expect(prior("h", try problem(priors: [text])) == expected)
    }
    let fixed = try problem(fixed: ["H0=70"])
    #expect(prior("h", fixed) == .fixed(0.7))
    #expect(fixed.notes.contains("H0 is h here, which is H0/100"))
    // Of moduli alone as well.
    #expect(prior("h", try problem([], priors: ["H0=uniform(50,90)"]))?.support.upper == 0.9)
    let refusal = #expect(throws: AnalysisError.self) {
      try problem(priors: ["H0=log_normal(4.2,0.1)"])
    }
    #expect(refusal?.description.contains("h = H0/100") == true)
    #expect(refusal?.exitStatus == .wrongUsage)
  }

  @Test("formulas, requirements, lists and joint priors understand them too")
  func everywhere() throws {
    let problem = try problem(["desi_dr2,bbn"], "flat_w0wacdm") {
      $0.require = ["w + wa_fld < 0", "50 < H0 < 90", "omegam*1e1 < 5"]
      $0.derived = [NamedFormula("x", try Expression("sqrt(omegam)*rdrag + 1e-2*H0"))]
      $0.probes["n"] = ProbeChoice(normal: "ombh2", mean: 0.0222, sd: 0.001)
      $0.sampled = ["omegam", "w", "wa", "H0", "ombh2"]
      $0.joint = [
        .normal(
          MultivariateNormalPrior(
            ["H0", "omegam"], mean: [70, 0.3], covariance: [[4, 0.01], [0.01, 0.0004]]))
      ]
    }
    let analysis = problem.analysis
    #expect(analysis.require.prefix(3) == ["w0 + wa < 0", "50 < (100*h) < 90", "omega_m*1e1 < 5"])
    #expect(analysis.derived.first?.formula.text == "sqrt(omega_m)*r_d + 1e-2*H0")
    #expect(analysis.probes["n"]?.parameter == "omega_b")
    guard case .normal(let joint) = analysis.joint.first else {
      Issue.record("no joint prior")
      return
    }
    #expect(joint.names == ["h", "omega_m"])
    #expect(zip(joint.mean, [0.7, 0.3]).allSatisfy { abs($0 - $1) < 1e-12 })
    #expect(
      abs(joint.covariance[0][0] - 4e-4) < 1e-12 && abs(joint.covariance[0][1] - 1e-4) < 1e-12)
    // The record of the run has the model's names, so that it means the same again.
    let again = try AnalysisFile.parse(RunRecord(analysis, [:]).text, "analysis.yaml").problem()
    #expect(again.analysis == analysis && !again.notes.contains { $0.contains(" here") })
  }

  @Test("what is no parameter is refused by the name that was typed")
  func refused() {
    func words(_ make: () throws -> Problem) -> String {
      do {
        _ = try make()
        return ""
      } catch { return "\(error)" }
    }
    #expect(words { try problem(fixed: ["omk=0"]) }.contains("'omk' is not a parameter"))
    #expect(words { try problem(["desi_dr2"], fixed: ["H0=70"]) }.contains("'H0' is not a param"))
    #expect(words { try problem([], fixed: ["ombh2=0.02"]) }.contains("'ombh2' is not a param"))
    // Ωb is not ωb.
    #expect(words { try problem(fixed: ["Omega_b=0.05"]) }.contains("'Omega_b' is not a param"))
    #expect(
      words { try problem(priors: ["H0=uniform(50,90)"], fixed: ["h=0.7"]) }
        .contains("H0 and h are one parameter"))
  }
}
