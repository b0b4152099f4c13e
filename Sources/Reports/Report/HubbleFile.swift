public import Cosmology
import Foundation

/// The Hubble diagram of a run in two tables next to its chains: `hubble.csv` with the supernovae,
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

  /// The numbers of a fit.
  public init(_ numbers: HubbleCurve.Numbers) {
    self.init(
      data: HubbleDiagram.Data(
        redshifts: numbers.supernovae.redshifts, magnitudes: numbers.supernovae.magnitudes,
        errors: numbers.supernovae.errors),
      curve: HubbleDiagram.Curve(redshifts: numbers.redshifts, quantiles: numbers.quantiles))
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

  /// The largest number of redshifts of a model that is read; `fit` writes 80.
  private static let mostNodes = 1000

  /// Reads both; nil if one is missing, or holds nothing that can be drawn, with a note of the
  /// reason.
  init?(reading folder: String, _ notes: inout [String]) {
    guard let table = FigureTable(reading: "\(folder)/\(Self.names[0])", &notes),
      let model = FigureTable(reading: "\(folder)/\(Self.names[1])", &notes),
      let numbers = table.numbers(["z", "magnitude", "error"], &notes),
      let nodes = model.finiteNumbers(["z"] + Self.quantileNames, &notes)
    else { return nil }
    let rows = numbers[0].indices.filter { numbers[0][$0] > 0 && numbers[1][$0].isFinite }
    guard !rows.isEmpty else {
      table.refuse("no row has a positive redshift and a magnitude", &notes)
      return nil
    }
    let grid = nodes[0]
    guard (2...Self.mostNodes).contains(grid.count), grid[0] > 0, grid.rises else {
      model.refuse(
        "2 to \(Self.mostNodes) rising positive redshifts are expected", &notes)
      return nil
    }
    data = HubbleDiagram.Data(
      redshifts: rows.map { numbers[0][$0] }, magnitudes: rows.map { numbers[1][$0] },
      errors: rows.map { numbers[2][$0] })
    curve = HubbleDiagram.Curve(
      redshifts: grid, quantiles: grid.indices.map { row in nodes[1...].map { $0[row] } })
  }
}
