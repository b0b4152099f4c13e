import Analyses
import Catalogs
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Files in the words of Cobaya: what they are understood as, and what is refused one by one.
@Suite struct CobayaFileTests {
  private func parse(_ text: String) throws(AnalysisError) -> Analysis {
    try AnalysisFile.parse(text, "c.yaml")
  }

  private func priors(_ problem: Problem) -> [String: Prior] {
    Dictionary(uniqueKeysWithValues: problem.posterior.space.parameters.map { ($0.name, $0.prior) })
  }

  /// The layout of files that Cobaya's documentation and its generator write.
  private let usual = """
    theory:
      camb:
        path: /opt/camb
        extra_args: {dark_energy_model: ppf, num_massive_neutrinos: 1, nnu: 3.044, halofit_version: mead}
    likelihood:
      bao.desi_dr2: null
      H0.riess2020: null
    params:
      logA:
        prior: {min: 1.61, max: 3.91}
        ref: {dist: norm, loc: 3.05, scale: 0.001}
        proposal: 0.001
        latex: \\log(10^{10} A_\\mathrm{s})
        drop: true
      As: {value: 'lambda logA: 1e-10*np.exp(logA)', latex: 'A_\\mathrm{s}'}
      ns: 0.965
      tau: {prior: {dist: norm, loc: 0.055, scale: 0.006}}
      H0:
        prior: {min: 20, max: 100}
        ref: {dist: norm, loc: 67, scale: 2}
        proposal: 2
        latex: H_0
      ombh2: {prior: [0.005, 0.1], proposal: 0.0001}
      omegam: [0.1, 0.9, 0.3, 0.01]
      omch2: {value: 'lambda omegam, ombh2, H0: omegam*(H0/100)**2 - ombh2', derived: false}
      w: {prior: {min: -3, max: 1}, latex: w_0}
      wa: {prior: {min: -3, max: 2}}
      omk: 0.0
      mnu: 0.06
      omegal: {latex: \\Omega_\\Lambda}
      rdrag:
      sigma8: {latex: \\sigma_8}
      age: {derived: true, min: 0}
      omegamh2: {derived: 'lambda omegam, H0: omegam*(H0/100)**2', latex: \\Omega_m h^2}
      s8h5: {derived: 'lambda sigma8, H0: sigma8*(H0*1e-2)**(-0.5)'}
    sampler:
      mcmc: {drag: true, Rminus1_stop: 0.01, covmat: auto, seed: 5}
    output: chains/desi
    packages_path: /no/such/folder
    timing: true
    resume: true
    """

