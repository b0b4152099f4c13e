public import Cosmology
import Foundation

/// Measured distances or rates of a run in two tables next to its chains: the numbers with the prediction of the best draw, and
/// quantiles of the model over the draws.
public struct MeasurementFile: Sendable, Equatable {
  /// What the numbers are, by which the files are named.
  public enum Subject: String, Sendable, CaseIterable {
    /// Baryon acoustic oscillations: distances over the sound horizon.
    case distances = "bao"
    /// H(z) in km/s/Mpc.
    case rates

    /// Whether a quantity belongs to it.
    func includes(_ quantity: String) -> Bool { (quantity == "H") == (self == .rates) }

    fileprivate var names: (points: String, curves: String) {
      (self == .distances ? "bao-residuals.csv" : "rates.csv", "\(rawValue)-model.csv")
    }
  }

  /// What the numbers are.
  public let subject: Subject
  /// The numbers and the model.
  public let content: PredictedMeasurements

  static let names = Subject.allCases.flatMap { [$0.names.points, $0.names.curves] }
  private static let quantileNames = ["q2.5", "q16", "q50", "q84", "q97.5"]

  /// The numbers of a subject; nil if there are none at a redshift above 0.
  public init?(_ subject: Subject, of content: PredictedMeasurements) {
    self.init(
      subject, content.points.filter { subject.includes($0.quantity) },
      content.curves.filter { subject.includes($0.quantity) })
  }

  private init?(
    _ subject: Subject, _ points: [PredictedMeasurements.Point],
    _ curves: [PredictedMeasurements.Curve]
  ) {
    guard points.contains(where: { $0.redshift > 0 }) else { return nil }
    self.subject = subject
    content = PredictedMeasurements(points: points, curves: curves)
  }

  /// The names and contents of the files.
  public var files: [(name: String, content: String)] {
    var table = "probe,quantity,z,value,error,model\n"
    for point in content.points {
      let numbers = [point.redshift, point.value, point.error, point.model]
      table +=
        "\(Self.cell(point.probe)),\(Self.cell(point.quantity)),\(Self.line(numbers))\n"
    }
    var model = "quantity,z,best,\(Self.quantileNames.joined(separator: ","))\n"
    for curve in content.curves {
      for (node, redshift) in curve.redshifts.enumerated() {
        let numbers = [redshift, curve.best[node]] + curve.quantiles[node]
        model += "\(Self.cell(curve.quantity)),\(Self.line(numbers))\n"
      }
    }
    return [(subject.names.points, table), (subject.names.curves, model)]
  }

  /// A name as one cell.
  private static func cell(_ name: String) -> String {
    name.map { $0 == "," || $0.isNewline ? " " : "\($0)" }.joined()
  }

  private static func line(_ numbers: [Double]) -> String {
    numbers.map { "\($0)" }.joined(separator: ",")
  }

  /// The largest number of points, and of redshifts of a model, that are read.
  private static let most = 1000

  /// Reads both; nil if one is missing, or holds nothing that can be drawn, with a note of the reason.
  init?(_ subject: Subject, reading folder: String, _ notes: inout [String]) {
    let names = subject.names
    let words = ["probe", "quantity"]
    guard
      let table = FigureTable(reading: "\(folder)/\(names.points)", words: words, &notes),
      let model = FigureTable(reading: "\(folder)/\(names.curves)", words: words, &notes),
      let numbers = table.finiteNumbers(["z", "value", "error", "model"], &notes),
      let nodes = model.finiteNumbers(["z", "best"] + Self.quantileNames, &notes)
    else { return nil }
    guard let probes = table.words["probe"], let quantities = table.words["quantity"],
      let families = model.words["quantity"]
    else {
      table.refuse("columns probe and quantity are expected", &notes)
      return nil
    }
    let rows = numbers[0].indices.filter {
      numbers[0][$0] >= 0 && numbers[2][$0] > 0 && numbers[3][$0] != 0
        && subject.includes(quantities[$0])
    }
    guard rows.count <= Self.most, nodes[0].count <= Self.most else {
      table.refuse("more than \(Self.most) rows cannot be drawn", &notes)
      return nil
    }
    var curves: [PredictedMeasurements.Curve] = []
    for quantity in Set(families).sorted() where subject.includes(quantity) {
      let rows = families.indices.filter { families[$0] == quantity }
      let redshifts = rows.map { nodes[0][$0] }
      guard rows.count > 1, redshifts.rises, redshifts[0] >= 0,
        rows.allSatisfy({ nodes[1][$0] != 0 })
      else {
        model.refuse("rising redshifts with a model are expected for \(quantity)", &notes)
        return nil
      }
      curves.append(
        .init(
          quantity: quantity, redshifts: redshifts, best: rows.map { nodes[1][$0] },
          quantiles: rows.map { row in nodes[2...].map { $0[row] } }))
    }
    self.init(
      subject,
      rows.map {
        .init(
          probe: probes[$0], quantity: quantities[$0], redshift: numbers[0][$0],
          value: numbers[1][$0], error: numbers[2][$0], model: numbers[3][$0])
      }, curves)
  }
}
