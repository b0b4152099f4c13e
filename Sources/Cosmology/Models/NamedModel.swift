public import Inference

/// A model that users choose by its name.
///
/// A new one is a file with its parameters, their default priors and its formula, and a line in
/// `Models.all`.
public protocol NamedModel: ExpansionModel {
  /// The name in options and files, such as `flat_lcdm`.
  static var name: String { get }
  /// The name in sentences.
  static var title: String { get }
  /// The parameters with their default priors, in the order of `parameterNames`; by default those that
  /// `Parameter.usual` knows by these names.
  static var parameters: [Parameter] { get }

  /// Values of the parameters at which distances are compared with an independent quadrature: by
  /// default three of each between the edges of its prior and the middle.
  static var checkPoints: [[Double]] { get }

  /// The values of its parameters beyond `omega_m` at which it is flat ΛCDM; nil if it is nowhere. By default 0 for
  /// `omega_k` and `wa` and −1 for `w` and `w0`.
  static var flatLambdaCDM: [String: Double]? { get }

  /// The model with photons and neutrinos.
  init(radiation: Radiation)
}

extension NamedModel {
  /// Those of `Parameter.usual`.
  public static var parameters: [Parameter] {
    Self(radiation: .none).parameterNames.map { Parameter.usual($0) }
  }

  /// The usual values, if the model has `omega_m` and no others than the usual parameters.
  public static var flatLambdaCDM: [String: Double]? {
    let usual = ["omega_k": 0.0, "w": -1, "w0": -1, "wa": 0]
    let names = Self(radiation: .none).parameterNames
    let further = names.filter { $0 != "omega_m" }
    guard further.count == names.count - 1, further.allSatisfy({ usual[$0] != nil }) else {
      return nil
    }
    return usual.filter { further.contains($0.key) }
  }

  /// A parameter with its default prior: the model's own, or one of its data.
  public static func usual(_ name: String) -> Parameter {
    parameters.first { $0.name == name } ?? Parameter.usual(name)
  }

  /// Each parameter at a quarter, a half and three quarters of its prior.
  public static var checkPoints: [[Double]] {
    parameters.reduce([[]]) { points, parameter in
      points.flatMap { point in [0.25, 0.5, 0.75].map { point + [parameter.prior.quantile($0)] } }
    }
  }
}

/// All models.
public enum Models {
  /// In the order of their number of parameters.
  public static let all: [any NamedModel.Type] = [
    FlatLambdaCDM.self, LambdaCDM.self, FlatWCDM.self, WCDM.self, FlatW0WaCDM.self, W0WaCDM.self,
    NodesCDM.self, Cosmography.self,
  ]

  /// The names of all.
  public static var names: [String] { all.map { $0.name } }

  /// The model of a name; nil if there is none.
  public static func named(_ name: String) -> (any NamedModel.Type)? {
    all.first { $0.name == name }
  }
}
