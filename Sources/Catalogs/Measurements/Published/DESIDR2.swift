extension PublishedData {
  static let desiDR2 = PublishedData(
    name: "desi_dr2",
    title: "Baryon acoustic oscillations of DESI, second release",
    citation:
      "DESI DR2 II, arXiv:2503.14738; files of github.com/CobayaSampler/bao_data",
    checked:
      "flat ΛCDM by quadrature gives Ωm = 0.2978 ± 0.0086 and h r_d = 101.52 ± 0.74 Mpc; published 0.2975 ± 0.0086 and"
      + " 101.54 ± 0.73 Mpc",
    information: [.desiSpectra, .clusteringVolume],
    parts: [acousticOscillations(desiDR2Distances, covariance: desiDR2Covariance, "desi_dr2")])

  private static let desiDR2Distances = """
    # [z] [value at z] [quantity]
    0.29500000 7.94167639 DV_over_rs
    0.51000000 13.58758434 DM_over_rs
    0.51000000 21.86294686 DH_over_rs
    0.70600000 17.35069094 DM_over_rs
    0.70600000 19.45534918 DH_over_rs
    0.93400000 21.57563956 DM_over_rs
    0.93400000 17.64149464 DH_over_rs
    1.32100000 27.60085612 DM_over_rs
    1.32100000 14.17602155 DH_over_rs
    1.48400000 30.51190063 DM_over_rs
    1.48400000 12.81699964 DH_over_rs
    2.33 8.631545674846294 DH_over_rs
    2.33 38.988973961958784 DM_over_rs
    """

  private static let desiDR2Covariance = """
    5.78998687e-03 0 0 0 0 0 0 0 0 0 0 0 0
    0 2.83473742e-02 -3.26062007e-02 0 0 0 0 0 0 0 0 0 0
    0 -3.26062007e-02 1.83928040e-01 0 0 0 0 0 0 0 0 0 0
    0 0 0 3.23752442e-02 -2.37445646e-02 0 0 0 0 0 0 0 0
    0 0 0 -2.37445646e-02 1.11469198e-01 0 0 0 0 0 0 0 0
    0 0 0 0 0 2.61732816e-02 -1.12938006e-02 0 0 0 0 0 0
    0 0 0 0 0 -1.12938006e-02 4.04183878e-02 0 0 0 0 0 0
    0 0 0 0 0 0 0 1.05336516e-01 -2.90308418e-02 0 0 0 0
    0 0 0 0 0 0 0 -2.90308418e-02 5.04233092e-02 0 0 0 0
    0 0 0 0 0 0 0 0 0 5.83020277e-01 -1.95215562e-01 0 0
    0 0 0 0 0 0 0 0 0 -1.95215562e-01 2.68336193e-01 0 0
    0 0 0 0 0 0 0 0 0 0 0 1.02136194e-02 -2.31395216e-02
    0 0 0 0 0 0 0 0 0 0 0 -2.31395216e-02 2.82685779e-01
    """
}
