import Analyses
import Catalogs
import Cosmology
import Foundation
import Inference
import Samplers
import TestSupport
import Testing

/// Which universe, parameters and priors a set of probes gets.
@Suite struct JointProblemTests {
  static func problem(
    _ options: [String], model: String = "flat_lcdm", moduli: Bool = false,
    _ change: (inout Analysis) throws -> Void = { _ in }
  ) throws -> Problem {
    var analysis = Analysis(likelihood: [:])
    analysis.theory.model = model
    analysis.probes = try .init(options: options)
    if moduli {
      analysis.likelihood["jla"] = SupernovaChoice(data: ProjectFiles.data("jla_binned.fits"))
    }
    analysis.samplers = [TransportSampler()]
    try change(&analysis)
    return try analysis.problem()
  }

  static func free(_ problem: Problem) -> [String] { problem.posterior.space.free.map(\.name) }

  @Test("what is sampled follows from what the probes measure")
  func parameters() throws {
    #expect(Self.free(try Self.problem(["desi_dr2"])) == ["omega_m", "h_rd"])
    #expect(
      Set(Self.free(try Self.problem(["desi_dr2,cmb"], model: "flat_w0wacdm")))
        == ["omega_m", "w0", "wa", "h", "omega_b"])
    #expect(Set(Self.free(try Self.problem(["desi_dr2,bbn"]))) == ["omega_m", "h", "omega_b"])
    #expect(
      Set(Self.free(try Self.problem(["desi_dr2,chronometers"]))) == ["omega_m", "h", "r_d"])
    #expect(
      Set(Self.free(try Self.problem(["desi_dr2,bbn_n_eff"])))
        == ["omega_m", "h", "omega_b", "n_eff"])
    #expect(
      Set(
        Self.free(
          try Self.problem(["desi_dr2,chronometers"]) {
            $0.params = [Parameter("h_rd", prior: .uniform(lower: 10, upper: 1000))]
          })) == ["omega_m", "h", "h_rd"])
    #expect(
      Set(
        Self.free(
          try Self.problem(["desi_dr2,cmb"]) {
            $0.params = [Parameter("m_nu", prior: .uniform(lower: 0, upper: 0.4))]
          })) == ["omega_m", "h", "omega_b", "m_nu"])
    #expect(Set(Self.free(try Self.problem(["desi_dr2"], moduli: true))) == ["omega_m", "h_rd"])
  }

  @Test("the same supernovae or numbers twice are refused, and parameters that there are not")
  func twice() throws {
    #expect(
      throws: AnalysisError.countedTwice("again", "jla", reason: "they are the same supernovae")
    ) {
      try Self.problem(["desi_dr2"], moduli: true) {
        $0.likelihood["again"] = SupernovaChoice(data: ProjectFiles.data("jla_binned.fits"))
      }
    }
    let folder = try TemporaryFolder()
    let mean = try folder.write(
      "0.51 13.588 DM_over_rs\n0.51 21.863 DH_over_rs\n", to: "m.txt")
    let covariance = try folder.write("0.03 0\n0 0.2\n", to: "c.txt")
    #expect(throws: AnalysisError.self) {
      try Self.problem(["desi_dr2", "bao:\(mean),\(covariance)"])
    }
    #expect(throws: Never.self) { try Self.problem(["bao:\(mean),\(covariance)"]) }
    for (own, other) in [
      ("normal:H0,73.04,1.04", "h0_riess2022"), ("normal:h,0.7304,0.0104", "h0_riess2022"),
      ("normal:omega_b,0.02218,0.00055", "bbn"),
      ("normal:omega_b,0.02218,0.00055", "bbn_n_eff"),
      ("bao:\(mean),\(covariance)", "desi_dr1"), ("bao:\(mean),\(covariance)", "sdss_dr16"),
    ] {
      let error = #expect(throws: AnalysisError.self) { try Self.problem([own, other]) }
      #expect("\(error!)".contains("twice"), "\(error!)")
    }
    #expect(throws: Never.self) {
      try Self.problem(["desi_dr2", "normal:H0,73,1.5", "normal:omega_b,0.0222,0.0004"])
    }
    // A normal of a derived quantity is that of its formula.
    for (model, quantity, formula) in [
      ("flat_lcdm", "omega_lambda", "1-omega_m"), ("lcdm", "omega_lambda", "1-omega_m-omega_k"),
      ("flat_lcdm", "omega_m_h2", "omega_m*h^2"),
    ] {
      let likelihoods = try [quantity, formula].map { name in
        try #require(
          try Self.problem(["desi_dr2,bbn", "normal:\(name),0.3,0.02"], model: model).joint)
      }
      let point = likelihoods[0].parameterNames.map { name in
        ["omega_m": 0.3, "h": 0.7, "omega_b": 0.022, "omega_k": 0.01][name] ?? .nan
      }
      #expect(likelihoods[0].parameterNames == likelihoods[1].parameterNames)
      #expect(
        abs(likelihoods[0].chiSquared(at: point) - likelihoods[1].chiSquared(at: point)) < 1e-9)
    }
    #expect(throws: AnalysisError.optionWith("desi_dr2,,cmb")) {
      try Self.problem(["desi_dr2,,cmb"])
    }
    for probe in ["normal:omega_bb,0.022,0.001", "normal:w,-1,0.1"] {
      let error = #expect(throws: AnalysisError.self) { try Self.problem(["desi_dr2", probe]) }
      #expect("\(error!)".contains("is not a parameter"))
    }
  }

  @Test("a requirement of something else leaves w0 + wa < 0")
  func requirement() throws {
    let requirements = try ["h_rd > 50", "w0 + wa < 1"].map { text in
      try Self.problem(["desi_dr2"], model: "flat_w0wacdm") { $0.require = [text] }
        .analysis.require
    }
    #expect(requirements == [["h_rd > 50", "w0 + wa < 0"], ["w0 + wa < 1"]])
  }

  @Test("supernovae that two sets share are told by their number")
  func shared() throws {
    let folder = try TemporaryFolder()
    func write(_ names: [String]) throws -> String {
      let rows = names.enumerated().map { "\($1) 0.\($0 + 1) \(38 + $0).0\(names[0].count) 0.1" }
      return try folder.write(
        "name z mu mu_err\n" + rows.joined(separator: "\n") + "\n", to: "\(names[0]).txt")
    }
    let files = [
      try write(["SN2001a", "04D1x", "2005hk"]), try write(["2001A", "2005hk", "99aa"]),
      try write(["1", "2", "3"]),
    ]
    func remarks(_ places: [Int]) throws -> [String] {
      try Self.problem([]) { analysis in
        for place in places {
          analysis.likelihood["set\(place)"] = SupernovaChoice(data: files[place])
        }
      }.remarks.filter { $0.contains("share") }
    }
    #expect(try remarks([0, 1]) == ["set0 and set1 share 2 supernovae by name, which count twice"])
    let unknown = try remarks([1, 2])
    #expect(unknown.count == 1 && unknown[0].contains("is not known"), "\(unknown)")
    #expect(try remarks([0]).isEmpty)
  }

  @Test("default priors are DESI's, and w0 + wa < 0; derived quantities only of what is measured")
  func defaults() throws {
    let alone = try Self.problem(["desi_dr2"], model: "flat_w0wacdm")
    #expect(alone.analysis.require == ["w0 + wa < 0"])
    let matter = alone.posterior.space.parameters.first { $0.name == "omega_m" }
    #expect(matter?.prior == .uniform(lower: 0.01, upper: 0.99))
    #expect(alone.posterior.derived.map(\.name) == ["omega_lambda", "q0"])
    let scaled = try Self.problem(["desi_dr2,cmb"])
    #expect(
      scaled.posterior.derived.map(\.name)
        == ["omega_lambda", "q0", "H0", "omega_m_h2", "r_d", "h_rd", "age"])
  }

  @Test("the zero point of moduli is not h beside BAO: the tied h of old is 0.6929, which is wrong")
  func zeroPoint() async throws {
    let problem = try Self.problem(["desi_dr2,bbn"], moduli: true)
    #expect(problem.joint?.probes.contains { $0.nuisanceNames.contains("h") } == false)
    let (findings, sets) = try await problem.run(in: RunContext(seed: Seed(1)))
    let hubble = try #require(
      PosteriorSummary(
        weighted: sets.first { $0.kind == .weighted }?.chains[0] ?? sets[0].chains[0]
      )
      .parameters.first { $0.name == "h" })
    // BAO and BBN alone: 0.6854 ± 0.0059.
    #expect(abs(hubble.mean - 0.6854) < 0.0015)
    #expect(abs(hubble.standardDeviation / 0.0059 - 1) < 0.1)
    #expect(findings.probes?.count == 3)

    // Sampled, it has a name of its own, and the note says what it is.
    let sampled = try Self.problem(["desi_dr2,bbn"], moduli: true) {
      $0.likelihood["jla"]?.offset = .sampled
    }
    #expect(Self.free(sampled).contains("delta_mu"))
    #expect(sampled.remarks.contains { $0.contains("convention") })
    // Alone as well, unless one asks for h.
    #expect(Self.free(try Self.problem([], moduli: true)) == ["omega_m", "delta_mu"])
    let named = try Self.problem([], moduli: true) {
      $0.params = [Parameter("h", prior: .uniform(lower: 0, upper: 1))]
    }
    #expect(Self.free(named) == ["omega_m", "h"])
  }

  @Test(
    "the same information twice is refused by name",
    arguments: [
      ("desi_dr1,desi_dr2", "desi_dr1 and desi_dr2"), ("desi_dr2,sdss_dr16", "desi_dr2 and sdss"),
      ("cmb,theta_star", "cmb and theta_star"), ("h0_riess2022,h0_cchp2025", "h0_cchp2025"),
      ("bbn,bbn_n_eff", "bbn and bbn_n_eff"),
    ])
  func twice(_ names: String, _ words: String) throws {
    let error = #expect(throws: AnalysisError.self) { try Self.problem([names]) }
    #expect(error?.description.contains(words) == true)
    #expect(error?.description.contains("twice") == true)
  }

  @Test("what cannot be fitted is refused with what is wrong")
  func refused() throws {
    func words(_ options: [String], _ change: (inout Analysis) throws -> Void = { _ in }) -> String
    {
      do {
        _ = try Self.problem(options, change)
        return ""
      } catch { return "\(error)" }
    }
    func fixed(_ name: String, _ value: Double) -> (inout Analysis) throws -> Void {
      { $0.params = [Parameter(name, prior: .fixed(value))] }
    }
    #expect(words(["desi_dr3"]).contains("did you mean desi_dr1?"))
    #expect(words(["dr2:x"]).contains("there are no data 'dr2'"))
    #expect(words(["normal:h,0.7"]).contains("normal:PARAMETER,MEAN,SD"))
    #expect(words(["normal:h,0.7,-1"]).contains("positive"))
    #expect(words(["normal:h+,0.7,1"]).contains("likelihood.h.parameter"))
    #expect(words(["bao:no-such-file,x"]).contains("no-such-file"))
    #expect(words(["desi_dr2,cmb"], fixed("omega_b", 0.03)).contains("0.019 to 0.026"))
    #expect(words(["desi_dr2,cmb"], fixed("n_eff", 5)).contains("outside the range"))
    #expect(
      words(["desi_dr2,cmb"]) {
        $0.params = [Parameter("omega_b", prior: .uniform(lower: 0.03, upper: 0.1))]
      }.contains("outside the range"))
    for prior in [
      Prior.normal(mean: 0.05, standardDeviation: 0.001),
      .truncatedNormal(mean: 0.022, standardDeviation: 0.01, lower: 0.027, upper: 0.1),
    ] {
      #expect(
        words(["desi_dr2,cmb"]) { $0.params = [Parameter("omega_b", prior: prior)] }
          .contains("outside the range"))
    }
    #expect(
      words(["cmb"]) { $0.theory.soundHorizon = .reduced }
        .contains("the sound horizon at last scattering needs"))
    #expect(words(["normal:h,nan,1"]).contains("likelihood.h.mean must be a finite number"))
    #expect(words(["desi_dr2"], fixed("omega_x", 1)).contains("is not a parameter"))
    #expect(
      words(["cmb"]) { $0.theory.model = "cosmography" }.contains("early universe"))
    #expect(words(["desi_dr2"]) { $0.theory.distance = .pen }.contains("supernovae alone"))
    #expect(words([]).contains("there are no data"))
  }

  @Test("the file of an analysis says the same as the options")
  func file() throws {
    let text = """
      likelihood:
        desi_dr2:
        jla: {data: \(ProjectFiles.data("jla_binned.fits")), zero_point: M_jla, offset: sample}
        bbn: {kind: normal, parameter: omega_b, mean: 0.02218, sd: 0.00055}
      theory: {model: flat_wcdm}
      """
    let analysis = try AnalysisFile.parse(text, "joint.yaml")
    #expect(analysis.probes["desi_dr2"]?.kind == .published)
    let problem = try analysis.problem()
    #expect(Set(Self.free(problem)) == ["omega_m", "w", "h", "omega_b", "M_jla"])
    for (text, words) in [
      ("likelihood: {desi_dr9: }", "line 1"), ("likelihood: {x: {kind: bao}}", "'data'"),
      ("likelihood: {x: {kind: boa, data: y}}", "kind is one of"),
      ("likelihood: {x: {kind: bao, data: y, covarianc: z}}", "did you mean covariance?"),
    ] {
      do {
        _ = try AnalysisFile.parse(text, "a.yaml").problem()
        Issue.record("accepted: \(text)")
      } catch { #expect("\(error)".contains(words), "\(error)") }
    }
  }

  @Test("draws near the edges of the fit of the sound horizon are a failed witness")
  func edges() async throws {
    // BBN far from what anybody measures.
    let problem = try Self.problem(["desi_dr2", "normal:omega_b,0.0255,0.0004"])
    let (findings, _) = try await problem.run(in: RunContext(seed: Seed(1)))
    let witness = findings.verdict?.witnesses.first { $0.name == "sound horizon" }
    #expect(witness?.finding == .failed)
    #expect(witness?.sentence.contains("omega_b") == true)
  }
}
