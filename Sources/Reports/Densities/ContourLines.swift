/// The borders of the region where a function on a grid is above a level, as closed lines.
///
/// Marching squares with linear interpolation. Outside the grid the function is taken to be zero at
/// once, so that a region which reaches an end of the grid is closed along it.
public struct ContourLines: Sendable {
  /// Closed lines of (x, y); the first point is not repeated.
  public let lines: [[(x: Double, y: Double)]]

  /// Finds the contours.
  ///
  /// - Parameters:
  ///   - x: the nodes along the first axis, rising.
  ///   - y: those along the second.
  ///   - values: x by x, x.count · y.count numbers.
  ///   - level: positive.
  public init(x: [Double], y: [Double], values: [Double], level: Double) {
    precondition(values.count == x.count * y.count, "\(values.count) values on the grid")
    guard let firstX = x.first, let lastX = x.last, let firstY = y.first, let lastY = y.last,
      level > 0
    else {
      lines = []
      return
    }
    // A ring of zeros around the outermost nodes.
    let (px, py) = ([firstX] + x + [lastX], [firstY] + y + [lastY])
    let (nx, ny) = (px.count, py.count)
    func value(_ i: Int, _ j: Int) -> Double {
      guard i > 0, j > 0, i < nx - 1, j < ny - 1 else { return 0 }
      return values[(i - 1) * y.count + j - 1]
    }
    /// Each edge of the grid has a number: even ones go along x, odd ones along y.
    func edge(_ i: Int, _ j: Int, alongX: Bool) -> Int { 2 * (i * ny + j) + (alongX ? 0 : 1) }

    var neighbors: [Int: [Int]] = [:]
    func join(_ a: Int, _ b: Int) {
      neighbors[a, default: []].append(b)
      neighbors[b, default: []].append(a)
    }
    for i in 0..<nx - 1 {
      for j in 0..<ny - 1 {
        let corners = [value(i, j), value(i + 1, j), value(i + 1, j + 1), value(i, j + 1)]
        let above = corners.map { $0 > level }
        let edges = [
          edge(i, j, alongX: true), edge(i + 1, j, alongX: false), edge(i, j + 1, alongX: true),
          edge(i, j, alongX: false),
        ]
        let crossed = (0..<4).filter { above[$0] != above[($0 + 1) % 4] }
        if crossed.count == 2 {
          join(edges[crossed[0]], edges[crossed[1]])
        } else if crossed.count == 4 {
          // A saddle: its middle decides which corners are connected.
          let isHigh = corners.reduce(0, +) / 4 > level
          let pairs = isHigh == above[0] ? [(0, 1), (2, 3)] : [(3, 0), (1, 2)]
          for (a, b) in pairs { join(edges[a], edges[b]) }
        }
      }
    }

    func point(_ edge: Int) -> (x: Double, y: Double) {
      let (i, j, alongX) = (edge / 2 / ny, edge / 2 % ny, edge % 2 == 0)
      let (k, l) = alongX ? (i + 1, j) : (i, j + 1)
      let (a, b) = (value(i, j), value(k, l))
      let fraction = (level - a) / (b - a)
      return (px[i] + fraction * (px[k] - px[i]), py[j] + fraction * (py[l] - py[j]))
    }
    var lines: [[(x: Double, y: Double)]] = []
    for start in neighbors.keys.sorted() {
      guard neighbors[start]?.isEmpty == false else { continue }
      var (line, current) = ([point(start)], start)
      while let next = neighbors[current]?.popLast() {
        if let back = neighbors[next]?.firstIndex(of: current) { neighbors[next]?.remove(at: back) }
        if next == start { break }
        line.append(point(next))
        current = next
      }
      if line.count > 2 { lines.append(line) }
    }
    self.lines = lines
  }
}
