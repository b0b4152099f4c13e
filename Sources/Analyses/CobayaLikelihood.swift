/// What a likelihood is that Cobaya has by a name.
enum CobayaLikelihood: Equatable {
  /// A data set that is part of this program.
  case published(String)
  /// A part of the published set `sdss_dr16`.
  case partOfSDSS
  /// Baryon acoustic oscillations from files.
  case acousticOscillations
  /// Supernovae: the place of their `.dataset` among the data of Cobaya.
  case supernovae(dataset: String)
  /// The Hubble constant in km/s/Mpc.
  case hubbleConstant(mean: Double, deviation: Double)
  /// What is not computed, with what to do instead.
  case missing(instead: String)

  /// The likelihood of a name; nil if Cobaya has none of that name, or one that needs Python.
  init?(_ name: String) {
    if let known = Self.known[name] {
      self = known
    } else if Self.partsOfSDSS.contains(name) {
      self = .partOfSDSS
    } else if let group = Self.groups.first(where: { name.lowercased().hasPrefix($0.prefix) }) {
      self = group.likelihood
    } else {
      return nil
    }
  }

  /// The names of those that can be used.
  static let names = Array(known.keys).sorted() + partsOfSDSS

  /// All of `sdss_dr16`, in its order.
  static let partsOfSDSS = [
    "bao.sdss_dr7_mgs", "bao.sdss_dr12_lrg_bao_dmdh", "bao.sdss_dr16_lrg_bao_dmdh",
    "bao.sdss_dr16_bao_elg", "bao.sdss_dr16_qso_bao_dmdh", "bao.sdss_dr16_baoplus_lyauto",
    "bao.sdss_dr16_baoplus_lyxqso",
  ]

  // Means and errors are those of the files of these names in Cobaya.
  private static let known: [String: CobayaLikelihood] = [
    "bao.desi_dr2": .published("desi_dr2"),
    "bao.desi_dr2.desi_bao_all": .published("desi_dr2"),
    "bao.desi_2024_bao_all": .published("desi_dr1"),
    "bao.generic": .acousticOscillations,
    "sn.pantheonplus": .supernovae(dataset: "PantheonPlus/config.dataset"),
    "sn.pantheonplusshoes": .supernovae(dataset: "PantheonPlus/config.dataset"),
    "sn.pantheon": .supernovae(dataset: "Pantheon/full_long.dataset"),
    "sn.desy5": .supernovae(dataset: "DESY5/config.dataset"),
    "sn.desdovekie": .supernovae(dataset: "DES-Dovekie/config.dataset"),
    "sn.union3": .supernovae(dataset: "Union3/full_long.dataset"),
    "sn.jla": .supernovae(dataset: "JLA/jla.dataset"),
    "H0.riess2018a": .hubbleConstant(mean: 73.45, deviation: 1.66),
    "H0.riess2018b": .hubbleConstant(mean: 73.52, deviation: 1.62),
    "H0.riess201903": .hubbleConstant(mean: 74.03, deviation: 1.42),
    "H0.riess2020": .hubbleConstant(mean: 73.2, deviation: 1.3),
    "H0.freedman2020": .hubbleConstant(mean: 69.6, deviation: 1.88),
    "H0.riess2020Mb": .missing(
      instead:
        "it calibrates the magnitudes of one release: use that release's calibrators (calibrators: true under its likelihood), or H0.riess2020"
    ),
    "bao.sdss_dr16_baoplus_lrg": .missing(instead: growth),
    "bao.sdss_dr16_baoplus_elg": .missing(instead: growth),
    "bao.sdss_dr16_baoplus_qso": .missing(instead: growth),
    "bao.sdss_dr12_consensus_full_shape": .missing(instead: growth),
    "bao.sdss_dr12_consensus_final": .missing(instead: growth),
  ]

  private static let growth =
    "it needs fσ8, the growth of structure, which is not computed here; sdss_dr16 has the distances of SDSS"
  private static let microwaveBackground =
    "spectra of the microwave background are not computed here; 'cmb:' in the place of all such likelihoods has θ*, ωb and ωbc of Planck"

  /// Families, for names that are not known one by one.
  private static let groups: [(prefix: String, likelihood: CobayaLikelihood)] =
    ["planck", "act_", "actdr", "spt", "wmap", "bicep", "camspec", "hillipop", "lollipop"].map {
      ($0, .missing(instead: microwaveBackground))
    }
    + ["des_y", "kids", "hsc", "lensing"].map {
      ($0, .missing(instead: "the clustering and lensing of galaxies are not computed here"))
    }
    + [
      ("bao.", .acousticOscillations),
      ("sn.", .missing(instead: "name its files: data: and, if it is separate, covariance:")),
    ]
}
