public import Catalogs
public import Cosmology
public import Inference
public import Samplers

/// The specification of a run as a value: data, universe, priors and samplers.
///
/// The options of `fit`, a Cobaya-style YAML file, a notebook and a test make the same value.
///
/// ```swift
/// var analysis = Analysis(data: "jla_binned.fits")
/// analysis.theory.model = "flat_wcdm"
/// let problem = try analysis.problem()
/// ```
public struct Analysis: Sendable, Equatable {
  /// The likelihoods of supernovae by their names.
  public var likelihood: [String: SupernovaChoice]
  /// Those of other data.
  public var probes: [String: ProbeChoice] = [:]
  /// The universe.
  public var theory = Theory()
  /// Priors and fixed values that differ from the defaults; in a problem, all of them.
  public var params: [Parameter] = []
  /// Priors that several parameters have together, in the place of their own.
  public var joint: [JointPriorChoice] = []
  /// What the parameters have to fulfil, such as `w0 + wa < 0`: the prior is cut off there, and not
  /// normalised anew.
  public var require: [String] = []
  /// Formulas of parameters that chains carry as columns of their own.
  public var derived: [NamedFormula] = []
  /// The parameters to sample; all if nil. The others are fixed, or are the zero point, which is then
  /// integrated out.
  public var sampled: [String]?
  /// The samplers, in the order in which they run.
  public var samplers: [any Sampler]
  /// The seed of all random numbers.
  public var seed: UInt64 = 1
  /// The folder for the results.
  public var output: String?
  /// What a reader should know of how it was read from a file, in sentences; no setting.
  public internal(set) var notes: [String] = []
  /// Quantities that a file asks for without a formula; no setting, as chains carry what there is in any case.
  var wanted: [String] = []
  /// Catalogs that were made and not read, by the names of their likelihoods; no setting.
  var made: [String: Catalog] = [:]
  /// The file that it was read from; no setting.
  var source: SettingSource?

  /// The default name of the likelihood of supernovae.
  public static let supernovae = "supernovae"

  /// An analysis of one catalog with both samplers.
  public init(data: String) {
    self.init(likelihood: [Self.supernovae: SupernovaChoice(data: data)])
  }

  /// An analysis of some likelihoods with both samplers.
  public init(likelihood: [String: SupernovaChoice]) {
    self.likelihood = likelihood
    samplers = [HamiltonianSampler(), FlowSampler()]
  }

  /// Whether two analyses are the same.
  public static func == (a: Analysis, b: Analysis) -> Bool { a.tree == b.tree }
}

/// A catalog of supernovae, and how its likelihood is computed.
public struct SupernovaChoice: Sendable, Codable, Equatable {
  /// The file of the catalog.
  public var data: String
  /// The file of the covariance, if it is separate.
  public var covariance: String?
  /// The kind of covariance; nil to recognise it.
  public var covarianceKind: CovarianceKind?
  /// The format of the catalog; nil to recognise it.
  public var format: CatalogFormat?
  /// Names of columns by their roles.
  public var columns: [String: String] = [:]
  /// Only redshifts above this are kept.
  public var zMin: Double?
  /// Only redshifts below this are kept.
  public var zMax: Double?
  /// What rows must fulfil to be kept, such as `IDSURVEY != 15`.
  public var select: String?
  /// Whether supernovae with Cepheid distances are also used.
  public var calibrators = false
  /// Whether rows with missing values are left out.
  public var skipMissing = false
  /// Whether a `.dataset` may name files outside its folder.
  public var outsidePaths = false
  /// The treatment of the zero point; with other probes marginalised, unless it is given a prior, and sampled for
  /// supernovae alone, unless `sampled` leaves it out.
  public var offset: OffsetTreatment?
  /// The name of the zero point beside other probes; `delta_mu` for distance moduli and `M` for magnitudes, if nil.
  public var zeroPoint: String?
  /// How the likelihood of magnitudes is computed.
  public var path = Path.projected
  /// The populations of light curves: `one`, one per `survey`, one for each word of a column by its name, or `none` for χ²
  /// alone; if nil, one per survey where the table has surveys.
  public var populations: String?
  /// Whether the means of populations are linear in redshift; if nil, unless there is selection.
  public var drift: Bool?
  /// The intrinsic scatter: `one`, one per `survey`, or `none`; if nil, one for light curves and none for magnitudes.
  public var scatter: String?
  /// The intrinsic scatter in mag that the errors of surveys hold already.
  public var scatterIncluded: [String: Double]?
  /// The distribution of residuals; normal, if nil.
  public var noise: HierarchicalModel.Noise?
  /// The column of probabilities to be of type Ia; all are, if nil.
  public var contamination: String?
  /// Whether limiting magnitudes of surveys decided what was found.
  public var selection: Bool?
  /// The file of systematic errors as shifts of all supernovae.
  public var systematics: String?
  /// The file of a covariance of the peak magnitudes, shapes and colours of all supernovae.
  public var systematicCovariance: String?

