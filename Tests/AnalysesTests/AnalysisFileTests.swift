import Analyses
import Catalogs
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

@Suite struct AnalysisFileTests {
  private func parse(_ text: String) throws -> Analysis {
    try AnalysisFile.parse(text, "a.yaml")
  }

  @Test("what is left out has its usual value; samplers that are not named do not run")
  func usual() throws {
    let text = "likelihood: {supernovae: {data: sn.csv}}"
    #expect(try parse(text) == Analysis(data: "sn.csv"))
    let one = try parse(text + "\nsampler: {hmc: {draws: 5000}}\nseed: 7\noutput: chains/x\n")
    var expected = Analysis(data: "sn.csv")
    var chains = HamiltonianSampler()
    chains.draws = 5000
    (expected.samplers, expected.seed, expected.output) = ([chains], 7, "chains/x")
    #expect(one == expected)
    #expect(try parse(text + "\nsampler:\n  map:\n").samplers.count == 1)
  }

  @Test("a file in the words of Cobaya says all that flags can say")
  func words() throws {
    let analysis = try parse(
      """
      likelihood:
        pantheon:
          data: sn.txt
          covariance: cov.txt
          covariance_kind: systematic
          columns: {z: zHD, mb: m_b_corr}
          z_min: 0.01
          offset: marginalise
          path: direct
      theory: {model: w0wacdm, t_cmb: 2.7255, n_eff: 3}
      params:
        omega_k: 0
        w0: {prior: {dist: norm, loc: -1, scale: 0.5}, latex: w_0}
        wa: {prior: {min: -2, max: 1}}
        omega_m: normal(0.3, 0.1)
      sampler:
        hmc: {chains: 2, warm_up: 500, start: mode, coordinates: whitened}
        nhf: {preset: prior, draws: 1000, options: {hidden: 8, leapfrog_steps: 3}}
      """)
    let choice = try #require(analysis.likelihood["pantheon"])
    #expect(choice.columns == ["z": "zHD", "mb": "m_b_corr"] && choice.zMin == 0.01)
    #expect(choice.offset == .marginalised && choice.path == .direct)
    #expect(choice.covarianceKind == .systematic)
    #expect(analysis.theory.model == "w0wacdm" && analysis.theory.effectiveNeutrinos == 3)
    let priors = Dictionary(uniqueKeysWithValues: analysis.params.map { ($0.name, $0.prior) })
    #expect(
      priors == [
        "omega_k": .fixed(0), "w0": .normal(mean: -1, standardDeviation: 0.5),
        "wa": .uniform(lower: -2, upper: 1), "omega_m": .normal(mean: 0.3, standardDeviation: 0.1),
      ])
    #expect(analysis.params.first { $0.name == "w0" }?.label == "w_0")
    let chains = try #require(analysis.samplers.first as? HamiltonianSampler)
    #expect(chains.chains == 2 && chains.warmUp == 500 && chains.draws == 2000)
    #expect(chains.start == .mode && chains.coordinates == .whitened)
    let flow = try #require(analysis.samplers.last as? FlowSampler)
    #expect(flow.options.hidden == 8 && flow.options.leapfrogSteps == 3 && flow.drawCount == 1000)
  }

  @Test("derived quantities are formulas among the parameters, as functions of Python too")
  func derived() throws {
    let text = """
      likelihood: {supernovae: {data: sn.csv}}
      params:
        S8like: {derived: omega_m^0.5*h, latex: S_8}
        twice: {derived: 'lambda omega_m, S8like: np.sqrt(omega_m)**2 * 2*S8like'}
      """
    let analysis = try parse(text)
    #expect(analysis.params.isEmpty)
    #expect(
      analysis.derived == [
        NamedFormula("S8like", label: "S_8", try Expression("omega_m^0.5*h")),
        NamedFormula("twice", try Expression("sqrt(omega_m)**2 * 2*S8like")),
      ])
    let record = RunRecord(analysis, ["code path": "direct"])
    #expect(try parse(record.text) == analysis)
    var other = analysis
    other.derived[0] = NamedFormula("S8like", label: "S_8", try Expression("omega_m^0.6*h"))
    #expect(
      RunRecord(other, ["code path": "direct"]).differences(from: record)
        == ["params.S8like.derived was omega_m^0.5*h and is omega_m^0.6*h"])
    for (entry, words) in [
      ("{derived: 2*(h}", "line 4: params.twice.derived: '2*(h' ends too early"),
      ("{derived: true}", "a formula is expected here"),
      ("{derived: 'lambda h: np.sqr(h)'}", "no function 'sqr'"),
      ("{derived: h, prior: {min: 0, max: 1}}", "params.twice.prior is not known"),
      ("{derived: h, latexx: a}", "params.twice.latexx is not known"),
      ("{derived: [h]}", "params.twice.derived: text"),
    ] {
      let broken = text.replacing(/twice: .*/, with: "twice: \(entry)")
      do {
        _ = try parse(broken)
        Issue.record("\(entry) was read")
      } catch {
        #expect("\(error)".contains(words), "\(error)")
      }
    }
  }

  @Test("the record of a run is a file that says the same, to the last bit")
  func record() throws {
    let folder = try TemporaryFolder()
    var analysis = Analysis(data: "a folder/yes.csv")
    analysis.theory.model = "flat_wcdm"
    analysis.params = [
      Parameter("omega_m", prior: .uniform(lower: 0.1, upper: 0.9)),
      Parameter("h", prior: .fixed(0.1 + 0.2)),
      Parameter("w", prior: .softUniform(center: -1, halfWidth: 1.0 / 3, sharpness: 30)),
    ].sorted { $0.name < $1.name }
    analysis.likelihood["supernovae"]?.columns = ["z": "1", "mu": "null", "mu_err": "on"]
    analysis.likelihood["supernovae"]?.zMin = 1e-5
    analysis.output = "0x10"
    analysis.seed = .max
    let record = RunRecord(analysis, ["data": "31 supernovae", "version": "0.1.0"])
    let path = try folder.write(record.text, to: "analysis.yaml")
    let read = try RunRecord(reading: path)
    #expect(read.analysis == analysis && read.identity == record.identity)
    #expect(try AnalysisFile.read(path) == analysis)
    #expect(record.differences(from: read).isEmpty)
  }

  @Test("more draws are the same run; fewer, and anything else, are reported by their names")
  func differences() {
    let record = RunRecord(Analysis(data: "sn.csv"), [:])
    func differences(_ change: (inout Analysis) -> Void) -> [String] {
      var analysis = Analysis(data: "moved/sn.csv")
      change(&analysis)
      return RunRecord(analysis, [:]).differences(from: record)
    }
    var (chains, flow) = (HamiltonianSampler(), FlowSampler())
    #expect(differences { _ in }.isEmpty)
    (chains.draws, flow.drawCount) = (4000, 30_000)
    #expect(differences { $0.samplers = [chains, flow] }.isEmpty)
    flow.drawCount = 100
    #expect(
      differences { $0.samplers = [chains, flow] } == [
        "sampler.nhf.draws was 20000 and is 100, but can only increase"
      ])
    chains.warmUp = 500
    #expect(
      differences { $0.samplers = [chains, FlowSampler()] } == [
        "sampler.hmc.warm_up was 1000 and is 500"
      ])
    #expect(differences { $0.samplers = [FlowSampler()] }.count > 3)
    #expect(differences { $0.output = "elsewhere" }.isEmpty)
    #expect(differences { $0.seed = 2 } == ["seed was 1 and is 2"])
  }

  @Test(
    "whatever is wrong is reported with its line",
    arguments: [
      ("likelyhood: {}", 1, "likelyhood is not known; did you mean likelihood?"),
      ("theory: {modell: lcdm}", 2, "theory.modell is not known; did you mean model?"),
      ("sampler:\n  hmc:\n    drows: 5", 4, "sampler.hmc.drows is not known; did you mean draws?"),
      ("sampler: {hcm: {}}", 2, "there is no sampler 'hcm'"),
      ("sampler: {hmc: {draws: many}}", 2, "sampler.hmc.draws: a whole number is expected here"),
      ("sampler: {hmc: {start: random}}", 2, "sampler.hmc.start: "),
      ("seed: -1", 2, "seed: "),
      ("params: {w: {prior: {min: 0}}}", 2, "params.w: its prior: max missing"),
      ("params: {w: {prior: {min: 1, max: 0}}}", 2, "params.w: its prior: bounds reversed"),
      ("params:\n  w: gauss(0,1)", 3, "params.w: no prior is called 'gauss'; did you mean normal?"),
      (
        "params: {w: {prior: 'uniform(0,1)', value: 2}}", 2,
        "params.w: it has both a prior and a fixed value"
      ),
      ("seed: 1\nseed: 2", 0, "duplicated key(s): 'seed'"),
      ("likelihood: {b: {covariance: c}}", 0, "duplicated key(s): 'likelihood'"),
    ] as [(String, Int, String)])
  func wrong(text: String, line: Int, words: String) {
    let whole =
      text.hasPrefix("likelyhood") ? text : "likelihood: {supernovae: {data: sn.csv}}\n\(text)"
    let error = #expect(throws: AnalysisError.self) { try parse(whole) }
    guard case .file("a.yaml", let found, let reason) = error else {
      Issue.record("\(String(describing: error))")
      return
    }
    #expect(found ?? 0 == line && reason.contains(words), "\(found ?? 0): \(reason)")
  }

  @Test("everything that is wrong is told at once, in the order of lines")
  func several() {
    func lines(_ text: String) -> [Substring] {
      do {
        _ = try parse(text).problem()
        return []
      } catch { return "\(error)".split(separator: "\n") }
    }
    let found = lines(
      """
      likelihood:
        desi_dr2: {z_min: 0.1}
        cmbb:
        mine: {sd: 1}
      theory:
        modell: lcdm
        sound_horizon: computd
      params:
        omega_m: {prior: {min: 0, mx: 1}}
      sampler: {map: {drows: 100}}
      require: [1]
      ouput: x
      """)
    let expected = [
      "2: likelihood.desi_dr2.z_min is not known", "3: likelihood.cmbb", "4: likelihood.mine",
      "6: theory.modell is not known; did you mean model?",
      "7: theory.sound_horizon: 'computd' is not known; did you mean computed?",
      "9: params.omega_m", "10: sampler.map.drows is not known", "11: require[1]: text",
      "12: ouput is not known; did you mean output?",
    ]
    #expect(found.count == expected.count, "\(found)")
    for (line, words) in zip(found, expected) {
      #expect(line.hasPrefix("a.yaml, line \(words)"), "\(line)")
    }
    #expect(
      lines("likelihood: {desi_dr2: }\nparams:\n  omega_mm: 0.3\n  Hh: 1").map { $0.prefix(25) }
        == ["a.yaml, line 3: 'omega_mm", "a.yaml, line 4: 'Hh' is n"])
    #expect(
      lines("likelihood: desi_dr2").map { "\($0)" } == [
        "a.yaml, line 1: likelihood: a map of keys is expected here"
      ])
  }

  @Test(
    "what is no analysis at all is refused, and nothing hangs or traps",
    arguments: [
      "", "a", "[1, 2]", "likelihood: [", "\u{0}", "{{{", "- - -", "likelihood: {a: &x [*x]}",
      "a: &a [x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: &c [*b, *b, *b, *b, *b, *b, *b, *b]\n"
        + "d: &d [*c, *c, *c, *c, *c, *c, *c, *c]\ne: &e [*d, *d, *d, *d, *d, *d, *d, *d]\n"
        + "f: &f [*e, *e, *e, *e, *e, *e, *e, *e]\ng: [*f, *f, *f, *f, *f, *f, *f, *f]\n",
      "likelihood: {a: {data: 1.5}}", "likelihood: {a: sn.csv}", "? [a]\n: b",
      "sampler: {hmc: {draws: 99999999999999999999}}\nlikelihood: {a: {data: x}}",
      "likelihood: {a: {data: x, z_max: .inf}}", "likelihood: {a: {data: x, z_min: 1e999}}",
      "likelihood: {a: {data: x}}\nparams: {h: {prior: {min: 0, max: 1, typo: 3}}}",
      "likelihood: {a: {data: x}}\nparams: {h: {value: 0.7, latx: h}}",
    ])
  func hostile(text: String) {
    #expect(throws: AnalysisError.self) { try parse(text) }
    let nested = String(repeating: "{a: ", count: 2000) + String(repeating: "}", count: 2000)
    #expect(throws: AnalysisError.self) { try parse(nested) }
  }

  @Test("settings that no run can have are refused before data are read")
  func impossible() {
    for (text, words) in [
      ("theory: {model: flat}", "there is no model 'flat'"),
      ("theory: {distance: pen, model: lcdm}", "--distance pen"),
      ("theory: {n_eff: 3}", "--n-eff needs --t-cmb"),
      ("theory: {t_cmb: -1}", "--t-cmb must be 0 to 100 kelvin"),
      ("sampler: {hmc: {draws: 0}}", "sampler.hmc.draws must be 4 to 10000000"),
      ("sampler: {hmc: {chains: -1}}", "sampler.hmc.chains must be 1 to 1000"),
      ("sampler: {hmc: {warm_up: 1}}", "sampler.hmc.warm_up must be 20"),
      ("sampler: {hmc: {target_acceptance: 1}}", "target_acceptance must be between 0 and 1"),
      ("sampler: {nhf: {draws: 0}}", "sampler.nhf.draws must be 100"),
      ("sampler: {nhf: {defensive: 0.6}}", "sampler.nhf.defensive must be 0 to 0.5"),
      ("sampler: {nhf: {options: {hidden: 0}}}", "sampler.nhf.options.hidden must be 1 to 1024"),
      ("sampler: {nhf: {options: {leapfrog_steps: 0}}}", "options.leapfrog_steps must be 1"),
      ("sampler: {nhf: {options: {hamiltonians: 0}}}", "options.hamiltonians must be 1"),
      ("sampler: {nhf: {options: {steps: -1}}}", "options.steps must be 0"),
      ("sampler: {nhf: {options: {time: 0}}}", "options.time must be above 0"),
      ("sampler: {nhf: {options: {train_on_draws: 2}}}", "train_on_draws must be 0 to 1"),
      ("sampler: {map: {draws: 3}}", "sampler.map.draws must be 4"),
      ("sampler: {map: {chains: 0}}", "sampler.map.chains must be 1"),
      ("sampler: {map: {weighted_draws: -1}}", "sampler.map.weighted_draws must be 100"),
    ] {
      let error = #expect(throws: AnalysisError.self) {
        try parse("likelihood: {supernovae: {data: none.csv}}\n" + text).problem()
      }
      #expect(error?.description.contains(words) == true)
    }
    #expect(throws: AnalysisError.noLikelihood) { try parse("seed: 1").problem() }
  }
}
