public import Inference

/// The format of a catalog.
public enum CatalogFormat: String, NamedChoice {
  /// A text table with column names: separated by commas, semicolons, tabs, bars or blanks, ECSV, or a
  /// machine-readable table of the journals.
  case table
  /// A FITS table.
  case fits
  /// A VOTable.
  case votable
  /// A FITS image whose first row holds redshifts, first column distance moduli, and the rest the
  /// inverse covariance (Union3).
  case fitsImage = "fits-image"
  /// A CosmoMC table (`#name zcmb zhel dz mb dmb …`) with magnitudes that are already standardised:
  /// its covariance lacks the squares of dmb (Pantheon).
  case cosmomc
  /// A table with peak magnitudes, shapes and colours of light curves (JLA, SNLS3).
  case lightCurves = "light-curves"
  /// CosmoMC's `.dataset`, a list of files and settings as `key = value`.
  case dataset
  /// `Pantheon+SH0ES.dat`.
  case pantheonPlus = "pantheon-plus"
  /// The Hubble diagram of DES-SN5YR.
  case des
  /// Text of SNANA with the keys `VARNAMES:` and `SN:` or `ROW:`.
  case snana
  /// A text table without column names: (name,) redshift, distance modulus, its error.
  case union

  /// Whether files of this format are FITS.
  var isFITS: Bool { self == .fits || self == .fitsImage }

  /// The exclusive lower redshift limit of the release.
  var publishedMinimumRedshift: Double? { self == .pantheonPlus ? 0.01 : nil }

  /// The release whose table it is, whatever the file format, because its rules belong to its numbers; nil if it
  /// has no rules of its own.
  init?(release columnNames: [String]) {
    let columns = ["zHD", "m_b_corr", "IS_CALIBRATOR", "CEPH_DIST"]
    guard
      columns.allSatisfy({ name in columnNames.contains { ColumnRole.matches($0, [name]) } })
    else { return nil }
    self = .pantheonPlus
  }

  /// The format of a text table by its column names.
  init(columnNames: [String], layout: TextTable.Layout) {
    func has(_ names: String...) -> Bool { names.allSatisfy(columnNames.contains) }
    switch layout {
    case .snana: self = .snana
    case .headerless: self = .union
    case .cosmomc: self = .cosmomc
    case .named, .machineReadable:
      if let release = Self(release: columnNames) {
        self = release
      } else if has("CID", "zHD", "MU", "MUERR_FINAL") {
        self = .des
      } else {
        self = .table
      }
    }
  }
}
