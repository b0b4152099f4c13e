extension PublishedData {
  static let desiDR1 = PublishedData(
    name: "desi_dr1",
    title: "Baryon acoustic oscillations of DESI, first release",
    citation:
      "DESI 2024 VI, JCAP 02 (2025) 021, arXiv:2404.03002; files of github.com/CobayaSampler/bao_data",
    checked:
      "flat ΛCDM by quadrature gives Ωm = 0.2950 ± 0.0146 and h r_d = 101.89 ± 1.27 Mpc; published 0.295 ± 0.015 and"
      + " 101.8 ± 1.3 Mpc",
    information: [.desiSpectra, .clusteringVolume],
    parts: [acousticOscillations(desiDR1Distances, covariance: desiDR1Covariance, "desi_dr1")])

  private static let desiDR1Distances = """
    # [z] [value at z] [quantity]
    0.295 7.92512927 DV_over_rs
    0.510 13.62003080 DM_over_rs
    0.510 20.98334647 DH_over_rs
    0.706 16.84645313 DM_over_rs
    0.706 20.07872919 DH_over_rs
    0.930 21.70841761 DM_over_rs
    0.930 17.87612922 DH_over_rs
    1.317 27.78720817 DM_over_rs
    1.317 13.82372285 DH_over_rs
    1.491 26.07217182 DV_over_rs
    2.330 39.70838281 DM_over_rs
    2.330 8.52256583 DH_over_rs
    """

  private static let desiDR1Covariance = """
    2.27230845e-02 0 0 0 0 0 0 0 0 0 0 0
    0 6.34662240e-02 -6.85337250e-02 0 0 0 0 0 0 0 0 0
    0 -6.85337250e-02 3.72968756e-01 0 0 0 0 0 0 0 0 0
    0 0 0 1.01975713e-01 -7.99403059e-02 0 0 0 0 0 0 0
    0 0 0 -7.99403059e-02 3.54449156e-01 0 0 0 0 0 0 0
    0 0 0 0 0 7.95675235e-02 -3.80110101e-02 0 0 0 0 0
    0 0 0 0 0 -3.80110101e-02 1.19935683e-01 0 0 0 0 0
    0 0 0 0 0 0 0 4.76569857e-01 -1.29405759e-01 0 0 0
    0 0 0 0 0 0 0 -1.29405759e-01 1.78270498e-01 0 0 0
    0 0 0 0 0 0 0 0 0 4.47134991e-01 0 0
    0 0 0 0 0 0 0 0 0 0 8.89752928e-01 -7.69477120e-02
    0 0 0 0 0 0 0 0 0 0 -7.69477120e-02 2.91860447e-02
    """
}
