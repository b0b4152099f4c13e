extension Catalog {
  /// How to read a catalog; nil means recognised from the file.
  public struct Options: Sendable, Equatable {
    /// The file of the covariance, its rows in the order of the table before any cut.
    public var covariance: String?
    /// The kind of covariance.
    public var covarianceKind: CovarianceKind?
    /// Names of columns that override the recognised ones.
    public var columns: [ColumnRole: String]
    /// The format of the file; nil to recognise it.
    public var format: CatalogFormat?
    /// Only redshifts above this are kept; if nil, as the release prescribes.
    public var minimumRedshift: Double?
    /// Only redshifts below this are kept.
    public var maximumRedshift: Double?
    /// What rows must fulfil to be kept.
    public var condition: RowCondition?
    /// Whether to keep supernovae with Cepheid distances, at these distances.
    public var includesCalibrators: Bool
    /// Whether to leave out rows with missing values, also from the covariance; such
    /// a row is an error otherwise.
    public var skipsMissing: Bool
    /// Whether a `.dataset` may name files outside its folder.
    public var allowsOutsidePaths: Bool
    /// A column whose words divide supernovae into populations.
    public var populationColumn: String?
    /// A column of probabilities to be of type Ia.
    public var probabilityColumn: String?
    /// A table of systematic errors with one row for each of the catalog.
    public var systematics: String?
    /// A matrix of systematic errors with three rows for each of the catalog: peak magnitude, shape and colour.
    public var systematicCovariance: String?

    /// Options; those that are not given are recognised from the file.
    public init(
      covariance: String? = nil, covarianceKind: CovarianceKind? = nil,
      columns: [ColumnRole: String] = [:], format: CatalogFormat? = nil,
      minimumRedshift: Double? = nil, maximumRedshift: Double? = nil,
      condition: RowCondition? = nil,
      includesCalibrators: Bool = false, skipsMissing: Bool = false,
      allowsOutsidePaths: Bool = false, populationColumn: String? = nil,
      probabilityColumn: String? = nil, systematics: String? = nil,
      systematicCovariance: String? = nil
    ) {
      self.covariance = covariance
      self.covarianceKind = covarianceKind
      self.columns = columns
      self.format = format
      self.minimumRedshift = minimumRedshift
      self.maximumRedshift = maximumRedshift
      self.condition = condition
      self.includesCalibrators = includesCalibrators
      self.skipsMissing = skipsMissing
      self.allowsOutsidePaths = allowsOutsidePaths
      self.populationColumn = populationColumn
      self.probabilityColumn = probabilityColumn
      self.systematics = systematics
      self.systematicCovariance = systematicCovariance
    }
  }
}
