import Foundation
public import Samplers

/// Whether a flow has a symmetry, as lines of text.
public struct InvarianceText: CustomStringConvertible, Sendable {
  /// The lines, each with its label.
  public let description: String

  /// Checks a flow.
  ///
  /// - Throws: `SamplingError.stopped` if it was asked to stop.
  public init(_ symmetry: Symmetry, of flow: NeuralHamiltonianFlow) async throws(SamplingError) {
    self.init(try await HamiltonianMap(flow).invariance(under: symmetry), symmetry)
  }

  init(_ found: Invariance, _ symmetry: Symmetry) {
    let subject = found.isRelative ? "the density of relative positions" : "the density"
    var parts: [String] = []
    if !found.hamiltoniansCommute {
      parts.append(
        "Hamiltonians do not commute with it (normalised bracket "
          + Self.list(found.hamiltonians) + ")")
    }
    if !found.baseCommutes, !found.isRelative {
      parts.append(String(format: "the base does not commute with it (%.1e)", found.base))
    }
    let verdict =
      found.isInvariant
      ? (found.isRelative ? "Hamiltonians" : "base and Hamiltonians")
        + " commute with it: \(subject) is invariant"
      : parts.joined(separator: "; ") + ": \(subject) need not be invariant"
    var lines = [LabelledLine.wrapped("symmetry", "\(symmetry.name): \(verdict)")]
    var measured = String(
      format: "log density changes by %.4f nats under it", found.logDensityChange)
    if found.isRelative {
      measured += String(format: ", %.4f of them by sampling", found.logDensityNoise)
    }
    if let drift = found.drift {
      measured += String(format: "; generators drift by %.1e", drift)
    }
    lines.append(LabelledLine.wrapped("", measured))
    description = lines.joined(separator: "\n")
  }

  private static func list(_ values: [Double]) -> String {
    values.map { String(format: "%.1e", $0) }.joined(separator: ", ")
  }
}
