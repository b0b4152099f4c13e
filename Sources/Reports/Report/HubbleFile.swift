import Foundation

/// The Hubble diagram of a run in two tables beside its chains: `hubble.csv` with the supernovae,
/// `hubble-model.csv` with quantiles of the model over the draws.
public struct HubbleFile: Sendable, Equatable {
  /// The supernovae.
  public let data: HubbleDiagram.Data
  /// The model.
  public let curve: HubbleDiagram.Curve

  static let names = ["hubble.csv", "hubble-model.csv"]
  private static let quantileNames = ["q2.5", "q16", "q50", "q84", "q97.5"]

  /// Supernovae and model.
  public init(data: HubbleDiagram.Data, curve: HubbleDiagram.Curve) {
    self.data = data
    self.curve = curve
  }

  /// The names and contents of the files.
  public var files: [(name: String, content: String)] {
    var table = "z,magnitude,error\n"
    for index in data.redshifts.indices {
      table += "\(data.redshifts[index]),\(data.magnitudes[index]),\(data.errors[index])\n"
    }
    var model = "z,\(Self.quantileNames.joined(separator: ","))\n"
    for (redshift, quantiles) in zip(curve.redshifts, curve.quantiles) {
      model += "\(redshift),\(quantiles.map { "\($0)" }.joined(separator: ","))\n"
    }
    return [(Self.names[0], table), (Self.names[1], model)]
  }

  /// Reads both; nil if one is not there, or holds nothing that can be drawn.
  init?(reading folder: String, _ notes: inout [String]) {
    guard let table = NumberTable(reading: "\(folder)/\(Self.names[0])", &notes),
      let model = NumberTable(reading: "\(folder)/\(Self.names[1])", &notes)
    else { return nil }
    guard let z = table["z"], let magnitude = table["magnitude"], let error = table["error"],
      let grid = model["z"]
    else {
      notes.append("hubble.csv has other columns than it should and is left out")
      return nil
    }
    let quantiles = Self.quantileNames.compactMap { model[$0] }
    let rows = z.indices.filter { z[$0] > 0 && z[$0].isFinite && magnitude[$0].isFinite }
    guard quantiles.count == 5, !rows.isEmpty, grid.count > 1,
      zip(grid, grid.dropFirst()).allSatisfy({ $0 < $1 }), grid[0] > 0,
      quantiles.allSatisfy({ $0.allSatisfy(\.isFinite) })
    else {
      notes.append("hubble.csv or hubble-model.csv holds nothing that can be drawn")
      return nil
    }
    data = HubbleDiagram.Data(
      redshifts: rows.map { z[$0] }, magnitudes: rows.map { magnitude[$0] },
      errors: rows.map { error[$0] })
    curve = HubbleDiagram.Curve(
      redshifts: grid, quantiles: grid.indices.map { row in quantiles.map { $0[row] } })
  }
}
