import Cosmology
import LinearAlgebra

extension PublishedData {
  static let hubbleConstantRiess2022 = PublishedData(
    name: "h0_riess2022",
    title: "The Hubble constant from Cepheids and supernovae, 73.04 ± 1.04 km/s/Mpc",
    citation: "Riess et al. 2022, ApJL 934, L7, arXiv:2112.04510",
    checked: "against the abstract; the error includes systematics",
    information: [.distanceLadder],
    parts: [.measurement(DataVector(.hubbleConstant, 73.04, error: 1.04))])

  static let hubbleConstantCCHP2025 = PublishedData(
    name: "h0_cchp2025",
    title: "The Hubble constant from red giants and supernovae, 70.39 ± 1.94 km/s/Mpc",
    citation: "Freedman et al. 2025, ApJ 985, 203, arXiv:2408.06153v3",
    checked:
      "against the abstract: 1.22 (statistical), 1.33 (systematic) and 0.70 (supernovae), added in quadrature",
    information: [.distanceLadder],
    parts: [
      .measurement(
        DataVector(
          [.hubbleConstant], values: [70.39],
          covariance: Matrix(diagonal: [1.22 * 1.22 + 1.33 * 1.33 + 0.70 * 0.70])))
    ])
}
