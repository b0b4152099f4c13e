/// What a flow of two coordinates has learned, in three tables beside the chains: its potential beside
/// −log posterior, some draws on their way, and what their ends remember of their beginnings.
///
/// All in the coordinates that the flow works in.
public struct LearnedFlow: Sendable {
  /// V of the first Hamiltonian.
  public let potential: PotentialComparison.Grid
  /// −log posterior, up to a constant, on the same nodes.
  public let negativeLogPosterior: PotentialComparison.Grid
  /// Draws × leapfrog steps and one.
  public let trajectories: [[(x: Double, y: Double)]]
  /// corr(q_T, q₀): a row a coordinate of the end, a column a coordinate of the beginning.
  public let memory: [[Double]]

  private static let potentialColumns = ["x1", "x2", "potential", "negative_log_posterior"]
  private static let trajectoryColumns = ["draw", "step", "x1", "x2"]
  private static let memoryColumns = ["x1", "x2"]

  /// All of it.
  public init(
    potential: PotentialComparison.Grid, negativeLogPosterior: PotentialComparison.Grid,
    trajectories: [[(x: Double, y: Double)]], memory: [[Double]]
  ) {
    self.potential = potential
    self.negativeLogPosterior = negativeLogPosterior
    self.trajectories = trajectories
    self.memory = memory
  }

  /// The names and contents of the files.
  public var files: [(name: String, content: String)] {
    func table(_ columns: [String], _ rows: [[Double]]) -> String {
      ([columns.joined(separator: ",")]
        + rows.map { $0.map { "\($0)" }.joined(separator: ",") })
        .joined(separator: "\n") + "\n"
    }
    let height = potential.y.count
    let nodes = potential.values.indices.map { index in
      [
        potential.x[index / height], potential.y[index % height], potential.values[index],
        negativeLogPosterior.values[index],
      ]
    }
    let places = trajectories.enumerated().flatMap { draw, places in
      places.enumerated().map { [Double(draw), Double($0), $1.x, $1.y] }
    }
    return [
      (FlowFiles.potential, table(Self.potentialColumns, nodes)),
      (FlowFiles.trajectories, table(Self.trajectoryColumns, places)),
      (FlowFiles.memory, table(Self.memoryColumns, memory)),
    ]
  }

  /// Reads all three; nil if one is not there, or is not what it should be.
  init?(reading folder: String, _ notes: inout [String]) {
    func columns(_ file: String, _ names: [String]) -> [[Double]]? {
      guard let table = NumberTable(reading: "\(folder)/\(file)", &notes) else { return nil }
      let columns = names.compactMap { table[$0] }
      if columns.count == names.count, columns[0].count > 1 { return columns }
      notes.append("\(file) has other columns than it should and is left out")
      return nil
    }
    guard let nodes = columns(FlowFiles.potential, Self.potentialColumns),
      let places = columns(FlowFiles.trajectories, Self.trajectoryColumns),
      let memory = columns(FlowFiles.memory, Self.memoryColumns)
    else { return nil }
    let height = nodes[0].prefix { $0 == nodes[0][0] }.count
    let x = stride(from: 0, to: nodes[0].count, by: height).map { nodes[0][$0] }
    let y = Array(nodes[1].prefix(height))
    func rises(_ values: [Double]) -> Bool {
      values.count > 2 && zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
    }
    guard nodes[0].count == x.count * height, rises(x), rises(y), memory[0].count == 2,
      nodes[3].contains(where: \.isFinite)
    else {
      notes.append("\(FlowFiles.potential) or \(FlowFiles.memory) is not whole and is left out")
      return nil
    }
    potential = .init(x: x, y: y, values: nodes[2])
    negativeLogPosterior = .init(x: x, y: y, values: nodes[3])
    var trajectories: [[(x: Double, y: Double)]] = []
    for row in places[0].indices where places[2][row].isFinite && places[3][row].isFinite {
      if places[1][row] == 0 || trajectories.isEmpty { trajectories.append([]) }
      trajectories[trajectories.count - 1].append((places[2][row], places[3][row]))
    }
    self.trajectories = trajectories
    self.memory = memory[0].indices.map { row in memory.map { $0[row] } }
  }

  /// The figures of it.
  var figures: [any Figure] {
    let labels = (x: "x_1", y: "x_2")
    return [
      PotentialComparison(
        potential: potential, negativeLogPosterior: negativeLogPosterior, labels: labels),
      FlowTrajectories(
        trajectories, negativeLogPosterior: negativeLogPosterior, labels: labels),
      CorrelationMap.memory(memory, labels: [labels.x, labels.y]),
    ]
  }
}
