import Analyses
import Inference
import TestSupport
import Testing

@Suite struct TensionTests {
  private func problem(_ data: [String], _ model: String) throws -> Problem {
    var analysis = Analysis(likelihood: [:])
    analysis.probes = try .init(options: data)
    analysis.theory.model = model
    return try analysis.problem()
  }

  @Test("two normal densities of one parameter have the closed form")
  func one() async throws {
    let data = ["normal:omega_m,0.30,0.01", "normal:omega_m,0.33,0.02"]
    let tensions = try await problem(data, "flat_lcdm").tensions()
    try check(tensions, distance: 0.03 * 0.03 / 5e-4, volume: 0.98, determinant: 5e-4, count: 1)
    let shift = try #require(tensions.first?.shifts.first)
    #expect(abs(shift.standardDeviations - 1.342) < 0.03)
  }

  @Test("two normal densities of two parameters have the closed form, whatever the prior")
  func two() async throws {
    let data = [
      "normal:omega_m,0.30,0.01", "normal:omega_k,0.00,0.02", "normal:omega_m,0.32,0.01",
      "normal:omega_k,0.06,0.01",
    ]
    let names = ["omega_m", "omega_k", "omega_m_", "omega_k_"]
    let tensions = try await problem(data, "lcdm")
      .tensions(between: ["\(names[0])+\(names[1]),\(names[2])+\(names[3])"])
    try check(
      tensions, distance: 2 + 0.0036 / 5e-4, volume: 0.98 * 0.6, determinant: 2e-4 * 5e-4, count: 2)
  }

  /// ln S = d/2 − χ²/2, ln R = ln V − ½ ln |2π (A + B)| − χ²/2.
  private func check(
    _ tensions: [Tension], distance: Double, volume: Double, determinant: Double, count: Int
  ) throws {
    #expect(tensions.count == 1)
    let tension = try #require(tensions.first)
    let d = Double(count)
    let suspiciousness = 0.5 * d - 0.5 * distance
    #expect(abs(tension.logSuspiciousness - suspiciousness) < 4 * tension.logSuspiciousnessError)
    #expect(tension.logSuspiciousnessError < 0.03)
    #expect(abs(tension.dimensionality - d) < 0.1)
    let ratio =
      .log(volume) - 0.5 * (d * .log(2 * .pi) + .log(determinant)) - 0.5 * distance
    #expect(abs(tension.logRatio - ratio) < 0.02, "\(tension.logRatio) against \(ratio)")
    #expect(
      abs(tension.logRatio - tension.logInformation - tension.logSuspiciousness) < 1e-9)
    let exact = ChiSquaredDistribution(degreesOfFreedom: d)
    #expect(
      abs(try #require(tension.standardDeviations) - exact.standardDeviations(at: distance))
        < 0.05)
    let joint = try #require(tension.jointShift)
    #expect(abs(joint.chiSquared - distance) < 0.05 * distance)
    #expect(tension.exitStatus == .success)
  }

  @Test("DESI DR2 and the CMB differ by 1.7 σ in flat ΛCDM, in Ωm and h r_d")
  func universe() async throws {
    let tensions = try await problem(["desi_dr2,cmb"], "flat_lcdm").tensions()
    let tension = try #require(tensions.first)
    #expect(tensions.count == 1 && tension.first.name == "cmb")
    #expect(abs(tension.dimensionality - 2) < 0.15)
    #expect(abs(try #require(tension.standardDeviations) - 1.68) < 0.1)
    let shift = try #require(tension.shifts.first { $0.parameter == "h_rd" })
    #expect(abs(shift.standardDeviations - 2) < 0.1)
    // What follows from an earlier parameter is not told again.
    #expect(!tension.shifts.contains { ["H0", "omega_lambda"].contains($0.parameter) })
  }

  @Test("data that measure different things cannot disagree")
  func apart() async throws {
    let data = ["normal:omega_m,0.30,0.01", "normal:omega_k,0.02,0.02"]
    let tension = try #require(try await problem(data, "lcdm").tensions().first)
    #expect(abs(tension.dimensionality) < 0.1 && tension.probability == nil)
    #expect(tension.shifts.isEmpty && tension.jointShift == nil)
  }

  @Test("three probes: each with the other two; one probe, and names that are none, are refused")
  func choices() async throws {
    let data = ["normal:omega_m,0.3,0.01", "normal:omega_m,0.31,0.01", "normal:omega_m,0.32,0.01"]
    let three = try problem(data, "flat_lcdm")
    var fits: [[String]] = []
    let tensions = try await three.tensions { fits.append($0) }
    #expect(tensions.map(\.first.name) == ["omega_m", "omega_m_", "omega_m__"])
    #expect(fits.count == 7, "each part is fitted once")
    await #expect(throws: AnalysisError.tensionOfOne) {
      try await problem(["desi_dr2"], "flat_lcdm").tensions()
    }
    await #expect(throws: AnalysisError.self) { try await three.tensions(between: ["omega_m,cmb"]) }
    for text in ["omega_m", "omega_m,", "a,b,c"] {
      await #expect(throws: AnalysisError.optionBetween(text)) {
        try await three.tensions(between: [text])
      }
    }
    await #expect(throws: AnalysisError.optionTwice("between", "omega_m")) {
      try await three.tensions(between: ["omega_m,omega_m+omega_m_"])
    }
  }
}
