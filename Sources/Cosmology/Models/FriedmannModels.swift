/// A flat universe of matter and a cosmological constant: `omega_m`.
public struct FlatLambdaCDM: FriedmannModel {
  /// "flat_lcdm".
  public static let name = "flat_lcdm"
  /// "flat ΛCDM".
  public static let title = "flat ΛCDM"
  /// `omega_m`.
  public let parameterNames = ["omega_m"]
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }
}

/// Matter, curvature and a cosmological constant: `omega_m`, `omega_k`.
public struct LambdaCDM: FriedmannModel {
  /// "lcdm".
  public static let name = "lcdm"
  /// "ΛCDM with curvature".
  public static let title = "ΛCDM with curvature"
  /// From the edges of the usual range to its middle.
  public static let checkPoints: [[Double]] = checkPoints(beside: [
    [-0.3], [-0.05], [0], [0.05], [0.4],
  ])
  /// `omega_m`, `omega_k`.
  public let parameterNames = ["omega_m", "omega_k"]
  /// 1.
  public var curvatureIndex: Int? { 1 }
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }
}

/// A flat universe with dark energy of a constant equation of state: `omega_m`, `w`.
public struct FlatWCDM: FriedmannModel {
  /// "flat_wcdm".
  public static let name = "flat_wcdm"
  /// "flat wCDM".
  public static let title = "flat wCDM"
  /// From the edges of the usual range to its middle.
  public static let checkPoints: [[Double]] = checkPoints(beside: [[-2], [-1.2], [-0.8], [-0.3]])
  /// `omega_m`, `w`.
  public let parameterNames = ["omega_m", "w"]
  /// 1.
  public var w0Index: Int? { 1 }
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }
}

/// Curvature, and dark energy of a constant equation of state: `omega_m`, `omega_k`, `w`.
public struct WCDM: FriedmannModel {
  /// "wcdm".
  public static let name = "wcdm"
  /// "wCDM with curvature".
  public static let title = "wCDM with curvature"
  /// From the edges of the usual range to its middle.
  public static let checkPoints: [[Double]] = checkPoints(beside: [
    [-0.2, -1.5], [0.1, -0.8], [0.3, -0.4],
  ])
  /// `omega_m`, `omega_k`, `w`.
  public let parameterNames = ["omega_m", "omega_k", "w"]
  /// 1.
  public var curvatureIndex: Int? { 1 }
  /// 2.
  public var w0Index: Int? { 2 }
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }
}

/// A flat universe with evolving dark energy: `omega_m`, `w0`, `wa`.
public struct FlatW0WaCDM: FriedmannModel {
  /// "flat_w0wacdm".
  public static let name = "flat_w0wacdm"
  /// "flat w0waCDM".
  public static let title = "flat w0waCDM"
  /// From the edges of the usual range to its middle.
  public static let checkPoints: [[Double]] = checkPoints(beside: [
    [-1, -2], [-0.8, -0.7], [-1.5, 1], [-0.5, 0.3],
  ])
  /// `omega_m`, `w0`, `wa`.
  public let parameterNames = ["omega_m", "w0", "wa"]
  /// 1.
  public var w0Index: Int? { 1 }
  /// 2.
  public var waIndex: Int? { 2 }
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }
}

/// Curvature and evolving dark energy: `omega_m`, `omega_k`, `w0`, `wa`.
public struct W0WaCDM: FriedmannModel {
  /// "w0wacdm".
  public static let name = "w0wacdm"
  /// "w0waCDM with curvature".
  public static let title = "w0waCDM with curvature"
  /// From the edges of the usual range to its middle.
  public static let checkPoints: [[Double]] = checkPoints(beside: [
    [-0.1, -0.9, -0.5], [0.2, -1.2, 0.8],
  ])
  /// `omega_m`, `omega_k`, `w0`, `wa`.
  public let parameterNames = ["omega_m", "omega_k", "w0", "wa"]
  /// 1.
  public var curvatureIndex: Int? { 1 }
  /// 2.
  public var w0Index: Int? { 2 }
  /// 3.
  public var waIndex: Int? { 3 }
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }
}
