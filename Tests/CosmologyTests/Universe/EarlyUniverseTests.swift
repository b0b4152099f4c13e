import Cosmology
import Foundation
import TestSupport
import Testing
import Validation

@Suite struct EarlyUniverseTests {
  /// ωb, ωbc, N_eff, mass in eV, z*, r*, z_d, r_d: 16 of the 2,048 points computed with CAMB 2.0.5, to which the fit was
  /// made.
  static let table: [[Double]] = [
    [
      0.02305482, 0.16662562, 4.16013173, 0.41737860, 1092.176630, 133.3436247, 1064.071299,
      135.6217371,
    ],
    [
      0.02314013, 0.16805942, 3.16979069, 0.33180262, 1091.210377, 137.2324210, 1063.558873,
      139.5007745,
    ],
    [
      0.02308564, 0.18463422, 2.07866913, 0.59374125, 1091.626179, 138.3834500, 1063.739760,
      140.6108761,
    ],
    [
      0.02310942, 0.14945061, 3.05179959, 0.45660149, 1089.721261, 141.9600182, 1062.221029,
      144.3247500,
    ],
    [
      0.02307128, 0.17383778, 2.91684389, 0.04511015, 1091.411365, 137.2779640, 1063.502292,
      139.5521531,
    ],
    [
      0.02315026, 0.16119805, 2.22278896, 0.10483092, 1089.648853, 143.4460953, 1062.300993,
      145.7681419,
    ],
    [
      0.02309516, 0.15597610, 3.31339465, 0.21679246, 1090.390914, 139.4059771, 1062.727811,
      141.7437901,
    ],
    [
      0.02312629, 0.17986594, 4.02461820, 0.23432845, 1092.882140, 131.3528763, 1064.893691,
      133.5616971,
    ],
    [
      0.02304890, 0.18332571, 3.42765838, 0.46293570, 1092.815619, 132.9068738, 1064.591171,
      135.1304184,
    ],
    [
      0.02313420, 0.15100949, 3.83382479, 0.58595132, 1090.630305, 137.8424549, 1063.050357,
      140.1682497,
    ],
    [
      0.02307961, 0.15633294, 2.72494688, 0.32523490, 1089.931259, 142.0215305, 1062.301805,
      144.3734408,
    ],
    [
      0.02310338, 0.17739930, 2.33599104, 0.42481603, 1091.219173, 138.9191315, 1063.455972,
      141.1720400,
    ],
    [
      0.02306697, 0.14588939, 2.47974086, 0.23597749, 1088.805589, 145.9743700, 1061.326195,
      148.3929967,
    ],
    [
      0.02314593, 0.18949972, 2.58922044, 0.21366945, 1092.213386, 135.3428725, 1064.417098,
      137.5338450,
    ],
    [
      0.02309095, 0.17302634, 3.69861421, 0.10297593, 1092.067727, 134.0831516, 1064.103495,
      136.3388364,
    ],
    [
      0.02312206, 0.16316623, 3.57196602, 0.04785324, 1091.125922, 136.6979260, 1063.423546,
      138.9903048,
    ],
  ]