  /// How the likelihood of magnitudes is computed.
  public enum Path: String, NamedChoice {
    /// From a few nodes in redshift.
    case projected
    /// From all supernovae.
    case direct
  }

  /// The words for populations that are no columns.
  static let populationWords = ["one", "survey", "none"]

  /// A catalog with its format and covariance recognised.
  public init(data: String) { self.data = data }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case data, covariance, format, columns, calibrators, offset, path, select
    case populations, drift, scatter, noise, contamination, selection, systematics
    case systematicCovariance = "systematic_covariance"
    case scatterIncluded = "scatter_included"
    case zeroPoint = "zero_point"
    case covarianceKind = "covariance_kind"
    case zMin = "z_min"
    case zMax = "z_max"
    case skipMissing = "skip_missing"
    case outsidePaths = "outside_paths"
  }

  /// Reads the catalog.
  ///
  /// - Parameter column: a column whose words divide supernovae, in the place of populations; nil for none.
  /// - Throws: `CatalogError` for anything wrong with the files; `AnalysisError.unknownColumnRole` or
  ///   `notACondition`.
  public func read(labelling column: String? = nil) throws -> Catalog {
    var roles: [ColumnRole: String] = [:]
    for (role, name) in columns {
      guard let known = ColumnRole(rawValue: role) else {
        throw AnalysisError.unknownColumnRole(role)
      }
      roles[known] = name
    }
    let condition = try select.map { text in
      guard let condition = RowCondition(text) else { throw AnalysisError.notACondition(text) }
      return condition
    }
    return try Catalog(
      reading: data,
      Catalog.Options(
        covariance: covariance, covarianceKind: covarianceKind, columns: roles, format: format,
        minimumRedshift: zMin, maximumRedshift: zMax, condition: condition,
        includesCalibrators: calibrators,
        skipsMissing: skipMissing, allowsOutsidePaths: outsidePaths,
        populationColumn: column
          ?? populations.flatMap { Self.populationWords.contains($0) ? nil : $0 },
        probabilityColumn: contamination, systematics: systematics,
        systematicCovariance: systematicCovariance))
  }
}

/// The universe of an analysis.
public struct Theory: Sendable, Codable, Equatable {
  /// The model, by a name of `Models.all`.
  public var model = FlatLambdaCDM.name
  /// How distances are computed.
  public var distance = Distance.exact
  /// The temperature of the microwave background in kelvin, 0 to 100; no radiation, if nil.
  public var backgroundTemperature: Double?
  /// The effective number of massless neutrinos, 0 to 100, if there is radiation; 3.044 if nil.
  public var effectiveNeutrinos: Double?
  /// Where the sound horizon comes from; nil to follow from the data.
  public var soundHorizon: UniverseModel.SoundHorizon?

  /// How distances are computed.
  public enum Distance: String, NamedChoice {
    /// By quadrature, to rounding.
    case exact
    /// By the fit of Pen 1999, for flat ΛCDM without radiation.
    case pen
  }

  /// Flat ΛCDM without radiation.
  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case model, distance
    case backgroundTemperature = "t_cmb"
    case effectiveNeutrinos = "n_eff"
    case soundHorizon = "sound_horizon"
  }

  /// Photons and neutrinos.
  public var radiation: Radiation {
    backgroundTemperature.map {
      Radiation(temperature: $0, effectiveNeutrinos: effectiveNeutrinos ?? 3.044, h: 0.7)
    } ?? .none
  }

  /// The model, if the settings are valid.
  ///
  /// - Throws: `AnalysisError` that names an invalid one.
  func checked() throws(AnalysisError) -> any NamedModel.Type {
    guard let named = Models.named(model) else { throw .unknownModel(model) }
    if distance == .pen {
      guard model == FlatLambdaCDM.name else { throw .penOfAnotherModel }
      guard backgroundTemperature == nil else { throw .penWithRadiation }
    }
    if let backgroundTemperature, !(0...100).contains(backgroundTemperature) {
      throw .outOfRange("--t-cmb", "0 to 100 kelvin")
    }
    if let effectiveNeutrinos {
      guard backgroundTemperature != nil else { throw .neutrinosWithoutRadiation }
      guard (0...100).contains(effectiveNeutrinos) else {
        throw .outOfRange("--n-eff", "0 to 100")
      }
    }
    return named
  }
}
