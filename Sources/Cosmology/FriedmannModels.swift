/// A flat universe of matter and a cosmological constant: `omega_m`.
public struct FlatLambdaCDM: FriedmannModel {
  /// `omega_m`.
  public let parameterNames = ["omega_m"]
  /// Photons and neutrinos.
  public let radiation: Radiation

  /// The model, without radiation unless it is given.
  public init(radiation: Radiation = .none) { self.radiation = radiation }
}

/// Matter, curvature and a cosmological constant: `omega_m`, `omega_k`.
public struct LambdaCDM: FriedmannModel {
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
