import Cosmology
import Foundation
public import Inference

/// The values of all parameters at which data are simulated.
public struct Truth: Sendable, Equatable {
  /// One value for each parameter of a likelihood, by name.
  public private(set) var values: [String: Double]

  /// Ours, as far as it is known.
  private static let representative: [String: Double] = [
    "omega_m": 0.3, "omega_k": 0, "w": -1, "w0": -1, "wa": 0, "h": 0.7, "omega_b": 0.0224,
    "h_rd": 103, "r_d": 147.1, "n_eff": 3.044, "m_nu": 0.06, "q0": -0.55, "j0": 1, "s0": 0,
    "M": -19.3, "delta_mu": 0, "alpha": 0.14, "beta": 3.1, "delta_M": -0.05, "sigma_int": 0.1,
    "x1_mean": 0, "x1_drift": 0, "c_mean": 0, "c_drift": 0,
    "sys": 0, "inverse_nu": 0.1, "outlier_fraction": 0.05, "contaminant_offset": 1.5,
    "contaminant_scatter": 0.8, "classifier_shift": 0,
  ]

  /// The values of options such as `omega_m=0.3,w0=-0.9`, and for all other parameters their fixed value, else one that represents
  /// what is known (Ωm = 0.3, w = −1, …), or the median of the prior where that is outside of it.
  ///
  /// - Parameters:
  ///   - options: texts of assignments with commas between them.
  ///   - space: the parameters.
  ///   - names: those that may be given: the likelihood's.
  ///   - model: the name of the model, for messages.
  /// - Throws: `AnalysisError` for a text that is no assignment, a name that is not known, and one that is given twice.
  public init(
    _ options: [String], over space: ParameterSpace, names: [String], model: String
  ) throws(AnalysisError) {
    let given = try Self.assignments(options) { name in
      if names.contains(name) { return name }
      let own = ParameterAlias(of: name)?.name
      return own.flatMap { names.contains($0) ? $0 : nil } ?? name
    }
    if let unknown = given.keys.sorted().first(where: { !names.contains($0) }) {
      throw .unknownParameter(unknown, model: model, available: names)
    }
    values = [:]
    for name in names {
      values[name] =
        given[name]
        ?? space.parameters.first { $0.name == name }.map(Self.usual) ?? Self.known(name) ?? 0
    }
  }

  /// The values of options such as `omega_m=0.3,w0=-0.9`.
  ///
  /// - Parameters:
  ///   - options: texts of assignments with commas between them.
  ///   - rename: what a name that is given stands for.
  /// - Throws: `AnalysisError` for a text that is no assignment, and a name that is given twice.
  public static func assignments(
    _ options: [String], _ rename: (String) -> String = { $0 }
  ) throws(AnalysisError) -> [String: Double] {
    var given: [String: Double] = [:]
    for text in options.flatMap({ $0.split(separator: ",") }) {
      let parts = text.split(separator: "=").map { $0.trimmingCharacters(in: .whitespaces) }
      guard parts.count == 2 else {
        throw .truth(String(text), reason: "this is not name=value")
      }
      guard let value = Double(parts[1]), value.isFinite else {
        throw .truth(String(text), reason: "'\(parts[1])' is not a finite number")
      }
      let name = rename(parts[0])
      guard given.updateValue(value, forKey: name) == nil else { throw .optionTwice("at", name) }
    }
    return given
  }

  private static func usual(_ parameter: Parameter) -> Double {
    if let fixed = parameter.prior.fixedValue { return fixed }
    let (lower, upper) = parameter.prior.support
    if let known = known(parameter.name), known > lower, known < upper { return known }
    return parameter.prior.isImproper ? 0 : parameter.prior.quantile(0.5)
  }

  /// The value of a name, or of what stands before its group, as in `x1_sd_SDSS`.
  private static func known(_ name: String) -> Double? {
    if let value = representative[name] { return value }
    let stems = ["sigma_int", "x1_mean", "x1_drift", "c_mean", "c_drift", "sys"]
    return stems.first { name.hasPrefix($0 + "_") }.flatMap { representative[$0] }
  }

  /// The values in the order of names.
  public func values(of names: [String]) -> [Double] { names.map { values[$0] ?? .nan } }

  /// Its assignments, in the order of names.
  public func text(of names: [String]) -> [String] {
    names.compactMap { name in values[name].map { "\(name) = \($0)" } }
  }
}
