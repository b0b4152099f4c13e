/// What a flow of two coordinates has learned, in three tables next to the chains: its potential and
/// −log posterior, some trajectories, and the correlation of their ends with their starts.
///
/// All in the coordinates that the flow works in.
public struct LearnedFlow: Sendable {
  /// V of the first Hamiltonian.
  public let potential: PotentialComparison.Grid
  /// −log posterior, up to a constant, on the same nodes.
  public let negativeLogPosterior: PotentialComparison.Grid
  /// Draws × leapfrog steps and one.
  public let trajectories: [[(x: Double, y: Double)]]
  /// corr(q_T, q₀): one row per coordinate of the end, one column per coordinate of the start.
  public let memory: [[Double]]

  private static let potentialColumns = ["x1", "x2", "potential", "negative_log_posterior"]
  private static let trajectoryColumns = ["draw", "step", "x1", "x2"]
  private static let memoryColumns = ["x1", "x2"]

  /// More nodes than any figure needs, and as many lines of trajectories.
  private static let mostRows = 250_000

  /// Reads all three; nil if one is missing or invalid, with a note of the reason.
  init?(reading folder: String, _ notes: inout [String]) {
    guard let potential = FigureTable(reading: "\(folder)/\(FlowFiles.potential)", &notes),
      let grids = Self.grids(potential, &notes),
      let places = FigureTable(reading: "\(folder)/\(FlowFiles.trajectories)", &notes),
      let trajectories = Self.trajectories(places, &notes),
      let table = FigureTable(reading: "\(folder)/\(FlowFiles.memory)", &notes),
      let memory = table.finiteNumbers(Self.memoryColumns, &notes)
    else { return nil }
    guard memory[0].count == 2 else {
      table.refuse("it has \(memory[0].count) rows where 2 are expected", &notes)
      return nil
    }
    (self.potential, negativeLogPosterior) = grids
    self.trajectories = trajectories
    self.memory = [0, 1].map { row in memory.map { $0[row] } }
  }

  /// V and −log posterior on their common nodes, which are given x by x.
  private static func grids(
    _ table: FigureTable, _ notes: inout [String]
  ) -> (PotentialComparison.Grid, PotentialComparison.Grid)? {
    // Where there is no posterior the values need not be numbers.
    guard let nodes = table.finiteNumbers(Array(potentialColumns[..<2]), &notes),
      let values = table.numbers(Array(potentialColumns[2...]), &notes)
    else { return nil }
    let count = nodes[0].count
    guard (9...mostRows).contains(count) else {
      table.refuse("it has \(count) nodes where 9 to \(mostRows) are expected", &notes)
      return nil
    }
    let height = nodes[0].prefix { $0 == nodes[0][0] }.count
    let x = stride(from: 0, to: count, by: height).map { nodes[0][$0] }
    let y = Array(nodes[1].prefix(height))
    guard count == x.count * height, x.count > 2, height > 2, x.rises, y.rises,
      (0..<count).allSatisfy({ nodes[0][$0] == x[$0 / height] && nodes[1][$0] == y[$0 % height] })
    else {
      table.refuse("its nodes are not a grid", &notes)
      return nil
    }
    guard values.allSatisfy({ $0.contains(where: \.isFinite) }) else {
      table.refuse("its values are not finite", &notes)
      return nil
    }
    return (.init(x: x, y: y, values: values[0]), .init(x: x, y: y, values: values[1]))
  }

  private static func trajectories(
    _ table: FigureTable, _ notes: inout [String]
  ) -> [[(x: Double, y: Double)]]? {
    guard let places = table.numbers(trajectoryColumns, &notes) else { return nil }
    guard (2...mostRows).contains(places[0].count) else {
      table.refuse("it has \(places[0].count) places where 2 to \(mostRows) are expected", &notes)
      return nil
    }
    var trajectories: [[(x: Double, y: Double)]] = []
    // A draw may leave all that can be drawn.
    for row in places[0].indices where places[2][row].isFinite && places[3][row].isFinite {
      if places[1][row] == 0 || trajectories.isEmpty { trajectories.append([]) }
      trajectories[trajectories.count - 1].append((places[2][row], places[3][row]))
    }
    return trajectories
  }

  /// Its figures.
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
