import Analyses
import Foundation
import Inference
import Samplers
import Testing

/// Changes of single settings, `key.path=value`, of files and of analyses.
@Suite struct SettingOptionTests {
  private let text = """
    likelihood:
      desi_dr2:
      sn.pantheonplus: {data: sn.txt}
    params: {omega_m: 0.3}
    sampler: {hmc: {draws: 100}}
    """

  private func parse(_ options: String...) throws(AnalysisError) -> Analysis {
    try AnalysisFile.parse(text, "a.yaml", setting: options)
  }

  @Test("values are YAML, and keys are found where they are")
  func values() throws {
    let analysis = try parse(
      "sampler.hmc.draws=5000", "sampler.map=", "params.w={prior: {min: -2, max: 0}}",
      "params.omega_m=uniform(0.1, 0.5)", "theory.model = flat_wcdm", "require=w < 0",
      "likelihood.sn.pantheonplus.z_min=0.02", "likelihood.sn.union3.data=u.txt",
      "likelihood.sn.union3.columns={z: zHD}", "output='1.5'", "seed=7")
    #expect(analysis.samplers.count == 2)
    #expect((analysis.samplers.first as? HamiltonianSampler)?.draws == 5000)
    #expect(
      Dictionary(uniqueKeysWithValues: analysis.params.map { ($0.name, $0.prior) })
        == [
          "w": .uniform(lower: -2, upper: 0), "omega_m": .uniform(lower: 0.1, upper: 0.5),
        ])
    #expect(analysis.theory.model == "flat_wcdm" && analysis.require == ["w < 0"])
    #expect(analysis.likelihood["sn.pantheonplus"]?.zMin == 0.02)
    #expect(analysis.likelihood["sn.union3"]?.columns == ["z": "zHD"])
    #expect(analysis.output == "1.5" && analysis.seed == 7)
    // An analysis of options is changed by the same keys.
    let changed = try Analysis(data: "sn.txt").setting([
      "sampler.nhf.options.hidden=8", "likelihood.supernovae.path=direct",
    ])
    let flow = changed.samplers.compactMap { $0 as? FlowSampler }.first
    #expect(flow?.options.hidden == 8 && changed.likelihood["supernovae"]?.path == .direct)
    #expect(try Analysis(data: "sn.txt").setting([]) == Analysis(data: "sn.txt"))
  }

  @Test(
    "what is wrong is said of the option",
    arguments: [
      ("sampler.hmc.drows=5", "sampler.hmc.drows is not known; did you mean draws?"),
      ("sampler.hmc={drows: 5}", "sampler.hmc.drows is not known; did you mean draws?"),
      ("sampler.hmc.draws=many", "sampler.hmc.draws: a whole number is expected here"),
      ("sampler.hcm=", "there is no sampler 'hcm'"), ("likelyhood.a=1", "did you mean likelihood?"),
      ("params.w=gauss(0,1)", "did you mean normal?"),
      ("params.w.prior.min=0", "params.w: its prior: max missing"),
      ("likelihood.desi_dr3=", "did you mean desi_dr1?"), ("theory.model={", "not YAML"),
      ("params.omega_m.prior.min=0", "params.omega_m is 0.3, which has no keys"),
      ("seed", "not key.path=value"), ("=5", "not key.path=value"), ("a..b=5", "not key.path"),
      ("seed=-1", "non-negative"), ("run.identity=x", "run is not known"),
    ])
  func wrong(_ option: String, _ words: String) {
    let error = #expect(throws: AnalysisError.self) { try parse(option) }
    #expect(error?.description.hasPrefix("--set '\(option)': ") == true, "\(error as Any)")
    #expect(error?.description.contains(words) == true, "\(error as Any)")
    #expect(error?.exitStatus == .wrongUsage)
  }

  @Test("a key is set once; what was wrong in the file keeps its line")
  func twice() {
    #expect(throws: AnalysisError.optionTwice("set", "seed")) { try parse("seed=1", "seed=2") }
    #expect(
      throws: AnalysisError.file(
        path: "a.yaml", line: 2, reason: "sampler.hmc.drows is not known; did you mean draws?")
    ) {
      try AnalysisFile.parse(
        "likelihood: {desi_dr2: }\nsampler: {hmc: {drows: 1}}", "a.yaml", setting: ["seed=2"])
    }
  }
}
