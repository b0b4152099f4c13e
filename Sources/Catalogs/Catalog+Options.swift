extension Catalog {
  /// How to read a catalog; nil means as the file itself says.
  public struct Options: Sendable, Equatable {
    /// The file of the covariance, its rows in the order of the table before any cut.
    public var covariance: String?
    /// What the covariance is.
    public var covarianceKind: CovarianceKind?
    /// Names of columns that override the usual ones.
    public var columns: [ColumnRole: String]
    /// How the file is laid out.
    public var format: CatalogFormat?
    /// Only redshifts above this are kept; if nil, as the release prescribes.
    public var minimumRedshift: Double?
    /// Only redshifts below this are kept.
    public var maximumRedshift: Double?
    /// Whether to keep the supernovae whose distance is known from Cepheids, with that distance.
    public var includesCalibrators: Bool
    /// Whether to leave out rows in which a value is missing, with their rows of the covariance; such
    /// a row is an error otherwise.
    public var skipsMissing: Bool
    /// Whether a list of files may name some that do not lie below its folder.
    public var allowsOutsidePaths: Bool

    /// Options, of which all that are not given are as the file itself says.
    public init(
      covariance: String? = nil, covarianceKind: CovarianceKind? = nil,
      columns: [ColumnRole: String] = [:], format: CatalogFormat? = nil,
      minimumRedshift: Double? = nil, maximumRedshift: Double? = nil,
      includesCalibrators: Bool = false, skipsMissing: Bool = false,
      allowsOutsidePaths: Bool = false
    ) {
      self.covariance = covariance
      self.covarianceKind = covarianceKind
      self.columns = columns
      self.format = format
      self.minimumRedshift = minimumRedshift
      self.maximumRedshift = maximumRedshift
      self.includesCalibrators = includesCalibrators
      self.skipsMissing = skipsMissing
      self.allowsOutsidePaths = allowsOutsidePaths
    }
  }
}
