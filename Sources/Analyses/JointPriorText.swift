import Foundation
import Inference

/// A prior of named parameters as one types it: `w0,wa=normal(-0.9,-0.4;w.covmat)`, with means and the file of the
/// covariance, whose first line names its parameters behind a `#`, as GetDist and Cobaya write it; or
/// `omega_m,h=chain(planck)`, with the chains of another program.
enum JointPriorText {
  /// Whether a text such as `name=prior` is a joint prior: of several names, or from a chain.
  static func isJoint(_ text: String) -> Bool {
    let parts = parts(text)
    guard let prior = parts.prior else { return false }
    return parts.names.count > 1 || prior.contains(/^\s*chain\s*\(/.ignoresCase())
  }

  private static func parts(_ text: String) -> (names: [String], prior: String?) {
    let sides = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let names = sides[0].split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    return (names, sides.count == 2 ? String(sides[1]) : nil)
  }

  /// Reads a prior.
  ///
  /// - Throws: `AnalysisError`.
  static func prior(_ text: String) throws(AnalysisError) -> JointPriorChoice {
    func refused(_ reason: String) -> AnalysisError { .optionJoint(text, reason) }
    let (names, prior) = parts(text)
    guard let prior, names.allSatisfy({ !$0.isEmpty }) else {
      throw refused("write names=prior, such as w0,wa=normal(-0.9,-0.4;w.covmat)")
    }
    if let match = prior.wholeMatch(of: /\s*chain\s*\((.*)\)\s*/.ignoresCase()) {
      let path = match.1.trimmingCharacters(in: .whitespaces)
      guard !path.isEmpty else { throw refused("the root of the chains is missing") }
      return .chain(try ChainPrior(of: names, reading: path))
    }
    guard let match = prior.wholeMatch(of: /\s*normal\s*\(([^;]*);(.*)\)\s*/.ignoresCase()) else {
      throw refused(
        "several parameters have a prior normal(mean,mean,…;file.covmat) or chain(root)")
    }
    let fields = match.1.split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    var means: [Double] = []
    for field in fields {
      guard let mean = Double(field), mean.isFinite else {
        throw refused("'\(field)' is not a finite number")
      }
      means.append(mean)
    }
    guard means.count == names.count else {
      throw refused("\(means.count) means for \(names.count) parameters")
    }
    let path = match.2.trimmingCharacters(in: .whitespaces)
    guard !path.isEmpty else { throw refused("the file of the covariance is missing") }
    let covariance = try covariance(of: names, reading: path)
    return .normal(MultivariateNormalPrior(names, mean: means, covariance: covariance))
  }

  /// The part of a covariance that belongs to some parameters.
  static func covariance(
    of names: [String], reading path: String
  ) throws(AnalysisError) -> [[Double]] {
    let whole = try NamedCovariance(reading: path)
    let (columns, rows) = (whole.names, whole.covariance)
    var places: [Int] = []
    for name in names {
      guard let place = columns.firstIndex(of: name) else {
        let near = nearestName(to: [name], among: columns).map { "; did you mean \($0)?" } ?? ""
        throw .file(
          path: path, line: 1,
          reason: "'\(name)' is none of the parameters \(columns.joined(separator: ", "))\(near)")
      }
      places.append(place)
    }
    return places.map { row in places.map { rows[row][$0] } }
  }
}
