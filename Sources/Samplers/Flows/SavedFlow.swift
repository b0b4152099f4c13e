public import Foundation

/// A flow as a file keeps it: architecture and parameters, the names of its coordinates, and the
/// scales that data were divided by.
///
/// JSON with a format name and version. Reading it back rejects, by a `SavedFlowError`, what
/// is not a flow: no input traps.
public struct SavedFlow: Sendable, Equatable {
  /// The flow, in standardised coordinates.
  public var flow: NeuralHamiltonianFlow
  /// A name for each coordinate, and behind them for each number that densities are given.
  public var columns: [String]
  /// From data, in coordinates without edges, to the flow's coordinates.
  public var standardisation: Standardisation
  /// The hard edges of the columns.
  public var edges: ColumnEdges
  /// What the coordinates are, where they are not the columns themselves.
  public var coordinates: String?
  /// What the flow was trained on, and how, for a reader: any names and values.
  public var notes: [String: String]

  /// The format's newest version, which only flows need whose momenta have a canonical frame or an unusual bound.
  public static let version = 4
  /// The oldest version that has what this flow has.
  private var version: Int {
    guard flow.encoder.isPlain, flow.finalMomentum.isPlain else { return 4 }
    return flow.givenCount > 0 ? 3 : edges.isEmpty ? 1 : 2
  }
  private static let format = "sn-infer flow"

  /// A flow with what is known of its coordinates.
  ///
  /// - Throws: `SavedFlowError` if the parts do not fit each other.
  public init(
    _ flow: NeuralHamiltonianFlow, columns: [String], standardisation: Standardisation? = nil,
    edges: ColumnEdges? = nil, coordinates: String? = nil, notes: [String: String] = [:]
  ) throws(SavedFlowError) {
    self.flow = flow
    self.columns = columns
    self.standardisation = standardisation ?? Standardisation(dimension: columns.count)
    self.edges = edges ?? ColumnEdges(dimension: columns.count)
    self.coordinates = coordinates
    self.notes = notes
    try check()
  }

  /// Reads a flow.
  ///
  /// - Parameters:
  ///   - data: what `json` made.
  ///   - kinds: kinds of energies that it may have besides those of ``Energy/kinds``.
  public init(
    json data: Data, energies kinds: [any FlowEnergy.Type] = []
  ) throws(SavedFlowError) {
    let decoder = JSONDecoder()
    if let key = Energy.furtherKinds { decoder.userInfo[key] = kinds }
    guard let header = try? decoder.decode(Header.self, from: data), header.format == Self.format
    else { throw .notASavedFlow }
    guard (1...Self.version).contains(header.version) else {
      throw .unknownVersion(found: header.version, newest: Self.version)
    }
    let content: Content
    do {
      content = try decoder.decode(Content.self, from: data)
    } catch {
      throw .malformed(Self.reason(error))
    }
    flow = content.flow
    columns = content.columns
    standardisation = Standardisation(means: content.means, scales: content.scales)
    edges = ColumnEdges(
      lower: (content.lower ?? columns.map { _ in nil }).map { $0 ?? -.infinity },
      upper: (content.upper ?? columns.map { _ in nil }).map { $0 ?? .infinity })
    coordinates = content.coordinates
    notes = content.notes ?? [:]
    try check()
  }

  /// The flow as JSON with sorted keys.
  public func json() throws(SavedFlowError) -> Data {
    try check()
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let content = Content(
      format: Self.format, version: version, columns: columns,
      means: standardisation.means, scales: standardisation.scales,
      lower: edges.isEmpty ? nil : edges.lower.map { $0.isFinite ? $0 : nil },
      upper: edges.isEmpty ? nil : edges.upper.map { $0.isFinite ? $0 : nil },
      coordinates: coordinates, notes: notes, flow: flow)
    do {
      return try encoder.encode(content) + Data("\n".utf8)
    } catch {
      throw .malformed("\(error)")
    }
  }

  private func check() throws(SavedFlowError) {
    try flow.check()
    let counts = [
      columns.count, standardisation.means.count, standardisation.scales.count, edges.lower.count,
      edges.upper.count,
    ]
    for (name, count) in zip(["columns", "means", "scales", "lower", "upper"], counts)
    where count != flow.inputCount {
      throw .wrongCount(of: name, found: count, expected: flow.inputCount)
    }
    guard
      standardisation.means.allSatisfy(\.isFinite),
      standardisation.scales.allSatisfy({ $0.isFinite && $0 > 0 })
    else { throw .impossible(part: "standardisation", "finite means and positive scales") }
    guard zip(edges.lower, edges.upper).allSatisfy({ $0 < $1 }),
      givenEdges.allSatisfy({ !$0.isFinite })
    else {
      throw .impossible(part: "edges", "lower edges below upper ones")
    }
  }

