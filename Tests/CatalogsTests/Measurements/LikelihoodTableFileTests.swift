import Catalogs
import Cosmology
import Foundation
import TestSupport
import Testing

/// Tables of likelihoods.
@Suite struct LikelihoodTableFileTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private static let pair: [Observable] = [
    .transverseDistance(redshift: 2.334), .radialDistance(redshift: 2.334),
  ]
  private static let volume = Observable.volumeDistance(redshift: 0.845)

  /// A normal likelihood on 5 × 4 points.
  private static let points: [Point] = (0..<20).map { index in
    let dm = 36 + 0.75 * Double(index / 4)
    let dh = 8.5 + 0.35 * Double(index % 4)
    let (x, y) = ((dm - 37.5) / 1.1, (dh - 9) / 0.2)
    return (dm, dh, exp(-0.5 * (x * x + y * y)))
  }
  private typealias Point = (dm: Double, dh: Double, likelihood: Double)

  private static func text(_ points: [Point]) -> String {
    points.map { "\($0.dm) \($0.dh) \($0.likelihood)" }.joined(separator: "\n")
  }

  private static func replaced(_ row: Int, by point: Point) -> String {
    var points = Self.points
    points[row] = point
    return text(points)
  }

  private static let withHole: String = {
    var points = Self.points
    points.remove(at: 6)
    return text(points)
  }()

  private static let chiSquares = text(
    points.map { point -> Point in (point.dm, point.dh, 1 - 2 * log(point.likelihood)) })

  private static let exchanged = text(
    points.map { point -> Point in (point.dh, point.dm, point.likelihood) })

  /// As many values on either axis as rows.
  private static let diagonal = text(
    (0..<2100).map { row -> Point in (36 + 1e-3 * Double(row), 8 + 1e-3 * Double(row), 1) })

  private func table(_ text: String) throws -> LikelihoodTable {
    try LikelihoodTable(likelihoods: folder.write(text, to: "values"), of: Self.pair)
  }

  @Test("two axes, either of which is faster, or rows in no order")
  func orders() throws {
    let expected = try table("# D_M/r_d D_H/r_d likelihood\n" + Self.text(Self.points))
    #expect(expected.axes == [[36, 36.75, 37.5, 38.25, 39], Self.points.prefix(4).map(\.1)])
    for (found, point) in zip(expected.logLikelihoods, Self.points) {
      #expect(abs(found - log(point.2)) < 1e-14)
    }
    let other = Self.points.sorted { ($0.1, $0.0) < ($1.1, $1.0) }
    #expect(try table(Self.text(other)) == expected)
    #expect(try table(Self.text(Self.points.reversed())) == expected)
    var random = SystemRandomNumberGenerator()
    #expect(try table(Self.text(Self.points.shuffled(using: &random))) == expected)
  }

  @Test("one axis, descending and uneven")
  func one() throws {
    let path = try folder.write("20 0.1\n18.5,1\n18 0.9\n17 0.2\n15 1e-5\n", to: "values")
    let table = try LikelihoodTable(likelihoods: path, of: [Self.volume])
    #expect(table.axes == [[15, 17, 18, 18.5, 20]])
    #expect(table.logLikelihoods == [1e-5, 0.2, 0.9, 1, 0.1].map { log($0) })
  }

  @Test("χ² of a ratio")
  func chiSquared() throws {
    let path = try folder.write(" 8.5\n 2.0\n 0.0\n 1.5\n 6.7\n", to: "values")
    let table = try LikelihoodTable(
      chiSquared: path, of: .volumeDistance(redshift: 0.15), over: 0.8...1.2, unit: 4.5)
    #expect(table.logLikelihoods == [-4.25, -1, 0, -0.75, -3.35])
    for (found, expected) in zip(table.axes[0], [3.6, 4.05, 4.5, 4.95, 5.4]) {
      #expect(abs(found - expected) < 1e-12)
    }
  }

  static let refusals: [MeasurementRefusal] = [
    .init(
      "a zero", replaced(19, by: (39, 9.55, 0)),
      "DIR/values, row 20, column 'likelihood': found 0.0 where a positive likelihood is expected; cut the table to the"
        + " points where it is"),
    .init(
      "a negative one", replaced(0, by: (36, 8.5, -1)),
      "DIR/values, row 1, column 'likelihood': found -1.0 where a positive likelihood is expected; cut the table to the"
        + " points where it is"),
    .init(
      "a hole", withHole,
      "DIR/values: the grid has no row for DM_over_rs(2.334) = 36.75, DH_over_rs(2.334) = 9.2; is the file cut short?"
    ),
    .init(
      "cut short", text(Array(points.prefix(18))),
      "DIR/values: the grid has no row for DM_over_rs(2.334) = 39.0, DH_over_rs(2.334) = 9.2; is the file cut short?"
    ),
    .init(
      "a point twice", text(points + [points[3]]),
      "DIR/values, row 21: this is the same measurement as in row 4; leave one of them out"),
    .init(
      "too few columns", "36 8.5\n",
      "DIR/values, row 1: found 2 columns where 'DM_over_rs(2.334) DH_over_rs(2.334) likelihood' is expected"
    ),
    .init(
      "a row that is cut", text(points) + "\n36 8.5",
      "DIR/values, row 21: found 2 columns where 'DM_over_rs(2.334) DH_over_rs(2.334) likelihood' is expected"
    ),
    .init(
      "too few points", text(Array(points.prefix(4))),
      "DIR/values: found 1 value of DM_over_rs(2.334), where at least 4 are expected"),
    .init(
      "χ²", chiSquares,
      "DIR/values: the smallest value lies inside of the table and the largest at its edge, as with χ²; write the"
        + " likelihoods exp(−χ²/2)"),
    .init(
      "exchanged axes", exchanged,
      "DIR/values: found 8.85 for DM_over_rs(2.334), where a value near 38.2 is expected; mind its name and unit"
    ),
    .init(
      "infinity", replaced(0, by: (36, 8.5, .infinity)),
      "DIR/values, row 1, column 'likelihood': found inf where a finite number is expected"),
    .init(
      "nothing", "# no rows\n", "DIR/values: there are no rows of numbers; is the file cut short?"),
    .init(
      "no grid", diagonal,
      "DIR/values: there are more than 1000000 rows, too many for measurements; leave some out"),
  ]

  @Test("what is refused", arguments: refusals)
  func refused(_ refusal: MeasurementRefusal) throws {
    try refusal.check(in: folder) { values, _ in
      _ = try LikelihoodTable(likelihoods: values, of: Self.pair)
    }
  }

  @Test("χ² that is no list, or over no range")
  func refusedChiSquared() throws {
    func sentence(_ text: String, _ range: ClosedRange<Double> = 0.8...1.2) throws -> String {
      let path = try folder.write(text, to: "values")
      let error = try #require(
        #expect(throws: CatalogError.self) {
          try LikelihoodTable(
            chiSquared: path, of: .volumeDistance(redshift: 0.15), over: range, unit: 4.5)
        })
      return error.description.replacing(folder.path, with: "DIR")
    }
    #expect(
      try sentence("1\n0\n1\n")
        == "DIR/values: found 3 values of DV_over_rs(0.15), where at least 4 are expected")
    #expect(try sentence("4 1\n") == "DIR/values, row 1: found 2 words where 'χ²' is expected")
    #expect(
      try sentence("4\n1\n0\n1\n4\n", 1...1)
        == "DIR/values: the values of the table cannot range from 4.5 to 4.5")
    #expect(
      try sentence("0\n1\n2\n1.5\n0.5\n")
        == "DIR/values: the smallest value lies inside of the table and the largest at its edge, as with χ²; write the"
        + " likelihoods exp(−χ²/2)")
  }
}
