public import Inference

/// A joint likelihood whose data are known by the whitened numbers of all its probes, if all of them have normal errors.
///
/// log L = −½ |y − m(θ)|² + constant, y of each probe after the other.
public struct SummarisedJointLikelihood: SummarisedLikelihood {
  /// The joint likelihood, releases in several parts taken apart.
  private var joint: JointLikelihood
  private var parts: [Part]

  private struct Part: Sendable {
    var probe: any SummarisedProbe
    let nuisances: Range<Int>
    let count: Int
  }

  /// The likelihood of normal errors.
  ///
  /// - Throws: `NotNormal`, with the first probe whose errors are not.
  public init(_ joint: JointLikelihood) throws(NotNormal) {
    self.joint = joint
    parts = []
    for (probe, term) in zip(joint.probes, joint.terms) {
      for part in (term.probe as? BoundProbeGroup)?.parts ?? [term.probe] {
        guard let summarised = part as? any SummarisedProbe else {
          throw NotNormal(probe: probe.name)
        }
        parts.append(
          Part(
            probe: summarised, nuisances: term.nuisances, count: summarised.summaries.count))
      }
    }
    self.joint.terms = parts.map { JointLikelihood.Term(probe: $0.probe, nuisances: $0.nuisances) }
  }

  /// A probe whose data have no known normal errors.
  public struct NotNormal: Error, Equatable {
    /// Its name.
    public let probe: String
  }

  /// Those of the joint likelihood.
  public var parameterNames: [String] { joint.parameterNames }

  /// Returns log L and writes its gradient.
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    joint.logLikelihood(at: parameters, gradient: &gradient)
  }

  /// y of all probes.
  public var summaries: [Double] { parts.flatMap(\.probe.summaries) }

  /// m of all probes.
  public func predictedSummaries(at parameters: [Double]) -> [Double]? {
    guard let values = joint.values(parameters) else { return nil }
    var all: [Double] = []
    for part in parts {
      guard
        let own = part.probe.predictedSummaries(
          values, nuisances: Array(parameters[part.nuisances]))
      else { return nil }
      all += own
    }
    return all
  }

  /// Whether the nodes of all supernovae are enough.
  public func isSummarised(at parameters: [Double]) -> Bool {
    guard let values = joint.values(parameters) else { return false }
    return parts.allSatisfy {
      $0.probe.isSummarised(values, nuisances: Array(parameters[$0.nuisances]))
    }
  }

  /// The same probes with all their measurements drawn.
  public func drawingData(
    at parameters: [Double], using generator: inout RandomStream
  ) -> SummarisedJointLikelihood? {
    guard let values = joint.values(parameters) else { return nil }
    var other = self
    for index in parts.indices {
      let data = parts[index].probe.drawnData(
        values, nuisances: Array(parameters[parts[index].nuisances]), using: &generator)
      guard data.allSatisfy(\.isFinite),
        let probe = parts[index].probe.replacingData(data) as? any SummarisedProbe
      else { return nil }
      other.replace(index, by: probe)
    }
    return other
  }

  /// The y of the measurements of all probes.
  public func summaries(of prediction: [Double]) -> [Double] {
    var (all, first) = ([Double](), 0)
    for part in parts {
      let count = part.probe.data.count
      all += part.probe.summaries(of: Array(prediction[first..<first + count]))
      first += count
    }
    return all
  }

  /// The same probes with another y.
  public func replacingSummaries(_ summaries: [Double]) -> SummarisedJointLikelihood {
    var (other, first) = (self, 0)
    for index in parts.indices {
      let own = Array(summaries[first..<first + parts[index].count])
      other.replace(index, by: parts[index].probe.replacingSummaries(own))
      first += parts[index].count
    }
    return other
  }

  private mutating func replace(_ index: Int, by probe: any SummarisedProbe) {
    parts[index].probe = probe
    joint.terms[index].probe = probe
  }
}