  /// The flow's coordinates of rows; those of rows beyond an edge are not numbers.
  public func coordinates(of rows: [Double]) -> [Double] {
    standardisation.standardise(edges.open(rows))
  }

  /// The rows of coordinates of the flow.
  public func rows(of coordinates: [Double]) -> [Double] {
    edges.close(standardisation.restore(coordinates))
  }

  /// The columns whose density it is.
  public var learnedColumns: [String] { Array(columns.prefix(flow.dimension)) }
  /// The columns that it is given.
  public var givenColumns: [String] { Array(columns.dropFirst(flow.dimension)) }

  /// The flow's coordinates of rows, without those of what is given, and these.
  public func split(_ rows: [Double]) -> (positions: [Double], given: [Double]) {
    flow.split(coordinates(of: rows))
  }

  /// The flow's numbers for what is given, one for each of ``givenColumns``.
  public func given(_ values: [Double]) -> [Double] {
    let row = [Double](repeating: 0, count: flow.dimension) + values
    return Array(standardisation.standardise(row).suffix(values.count))
  }

  /// What to add to the log density of the coordinates of each row to get that of the row; −∞ beyond an edge.
  public func logVolumes(of rows: [Double]) -> [Double] {
    edges.logVolumes(rows).map { $0 - standardisation.logVolume(of: flow.dimension) }
  }

  private var givenEdges: [Double] {
    Array(edges.lower.dropFirst(flow.dimension) + edges.upper.dropFirst(flow.dimension))
  }

  private struct Header: Decodable {
    let format: String
    let version: Int
  }

  private struct Content: Codable {
    let format: String
    let version: Int
    let columns: [String]
    let means, scales: [Double]
    let lower, upper: [Double?]?
    let coordinates: String?
    let notes: [String: String]?
    let flow: NeuralHamiltonianFlow
  }

  /// Where decoding failed, and why, in one line.
  private static func reason(_ error: any Error) -> String {
    func place(_ path: [any CodingKey]) -> String {
      path.isEmpty ? "the top" : path.map(\.stringValue).joined(separator: ".")
    }
    guard let error = error as? DecodingError else { return "\(error)" }
    switch error {
    case .keyNotFound(let key, let context):
      return "'\(key.stringValue)' is missing at \(place(context.codingPath))"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      return "another type is expected at \(place(context.codingPath))"
    case .dataCorrupted(let context):
      return "\(context.debugDescription) at \(place(context.codingPath))"
    @unknown default: return "\(error)"
    }
  }
}

/// y = (x − mean) / scale for each coordinate.
public struct Standardisation: Sendable, Equatable {
  /// One number per coordinate.
  public var means: [Double]
  /// One positive number per coordinate.
  public var scales: [Double]

  /// Given means, at least one, and as many scales.
  public init(means: [Double], scales: [Double]) {
    self.means = means
    self.scales = scales
  }

  /// None: means of 0 and scales of 1.
  public init(dimension: Int) {
    means = [Double](repeating: 0, count: dimension)
    scales = [Double](repeating: 1, count: dimension)
  }

  /// The means and standard deviations of points; a coordinate that is constant has scale 0, which
  /// no saved flow has.
  ///
  /// - Parameters:
  ///   - dimension: the number of coordinates.
  ///   - points: dimension × any number ≥ 1, point by point.
  public init(of points: [Double], dimension: Int) {
    self.init(dimension: dimension)
    let count = Double(points.count / dimension)
    for i in 0..<dimension {
      let column = stride(from: i, to: points.count, by: dimension).lazy.map { points[$0] }
      let mean = column.reduce(0) { $0 + $1 / count }
      means[i] = mean
      scales[i] = column.reduce(0) { $0 + ($1 - mean) * ($1 - mean) / count }.squareRoot()
    }
  }

  /// x ↦ y for all points.
  public func standardise(_ points: [Double]) -> [Double] {
    points.enumerated().map { ($1 - means[$0 % means.count]) / scales[$0 % means.count] }
  }

  /// y ↦ x for all points.
  public func restore(_ points: [Double]) -> [Double] {
    points.enumerated().map { means[$0 % means.count] + scales[$0 % means.count] * $1 }
  }

  /// Σ log scale of the first coordinates: what to subtract from a log density of y to get that of x.
  public func logVolume(of count: Int) -> Double { scales.prefix(count).reduce(0) { $0 + log($1) } }
}
