import Cosmology
import LinearAlgebra

extension PublishedData {
  static let nucleosynthesis = PublishedData(
    name: "bbn",
    title: "Big-bang nucleosynthesis, ωb = 0.02218 ± 0.00055",
    citation: "Schöneberg 2024, JCAP 06, 006, arXiv:2401.15054, abstract",
    checked: "against the abstract",
    information: [.lightElements],
    parts: [.measurement(DataVector(.parameter("omega_b"), 0.02218, error: 0.00055))])

  static let nucleosynthesisWithNeutrinos = PublishedData(
    name: "bbn_n_eff",
    title: "Big-bang nucleosynthesis where N_eff is free: ωb and N_eff",
    citation:
      "Schöneberg 2024, JCAP 06, 006, arXiv:2401.15054v3; covariance from github.com/schoeneberg/2024_bbn_results",
    checked:
      "ωb = 0.02196 ± 0.00063 and ΔN_eff = −0.14 ± 0.21 from 3.044 are those of the abstract's third version; earlier"
      + " versions had −0.10 and codes have used N_eff = 2.944 and 3.034. The covariance is that of PRyMordial with"
      + " the PDG's abundances",
    information: [.lightElements],
    parts: [
      .measurement(
        DataVector(
          [.parameter("omega_b"), .parameter("n_eff")], values: [0.02196, 2.904],
          covariance: Matrix(
            rows: 2, columns: 2,
            elements: [4.03112260e-07, 7.30390042e-05, 7.30390042e-05, 4.52831584e-02])))
    ])
}
