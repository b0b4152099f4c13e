import Inference

/// Independent likelihoods of one release under one name.
public struct ProbeGroup: Probe {
  /// The name.
  public let name: String
  /// The parts, none of which has parameters of its own.
  public let parts: [any Probe]

  /// A group of parts without parameters of their own.
  public init(_ name: String, _ parts: [any Probe]) {
    precondition(parts.allSatisfy(\.nuisanceNames.isEmpty), "a part has parameters of its own")
    (self.name, self.parts) = (name, parts)
  }

  /// Those of all parts.
  public var quantities: [UniverseQuantity] { parts.flatMap(\.quantities) }
  /// None.
  public var nuisanceNames: [String] { [] }
  /// That of all parts.
  public var dataCount: Int { parts.reduce(0) { $0 + $1.dataCount } }

  /// The group with all quantities found.
  public func bound(to universe: UniverseFunction) -> any BoundProbe {
    parts.count == 1
      ? parts[0].bound(to: universe)
      : BoundProbeGroup(parts: parts.map { $0.bound(to: universe) })
  }
}

struct BoundProbeGroup: BoundProbe {
  var parts: [any BoundProbe]

  var logNormalisation: Double { parts.reduce(0) { $0 + $1.logNormalisation } }
  var data: [Double] { parts.flatMap(\.data) }

  func logLikelihood(
    _ values: Span<Double>, nuisances: Span<Double>, sensitivities: inout MutableSpan<Double>,
    gradient: inout MutableSpan<Double>
  ) -> Double {
    var sum = 0.0
    for i in 0..<parts.count where sum > -.infinity {
      sum += parts[i].logLikelihood(
        values, nuisances: nuisances, sensitivities: &sensitivities, gradient: &gradient)
    }
    return sum
  }

  func prediction(_ values: [Double], nuisances: [Double]) -> [Double] {
    parts.flatMap { $0.prediction(values, nuisances: nuisances) }
  }

  func replacingData(_ data: [Double]) -> any BoundProbe {
    var (other, first) = (self, 0)
    for i in parts.indices {
      let count = parts[i].data.count
      other.parts[i] = parts[i].replacingData(Array(data[first..<first + count]))
      first += count
    }
    return other
  }
}
