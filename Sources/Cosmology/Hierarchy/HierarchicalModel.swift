public import Inference

/// What a hierarchical likelihood takes for granted about supernovae: their populations, intrinsic
/// scatter, noise, selection and systematic errors.
public struct HierarchicalModel: Sendable, Equatable {
  /// The distribution of residuals.
  public enum Noise: String, NamedChoice {
    /// Normal.
    case normal
    /// Student's t, with 1/ν as a parameter: `inverse_nu`.
    case student
    /// A fraction `outlier_fraction` has 1 mag² more variance.
    case outliers
  }

  /// A systematic error that shifts all supernovae together: what one standard deviation of it adds to
  /// their magnitudes, shapes and colours, one element per supernova.
  public struct Systematic: Sendable, Equatable {
    /// Its name: the amplitude is the parameter `sys_NAME`.
    public var name: String
    /// In mag.
    public var magnitudes: [Double]
    /// In units of the shape.
    public var shapes: [Double]
    /// In mag.
    public var colors: [Double]

    /// A shift.
    public init(name: String, magnitudes: [Double], shapes: [Double], colors: [Double]) {
      (self.name, self.magnitudes, self.shapes, self.colors) = (name, magnitudes, shapes, colors)
    }

    /// The name of the systematic error whose amplitude is a parameter; nil for other parameters.
    public static func name(ofParameter name: String) -> String? {
      name.hasPrefix("sys_") ? String(name.dropFirst(4)) : nil
    }
  }

  /// Whether magnitudes are to be corrected for shape and colour; not so if that has been done.
  public var standardises = true
  /// The population of each supernova; nil for one of all.
  public var populations: [String]?
  /// Whether the mean shape and colour of a population are linear in redshift, or constant.
  public var drifts = true
  /// Whether there is intrinsic scatter.
  public var hasScatter = true
  /// Those of each supernova that share an intrinsic scatter; nil if all do.
  public var scatters: [String]?
  /// The distribution of residuals.
  public var noise = Noise.normal
  /// The probability of each supernova to be of type Ia; nil if all are.
  public var probabilities: [Double]?
  /// The survey of each supernova, whose limiting magnitude decided what was found; nil if nothing did.
  public var limits: [String]?
  /// Systematic errors with amplitudes of their own.
  public var systematics: [Systematic] = []
  /// The name of the zero point.
  public var zeroPoint = "M"

  /// Whether a parameter of these models ends, at the lower end of its default prior, where it has no more effect or meaning: a scatter, and what
  /// makes residuals other than normal.
  public static func hasMeaningAbove(_ name: String) -> Bool {
    ["sigma_int", "inverse_nu", "outlier_fraction", "contaminant_scatter"].contains {
      name == $0 || name.hasPrefix($0 + "_")
    }
  }

  private static let populationNames = [
    "x1_mean", "x1_drift", "x1_sd", "c_mean", "c_drift", "c_sd",
  ]
  private static let otherNames = [
    "alpha", "beta", "sigma_int", "inverse_nu", "outlier_fraction", "contaminant_offset",
    "contaminant_scatter", "classifier_shift", "m_limit", "sys",
  ]

  /// Whether a name is that of a parameter of a population, also of one of several.
  public static func isOfPopulation(_ name: String) -> Bool {
    populationNames.contains { name == $0 || name.hasPrefix("\($0)_") }
  }

  /// Whether a name is that of a parameter that describes supernovae, other than their magnitudes, and not the universe.
  public static func describesSupernovae(_ name: String) -> Bool {
    isOfPopulation(name) || otherNames.contains { name == $0 || name.hasPrefix("\($0)_") }
  }

  /// One population whose means are linear in redshift, with normal noise and intrinsic scatter.
  public init() {}
}
