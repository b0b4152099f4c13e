public import Inference

/// A prior of several parameters that an analysis can carry.
public enum JointPriorChoice: Sendable, Equatable {
  /// A multivariate normal density.
  case normal(MultivariateNormalPrior)
  /// The posterior of another experiment.
  case chain(ChainPrior)

  /// The density.
  public var prior: any JointPrior {
    switch self {
    case .normal(let prior): prior
    case .chain(let prior): prior
    }
  }

  /// What a reader of a result should know, in sentences.
  var notes: [String] {
    guard case .chain(let prior) = self else { return [] }
    let bent = prior.bent.map {
      "the prior from \(prior.source) keeps the mean of \($0) linear in the other parameters, which the chain does not: add its data instead, if they can be had"
    }
    return prior.notes + bent
  }
}

extension JointPriorChoice: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case names, mean, covariance, covmat, chain
    // What a record has of a chain.
    case source, notes, parts
  }

  /// Reads a prior as typed, or names with `mean` and `covariance` (rows, or `covmat` with a file), or with a
  /// `chain` by its root.
  public init(from decoder: any Decoder) throws {
    func refused(_ reason: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
    }
    if let text = try? decoder.singleValueContainer().decode(String.self) {
      do { self = try JointPriorText.prior(text) } catch { throw refused("\(error)") }
      return
    }
    let known = CodingKeys.allCases.map(\.rawValue)
    let keys = try decoder.container(keyedBy: Tree.Key.self).allKeys.map(\.stringValue)
    if let key = keys.first(where: { !known.contains($0) }) {
      throw refused("\(key) is not known; the keys are names, mean, covariance, covmat, chain")
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    if container.contains(.parts) {
      self = .chain(try ChainPrior(from: decoder))
      return
    }
    let names = try container.decode([String].self, forKey: .names)
    func path(_ key: CodingKeys, not others: CodingKeys...) throws -> String? {
      guard let path = try container.decodeIfPresent(String.self, forKey: key) else { return nil }
      if let other = others.first(where: container.contains) {
        throw refused("it has both '\(key.rawValue)' and '\(other.rawValue)'; give one of them")
      }
      return path
    }
    do {
      if let root = try path(.chain, not: .mean, .covariance, .covmat) {
        self = .chain(try ChainPrior(of: names, reading: root))
      } else if let file = try path(.covmat, not: .covariance) {
        self = .normal(
          MultivariateNormalPrior(
            names, mean: try container.decode([Double].self, forKey: .mean),
            covariance: try JointPriorText.covariance(of: names, reading: file)))
      } else {
        self = .normal(try MultivariateNormalPrior(from: decoder))
      }
    } catch let error as AnalysisError {
      throw refused("\(error)")
    }
  }

  /// Writes all numbers, so that no other file is needed.
  public func encode(to encoder: any Encoder) throws {
    switch self {
    case .normal(let prior): try prior.encode(to: encoder)
    case .chain(let prior): try prior.encode(to: encoder)
    }
  }
}
