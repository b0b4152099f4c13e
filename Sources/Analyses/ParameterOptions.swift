import Foundation
import Inference

extension Analysis {
  /// Gives parameters the priors and values of the options of a command.
  ///
  /// - Parameters:
  ///   - priors: texts such as `w0=normal(-1,0.2)`, `w0,wa=normal(-1,0;w.covmat)` and
  ///     `omega_m,h=chain(planck)`.
  ///   - fixed: texts such as `omega_k=0`.
  /// - Throws: `AnalysisError`.
  public mutating func assign(priors: [String], fixed: [String]) throws(AnalysisError) {
    joint = []
    for text in priors where JointPriorText.isJoint(text) {
      joint.append(try JointPriorText.prior(text))
    }
    params = try ParameterOptions.parameters(
      priors: priors.filter { !JointPriorText.isJoint($0) }, fixed: fixed)
  }
}

/// Priors and values of parameters as the options of a command give them.
enum ParameterOptions {
  /// Parameters with priors such as `w0=normal(-1,0.2)` and values such as `omega_k=0`.
  ///
  /// - Throws: `AnalysisError` for what is not name=prior or name=value, and for names that come twice.
  static func parameters(
    priors: [String], fixed: [String]
  ) throws(AnalysisError) -> [Parameter] {
    let free = try self.priors(priors, "prior")
    let values = try assignments(fixed, "fix") { _, text throws(AnalysisError) in
      guard let value = Double(text), value.isFinite else {
        throw AnalysisError.optionNotFinite(text)
      }
      return Prior.fixed(value)
    }
    if let name = free.map(\.name).first(where: { name in values.contains { $0.name == name } }) {
      throw .optionPriorAndFixed(name)
    }
    return free + values
  }

  /// Parameters with priors such as `w0=normal(-1,0.2)`.
  static func priors(
    _ texts: [String], _ option: String
  ) throws(AnalysisError) -> [Parameter] {
    try assignments(texts, option) { name, text throws(AnalysisError) in
      do throws(PriorError) {
        return try Prior(text: text)
      } catch {
        throw AnalysisError.optionPrior(name, error, option: option)
      }
    }
  }

  private static func assignments(
    _ texts: [String], _ option: String,
    _ parse: (_ name: String, _ text: String) throws(AnalysisError) -> Prior
  ) throws(AnalysisError) -> [Parameter] {
    var parameters: [Parameter] = []
    for text in texts {
      let parts = text.split(separator: "=", maxSplits: 1).map {
        $0.trimmingCharacters(in: .whitespaces)
      }
      guard parts.count == 2 else { throw .optionNoAssignment(option, text) }
      guard !parameters.contains(where: { $0.name == parts[0] }) else {
        throw .optionTwice(option, parts[0])
      }
      parameters.append(Parameter(parts[0], prior: try parse(parts[0], parts[1])))
    }
    return parameters
  }
}