  @Test("z*, r*, z_d and r_d are CAMB's over the whole box", arguments: table)
  func camb(_ row: [Double]) throws {
    let early = try #require(
      EarlyUniverse(
        .init(
          baryons: row[0], baryonsAndColdMatter: row[1], effectiveNeutrinos: row[2],
          neutrinoMass: row[3])))
    #expect(abs(early.lastScatteringRedshift / row[4] - 1) < 2e-6)
    #expect(abs(early.soundHorizonAtLastScattering / row[5] - 1) < 1e-5)
    #expect(abs(early.dragRedshift / row[6] - 1) < 5e-5)
    #expect(abs(early.soundHorizonAtDrag / row[7] - 1) < 2e-5)
  }

  @Test("outside the box there is nothing")
  func outside() {
    for (b, bc, n, m) in [
      (0.0189, 0.14, 3.0, 0.06), (0.0261, 0.14, 3, 0.06), (0.022, 0.099, 3, 0.06),
      (0.022, 0.191, 3, 0.06), (0.022, 0.14, 1.99, 0.06), (0.022, 0.14, 4.3, 0.06),
      (0.022, 0.14, 3, -0.01), (0.022, 0.14, 3, 0.61), (.nan, 0.14, 3, 0.06),
    ] {
      #expect(
        EarlyUniverse(
          .init(
            baryons: b, baryonsAndColdMatter: bc, effectiveNeutrinos: n, neutrinoMass: m)) == nil)
    }
  }

  @Test("a massive neutrino is a radiation at first and matter in the end")
  func neutrinos() {
    let content = RelativisticContent.standard
    // Computed with an independent quadrature of the Fermi–Dirac integral.
    #expect(
      abs(content.massiveDensity(effectiveNeutrinos: 3.044, mass: 0.06) / 6.4486e-4 - 1) < 2e-5)
    // Σm/93.14 eV is what it tends to.
    let heavy = content.massiveDensity(effectiveNeutrinos: 3.044, mass: 0.6)
    #expect(abs(heavy / (0.6 / 93.14) - 1) < 2e-3)
    let massless = content.massiveDensity(effectiveNeutrinos: 3.044, mass: 0)
    #expect(
      abs(massless / (2.4728e-5 * 7 / 8 * pow(4.0 / 11, 4.0 / 3) * 3.044 / 3) - 1) < 1e-9)
  }

  static let model: UniverseModel = {
    do {
      return try UniverseModel(FlatW0WaCDM(), content: .standard, soundHorizon: .computed)
    } catch { preconditionFailure("\(error)") }
  }()

  @Test(
    "the distance to last scattering is GSL's",
    arguments: [(-1.0, 0.0), (-0.45, -1.6), (-1.4, 1.2)])
  func lastScattering(_ w0: Double, _ wa: Double) throws {
    let universe = Universe(
      Self.model, ["omega_m": 0.32, "w0": w0, "wa": wa, "h": 0.67, "omega_b": 0.0223])
    let content = RelativisticContent.standard
    let massive = content.massiveDensity(effectiveNeutrinos: 3.044, mass: 0.06)
    let early = try #require(
      EarlyUniverse(
        .init(baryons: 0.0223, baryonsAndColdMatter: 0.32 * 0.67 * 0.67 - massive)))
    let distance = try universe.comovingDistanceByGSL(redshift: early.lastScatteringRedshift)
    #expect(abs(hubbleDistance / 0.67 * universe[.distanceToLastScattering] / distance - 1) < 1e-9)
    let angle = early.soundHorizonAtLastScattering / distance
    #expect(abs(universe[Observable.acousticAngle] / angle - 1) < 1e-9)
    #expect(abs(universe[Observable.acousticScale] - .pi / angle) < 1e-6)
  }

  @Test("θ* is CAMB's to 2e-6, of ΛCDM and w0waCDM and for two neutrino masses")
  func acousticAngles() throws {
    let path = ProjectFiles.package.appendingPathComponent(
      "Tests/CosmologyTests/Universe/camb-acoustic-angles.csv")
    let rows = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").dropFirst().map
    {
      $0.split(separator: ",").compactMap { Double($0) }
    }
    #expect(rows.count == 40)
    for row in rows {
      let content = RelativisticContent(
        temperature: 2.7255, effectiveNeutrinos: 3.044, neutrinoMass: row[5])
      let massive = content.massiveDensity(effectiveNeutrinos: 3.044, mass: row[5])
      let universe = Universe(
        try UniverseModel(FlatW0WaCDM(), content: content, soundHorizon: .computed),
        [
          "omega_m": (row[1] + massive) / (row[2] * row[2]), "w0": row[3], "wa": row[4],
          "h": row[2], "omega_b": row[0],
        ])
      // The fit of the sound horizon knows no dark energy, which matters early where w0 + wa is near 0.
      let tolerance = row[3] + row[4] < -0.5 ? 2e-6 : 5e-4
      #expect(abs(universe[Observable.acousticAngle] / row[6] - 1) < tolerance, "\(row)")
    }
  }

  @Test("θ* of Planck's best fit is CAMB's to 2e-6 only with its own z*")
  func angle() {
    // 100 θ* = 1.04109 at ωb = 0.02237, ωc = 0.12, h = 0.6736 (Planck 2018, table 2, TT,TE,EE+lowE+lensing: 1.04110 ± 0.00031).
    let matter = (0.02237 + 0.12 + 6.4486e-4) / (0.6736 * 0.6736)
    let universe = Universe(
      Self.model, ["omega_m": matter, "w0": -1, "wa": 0, "h": 0.6736, "omega_b": 0.02237])
    #expect(abs(100 * universe[Observable.acousticAngle] - 1.0410) < 3e-4)
    // Hu & Sugiyama 1996, eq. E-1, is 1.9e-3 high in z*, five of Planck's standard errors in θ*.
    let (b, m) = (0.02237, 0.02237 + 0.12)
    let g1 = 0.0783 * pow(b, -0.238) / (1 + 39.5 * pow(b, 0.763))
    let g2 = 0.560 / (1 + 21.1 * pow(b, 1.81))
    let published = 1048 * (1 + 0.00124 * pow(b, -0.738)) * (1 + g1 * pow(m, g2))
    let own = EarlyUniverse(.init(baryons: b, baryonsAndColdMatter: m))
    #expect(abs(published / (own?.lastScatteringRedshift ?? 0) - 1) > 1.5e-3)
  }
}