  @Test("a file of the field is a problem of this program, with a note on all that is not used")
  func usualFile() throws {
    let analysis = try parse(usual)
    #expect(analysis.theory.model == "flat_w0wacdm" && analysis.output == "chains/desi")
    #expect(analysis.seed == 5)
    #expect(analysis.samplers.map { type(of: $0).name } == ["hmc", "nhf"])
    #expect(analysis.probes.keys.sorted() == ["H0.riess2020", "desi_dr2"])
    #expect(analysis.probes["H0.riess2020"]?.mean == 73.2)
    #expect(analysis.probes["H0.riess2020"]?.sd == 1.3)
    let problem = try analysis.problem()
    #expect(
      priors(problem) == [
        "omega_m": .uniform(lower: 0.1, upper: 0.9), "w0": .uniform(lower: -3, upper: 1),
        "wa": .uniform(lower: -3, upper: 2), "h": .uniform(lower: 0.2, upper: 1),
        "omega_b": .uniform(lower: 0.005, upper: 0.1), "n_eff": .fixed(3.044),
        "m_nu": .fixed(0.06),
      ])
    let columns = problem.posterior.derived.map(\.name)
    #expect(columns.contains("omegamh2") && !columns.contains("s8h5"))
    let notes = problem.notes.joined(separator: "\n")
    for words in [
      "theory.camb: path (line 3) has no meaning here", "halofit_version (line 4) is not used",
      "params: ref of logA, H0 and omegam is not used", "proposal of logA, H0 and ombh2",
      "drop of logA is not used", "logA (line 9), ns (line 16) and tau (line 17) are left out",
      "As (line 15), sigma8 (line 32) and s8h5 (line 35) are left out: they are not computed",
      "the model is flat_w0wacdm, as its parameters say",
      "sampler.mcmc: drag (line 37), Rminus1_stop (line 37) and covmat (line 37) are not used",
      "hmc and nhf run with their default settings in the place of mcmc (line 37)",
      "timing (line 40) has no meaning here", "resume (line 41) is an option here: --resume",
      "omegam is omega_m here", "H0 is h here, which is H0/100", "w is w0 here",
      "omegal is in the column omega_lambda", "rdrag is in the column r_d",
    ] {
      #expect(notes.contains(words), "\(words) in\n\(notes)")
    }
    // The record of the run has the same meaning, in this program's words.
    let record = RunRecord(problem.analysis, [:]).text
    let again = try AnalysisFile.parse(record, "analysis.yaml")
    #expect(again == problem.analysis && again.notes.isEmpty)
    // An option changes the file before it is understood.
    let changed = try AnalysisFile.parse(
      usual, "c.yaml", setting: ["sampler.hmc.draws=50", "params.omk={prior: [-0.1, 0.1]}"])
    #expect(changed.theory.model == "w0wacdm" && changed.samplers.count == 1)
  }

  @Test(
    "the model follows from the parameters",
    arguments: [
      ("{omegam: [0.1, 0.9], hrdrag: [50, 150]}", "flat_lcdm", ["omega_m", "h_rd"]),
      ("{omk: [-0.3, 0.3]}", "lcdm", ["omega_m", "omega_k", "h_rd"]),
      ("{w: [-3, 1], omk: 0}", "flat_wcdm", ["omega_m", "w", "h_rd"]),
      ("{w: -1, wa: 0.0}", "flat_lcdm", ["omega_m", "h_rd"]),
      ("{w: [-3, 1], omk: [-0.3, 0.3]}", "wcdm", ["omega_m", "omega_k", "w", "h_rd"]),
      ("{w0: [-3, 1], wa: [-3, 2], omk: [-1, 1, 0, 0.1, 0.1]}", "w0wacdm", nil),
      ("{wa: [-3, 2], H0: [20, 100], mnu: 0.06}", "flat_w0wacdm", ["omega_m", "wa", "h_rd"]),
    ] as [(String, String, [String]?)])
  func model(_ params: String, _ model: String, _ free: [String]?) throws {
    let problem = try parse(
      "likelihood: {bao.desi_dr2: }\ntheory: {camb: }\nparams: \(params)\nsampler: {map: }"
    ).problem()
    #expect(problem.analysis.theory.model == model)
    if let free { #expect(Set(problem.posterior.space.free.map(\.name)) == Set(free)) }
  }

  @Test("likelihoods by Cobaya's names are the published data, normal densities, and files")
  func likelihoods() throws {
    let folder = try TemporaryFolder()
    let supernovae = "data/sn_data/PantheonPlus/config.dataset"
    try FileManager.default.createDirectory(
      atPath: folder.path("data/sn_data/PantheonPlus"), withIntermediateDirectories: true)
    _ = try folder.write("name = x", to: supernovae)
    let parts = CobayaFileTests.sdss.map { "  bao.\($0):\n" }.joined()
    let analysis = try parse(
      """
      packages_path: \(folder.path)
      likelihood:
        bao.desi_2024_bao_all:
        bao.own: {measurements_file: bao/m.txt, cov_file: /c.txt, rs_fid: 147.78, speed: 5}
        dr12: {class: bao.generic, path: /d, measurements_file: m.txt, rs_rescale: 0.5}
        sn.pantheonplus: {z_min: 0.02}
        sn.union3: {data: u.txt, covariance: c.txt}
        H0.freedman2020: {H0_mean: 70}
      """)
    #expect(analysis.probes["desi_dr1"]?.kind == .published)
    #expect(analysis.probes["bao.own"]?.data == "\(folder.path)/data/bao/m.txt")
    #expect(analysis.probes["bao.own"]?.covariance == "/c.txt")
    #expect(analysis.probes["bao.own"]?.fiducialSoundHorizon == 147.78)
    #expect(analysis.probes["dr12"]?.data == "/d/m.txt")
    #expect(analysis.probes["dr12"]?.fiducialSoundHorizon == 2)
    #expect(analysis.probes["H0.freedman2020"]?.mean == 70)
    #expect(analysis.probes["H0.freedman2020"]?.sd == 1.88)
    #expect(analysis.likelihood["sn.pantheonplus"]?.data == folder.path(supernovae))
    #expect(analysis.likelihood["sn.pantheonplus"]?.zMin == 0.02)
    #expect(analysis.likelihood["sn.union3"]?.covariance == "c.txt")
    #expect(try parse("likelihood:\n\(parts)").probes["sdss_dr16"]?.kind == .published)
  }

  private static let sdss = [
    "sdss_dr7_mgs", "sdss_dr12_lrg_bao_dmdh", "sdss_dr16_lrg_bao_dmdh", "sdss_dr16_bao_elg",
    "sdss_dr16_qso_bao_dmdh", "sdss_dr16_baoplus_lyauto", "sdss_dr16_baoplus_lyxqso",
  ]

  @Test(
    "what cannot be understood is refused with its line and what to do",
    arguments: [
      ("likelihood:\n  bao.desi_dr2:\n  sn.pantheonplus:", 3, "data:"),
      ("likelihood:\n  planck_2018_lowl.TT:", 2, "'cmb:' in the place"),
      ("likelihood:\n  act_dr6_cmbonly.ACTDR6CMBOnly: {x: 1}", 2, "microwave background"),
      ("likelihood:\n  des_y1.joint:", 2, "lensing"),
      ("likelihood:\n  bao.sdss_dr16_baoplus_lrg:", 2, "growth"),
      ("likelihood:\n  bao.sdss_dr7_mgs:", 2, "write sdss_dr16:"),
      ("likelihood:\n  bao.desi_dr3:", 2, "not part of this program"),
      ("likelihood:\n  H0.riess2020Mb:", 2, "calibrators"),
      ("likelihood:\n  H0.riess2021:", 2, "did you mean H0.riess2020?"),
      ("likelihood:\n  a: {external: 'lambda H0: -H0'}", 2, "kind: normal"),
      ("likelihood:\n  sn.pantheon: {data: x, use_abs_mag: true}", 2, "calibrators: true"),
      ("likelihood: {H0.riess2020: , H0.freedman2020: }", nil, "the same information twice"),
      ("likelihood: {H0.riess2020: , h0_cchp2025: }", nil, "the same information twice"),
      ("likelihood: {bao.desi_dr2: }\nparams:\n  omch2: [0.1, 0.2]", 3, "write omega_m:"),
      (
        "likelihood: {bao.desi_dr2: }\nparams:\n  ombh2: 0.022\n  theta_MC_100: [1, 2]", nil,
        "write H0:"
      ),
      ("likelihood: {bao.desi_dr2: }\nparams:\n  omegab: [0.03, 0.07]\n  ombh2: 0.02", 3, "ombh2:"),
      (
        "likelihood: {H0.riess2020: }\nparams:\n  H0: {value: 'lambda a: a'}\n  a: 1", 3,
        "give it a prior"
      ),
      ("likelihood: {bao.desi_dr2: }\nsampler:\n  minimize:", 3, "best fit"),
      ("likelihood: {bao.desi_dr2: }\nprior:\n  p: 'lambda w: w'", 3, "require:"),
      (
        "likelihood: {bao.desi_dr2: }\ntheory:\n  camb:\n    extra_args:\n      dark_energy_model: EDE",
        5, "fluid"
      ),
      ("likelihood: {bao.desi_dr2: }\ntheory:\n  my.Theory: {a: 1}", 3, "not run here"),
      ("likelihood: {bao.desi_dr2: }\ntheory:\n  cambb: {a: 1}", 3, "cambb is not known"),
      ("likelihood: {bao.desi_dr2: }\nparams:\n  w: {prior: [0, 1], propsal: 1}", 3, "propsal"),
      ("likelihood: {bao.desi_dr2: }\nparams:\n  w: {prior: {min: 0, max: 1, maxx: 1}}", 3, "maxx"),
      ("likelihood:\n  bao.own: {data: x, cov: y}", 2, "the keys are kind, data, covariance"),
    ] as [(String, Int?, String)])
  func refused(_ text: String, _ line: Int?, _ words: String) {
    let error = #expect(throws: AnalysisError.self) { try parse(text) }
    #expect(error?.description.contains(words) == true, "\(error as Any)")
    if let line {
      #expect(error?.description.contains("c.yaml, line \(line): ") == true, "\(error as Any)")
    }
  }

  @Test("all refusals of a file are told at once, in the order of their lines")
  func several() {
    let error = #expect(throws: AnalysisError.self) {
      try parse(
        """
        likelihood:
          planck_2018_lowl.TT:
          planck_2018_highl_plik.TTTEEE:
          sn.pantheonplus:
          bao.desi_dr2:
        params:
          omch2: {prior: {min: 0.001, max: 0.99}}
        sampler: {evaluate: }
        """)
    }
    let lines = error?.description.split(separator: "\n").map(String.init) ?? []
    #expect(
      lines.map { $0.prefix(15) } == [
        "c.yaml, line 2:", "c.yaml, line 3:", "c.yaml, line 4:", "c.yaml, line 7:",
        "c.yaml, line 8:",
      ])
    #expect(error?.exitStatus == .wrongData)
  }

  @Test("Cobaya's ways to write a parameter are understood in every file")
  func parameters() throws {
    let text = """
      likelihood: {desi_dr2: , bbn: }
      theory: {model: flat_wcdm}
      params:
        w: {prior: {dist: truncnorm, loc: -1, scale: 0.1, min: -2, max: 0}, ref: -1, proposal: 0.1}
        omega_m: [0.1, 0.5]
        fs: 'lambda omega_m, w: omega_m**2*np.exp(w)'
        gs: {value: 'lambda fs: 2*fs', derived: false, latex: g}
        H0: {latex: H_0, min: 20, max: 100}
        omegal: {derived: true}
      """
    let problem = try parse(text).problem()
    #expect(
      priors(problem)["w"]
        == .truncatedNormal(mean: -1, standardDeviation: 0.1, lower: -2, upper: 0))
    #expect(priors(problem)["omega_m"] == .uniform(lower: 0.1, upper: 0.5))
    #expect(problem.analysis.derived.map(\.name) == ["fs", "gs"])
    #expect(problem.posterior.derived.map(\.name).contains("H0"))
    // Nothing is left out of a file in this program's words.
    let error = #expect(throws: AnalysisError.self) {
      try parse(text + "\n  tau: 0.05\n").problem()
    }
    #expect(error?.description.contains("'tau' is not a parameter") == true)
  }
}
