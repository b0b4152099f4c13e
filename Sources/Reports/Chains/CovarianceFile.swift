import Foundation
public import Inference

/// The covariance of the sampled parameters of chains, as Cobaya's samplers and GetDist read it: a line of names,
/// then the matrix.
///
/// Cobaya starts from it with `covmat: hmc.covmat`.
public struct CovarianceFile: Sendable {
  /// The text of the file.
  public let content: String

  /// The covariance of all draws, by their weights.
  ///
  /// - Parameter chains: all of one set of columns.
  public init(_ chains: [Chain]) {
    let columns = chains.first?.columns ?? []
    let sampled = columns.indices.filter { !columns[$0].isDerived }
    let weights = chains.flatMap(\.weights.array)
    let total = weights.reduce(0, +)
    let centred = sampled.map { column in
      let values = chains.flatMap { $0.column(column) }
      let mean = zip(values, weights).reduce(0) { $0 + $1.0 * $1.1 } / total
      return values.map { $0 - mean }
    }
    var lines = ["# " + sampled.map { columns[$0].name }.joined(separator: " ")]
    for a in centred {
      let row = centred.map { b in
        var sum = 0.0
        for draw in weights.indices { sum += weights[draw] * a[draw] * b[draw] }
        return String(format: "%.12e", sum / total)
      }
      lines.append(row.joined(separator: " "))
    }
    content = lines.joined(separator: "\n") + "\n"
  }
}
