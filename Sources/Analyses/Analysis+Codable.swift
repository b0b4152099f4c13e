import Foundation
import Inference
import Samplers

extension Analysis: Codable {
  private enum CodingKeys: String, CodingKey, CaseIterable {
    case likelihood, theory, params, joint, require, sampled, sampler, seed, output
  }

  /// Reads a complete analysis; `AnalysisFile` fills in defaults.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    (likelihood, probes) = ([:], [:])
    let likelihoods = try container.nestedContainer(keyedBy: Tree.Key.self, forKey: .likelihood)
    for key in likelihoods.allKeys {
      let entry = try likelihoods.nestedContainer(keyedBy: ProbeChoice.CodingKeys.self, forKey: key)
      if entry.contains(.kind) {
        probes[key.stringValue] = try likelihoods.decode(ProbeChoice.self, forKey: key)
      } else {
        likelihood[key.stringValue] = try likelihoods.decode(SupernovaChoice.self, forKey: key)
      }
    }
    theory = try container.decode(Theory.self, forKey: .theory)
    let params = try container.nestedContainer(keyedBy: Tree.Key.self, forKey: .params)
    for key in params.allKeys.sorted(by: { $0.stringValue < $1.stringValue }) {
      let name = key.stringValue
      let entry = try? params.nestedContainer(keyedBy: DerivedEntry.CodingKeys.self, forKey: key)
      if entry?.contains(.derived) == true {
        derived.append(
          try params.decode(DerivedEntry.self, forKey: key).definition(named: name))
      } else {
        self.params.append(
          try params.decode(ParameterEntry.self, forKey: key).parameter(named: name))
      }
    }
    joint = try container.decodeIfPresent([JointPriorChoice].self, forKey: .joint) ?? []
    if let single = try? container.decode(String.self, forKey: .require) {
      require = [single]
    } else {
      require = try container.decodeIfPresent([String].self, forKey: .require) ?? []
    }
    sampled = try container.decodeIfPresent([String].self, forKey: .sampled)
    let samplers = try container.nestedContainer(keyedBy: Tree.Key.self, forKey: .sampler)
    self.samplers = try SamplerList.all.compactMap { type in
      let key = Tree.Key(stringValue: type.name)
      return samplers.contains(key) ? try samplers.decode(type, forKey: key) : nil
    }
    guard let seed = try? container.decode(UInt64.self, forKey: .seed) else {
      throw DecodingError.dataCorruptedError(
        forKey: .seed, in: container,
        debugDescription: "a non-negative whole number is expected here")
    }
    self.seed = seed
    output = try container.decodeIfPresent(String.self, forKey: .output)
  }

  /// Writes the complete analysis.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    var likelihoods = container.nestedContainer(keyedBy: Tree.Key.self, forKey: .likelihood)
    for (name, choice) in likelihood {
      try likelihoods.encode(choice, forKey: Tree.Key(stringValue: name))
    }
    for (name, choice) in probes {
      try likelihoods.encode(choice, forKey: Tree.Key(stringValue: name))
    }
    try container.encode(theory, forKey: .theory)
    var params = container.nestedContainer(keyedBy: Tree.Key.self, forKey: .params)
    for parameter in self.params {
      try params.encode(
        ParameterEntry(parameter), forKey: Tree.Key(stringValue: parameter.name))
    }
    if !joint.isEmpty { try container.encode(joint, forKey: .joint) }
    if !require.isEmpty { try container.encode(require, forKey: .require) }
    for definition in derived {
      try params.encode(DerivedEntry(definition), forKey: Tree.Key(stringValue: definition.name))
    }
    try container.encodeIfPresent(sampled, forKey: .sampled)
    var samplers = container.nestedContainer(keyedBy: Tree.Key.self, forKey: .sampler)
    for sampler in self.samplers {
      try samplers.encode(sampler, forKey: Tree.Key(stringValue: type(of: sampler).name))
    }
    try container.encode(seed, forKey: .seed)
    try container.encodeIfPresent(output, forKey: .output)
  }

  /// The keys of an analysis, in the order in which people read them.
  static let keys = CodingKeys.allCases.map(\.rawValue)

  /// The settings, without those that are nil.
  var tree: Tree {
    do {
      return try Tree(self)
    } catch {
      preconditionFailure("an analysis is made of settings: \(error)")
    }
  }
}

/// A parameter as a file has it: a fixed value, a prior as typed, or either with a
/// label in Cobaya's syntax.
private struct ParameterEntry: Codable {
  let prior: Prior
  let label: String?

  init(_ parameter: Parameter) {
    prior = parameter.prior
    label = parameter.label == parameter.name ? nil : parameter.label
  }

  func parameter(named name: String) -> Parameter { Parameter(name, label: label, prior: prior) }

  private enum CodingKeys: String, CodingKey {
    case prior, value, latex
  }

  init(from decoder: any Decoder) throws {
    func refused(_ reason: String) -> DecodingError {
      .dataCorrupted(.init(codingPath: decoder.codingPath, debugDescription: reason))
    }
    func prior(_ text: String) throws -> Prior {
      do { return try Prior(text: text) } catch { throw refused("\(error)") }
    }
    if let single = try? decoder.singleValueContainer() {
      if let value = try? single.decode(Double.self) {
        (self.prior, label) = (.fixed(value), nil)
        return
      }
      if let text = try? single.decode(String.self) {
        (self.prior, label) = (try prior(text), nil)
        return
      }
    }
    let container = try decoder.container(keyedBy: CodingKeys.self)
    label = try container.decodeIfPresent(String.self, forKey: .latex)
    if let value = try container.decodeIfPresent(Double.self, forKey: .value) {
      guard !container.contains(.prior) else {
        throw refused("it has both a prior and a fixed value; give one of them")
      }
      self.prior = .fixed(value)
    } else if let text = try? container.decode(String.self, forKey: .prior) {
      self.prior = try prior(text)
    } else {
      let distribution = try container.decode(CobayaDistribution.self, forKey: .prior)
      do {
        self.prior = try distribution.prior()
      } catch {
        throw refused("its prior: \(error.reason)")
      }
    }
  }

  func encode(to encoder: any Encoder) throws {
    if let value = prior.fixedValue, label == nil {
      var container = encoder.singleValueContainer()
      return try container.encode(value)
    }
    var container = encoder.container(keyedBy: CodingKeys.self)
    switch prior.density {
    case let fixed as FixedValue: try container.encode(fixed.value, forKey: .value)
    case let flat as UniformPrior:
      try container.encode(CobayaDistribution(uniform: flat.lower, flat.upper), forKey: .prior)
    case let normal as NormalPrior:
      try container.encode(
        CobayaDistribution(normal: normal.mean, normal.standardDeviation), forKey: .prior)
    default: try container.encode(prior.text, forKey: .prior)
    }
    try container.encodeIfPresent(label, forKey: .latex)
  }
}
