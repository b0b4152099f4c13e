/// A likelihood of one or two observables as a table, interpolated by cubic splines in log L.
///
/// Outside the table the likelihood is zero. As many data as observables; χ² is counted from the largest value.
public struct TableProbe: Probe {
  /// The name.
  public let name: String
  /// The table.
  public let table: LikelihoodTable

  /// A probe of a table.
  public init(_ name: String, _ table: LikelihoodTable) {
    (self.name, self.table) = (name, table)
  }

  /// All quantities of the observables.
  public var quantities: [UniverseQuantity] {
    table.observables.flatMap { $0.factors.map(\.quantity) }
  }
  /// None.
  public var nuisanceNames: [String] { [] }
  /// 1 or 2.
  public var dataCount: Int { table.observables.count }

  /// The probe with its quantities found.
  public func bound(to universe: UniverseFunction) -> any BoundProbe {
    BoundTableProbe(table, universe)
  }
}

private struct BoundTableProbe: BoundProbe {
  private let rows: [BoundObservable]
  private var axes: [[Double]]
  /// For each point of the table, the last axis fastest: log L, its slopes along the axes, and the mixed derivative.
  private let nodes: [SIMD4<Double>]
  let logNormalisation: Double
  /// Where log L is largest.
  private(set) var data: [Double]

  init(_ table: LikelihoodTable, _ universe: UniverseFunction) {
    rows = table.observables.map { BoundObservable($0, universe) }
    axes = table.axes
    let values = table.logLikelihoods
    logNormalisation = values.max() ?? 0
    let peak = values.indices.max { values[$0] < values[$1] } ?? 0
    let inner = table.axes.count == 2 ? table.axes[1].count : 1
    let outer = table.axes[0].count
    data =
      table.axes.count == 2
      ? [table.axes[0][peak / inner], table.axes[1][peak % inner]] : [table.axes[0][peak]]
    /// Slopes along the first axis.
    func along(_ y: [Double]) -> [Double] {
      var slopes = y
      for j in 0..<inner {
        let line = CubicSpline.slopes(table.axes[0], (0..<outer).map { y[$0 * inner + j] })
        for i in 0..<outer { slopes[i * inner + j] = line[i] }
      }
      return slopes
    }
    /// Slopes along the second.
    func across(_ y: [Double]) -> [Double] {
      guard table.axes.count == 2 else { return y.map { _ in 0 } }
      return (0..<outer).flatMap {
        CubicSpline.slopes(table.axes[1], Array(y[$0 * inner..<($0 + 1) * inner]))
      }
    }
    let (first, second) = (along(values), across(values))
    let mixed = across(first)
    nodes = values.indices.map { SIMD4(values[$0], first[$0], second[$0], mixed[$0]) }
  }

  /// log L and its slopes; nil outside the table.
  private func value(_ x: Double, _ y: Double?) -> (value: Double, slopes: (Double, Double))? {
    guard let (i, s) = CubicSpline.interval(axes[0], x) else { return nil }
    let a = CubicSpline.hermite(s, width: axes[0][i + 1] - axes[0][i])
    guard let y else {
      let corner = SIMD4(nodes[i][0], nodes[i + 1][0], nodes[i][1], nodes[i + 1][1])
      return ((a.weights * corner).sum(), ((a.slopes * corner).sum(), 0))
    }
    guard let (j, t) = CubicSpline.interval(axes[1], y) else { return nil }
    let b = CubicSpline.hermite(t, width: axes[1][j + 1] - axes[1][j])
    let count = axes[1].count
    var (sum, inX, inY) = (0.0, 0.0, 0.0)
    for p in 0..<2 {
      for q in 0..<2 {
        let node = nodes[(i + p) * count + j + q]
        let (v, u) = (a.weights[p], a.weights[p + 2])
        let (dv, du) = (a.slopes[p], a.slopes[p + 2])
        let level = b.weights[q] * node[0] + b.weights[q + 2] * node[2]
        let tilt = b.weights[q] * node[1] + b.weights[q + 2] * node[3]
        sum += v * level + u * tilt
        inX += dv * level + du * tilt
        inY +=
          v * (b.slopes[q] * node[0] + b.slopes[q + 2] * node[2])
          + u * (b.slopes[q] * node[1] + b.slopes[q + 2] * node[3])
      }
    }
    return (sum, (inX, inY))
  }

  func logLikelihood(
    _ values: Span<Double>, nuisances: Span<Double>, sensitivities: inout MutableSpan<Double>,
    gradient: inout MutableSpan<Double>
  ) -> Double {
    let x = rows[0].value(values)
    let y = rows.count > 1 ? rows[1].value(values) : nil
    guard let result = value(x, y) else { return -.infinity }
    rows[0].add(result.slopes.0, value: x, values, to: &sensitivities)
    if let y { rows[1].add(result.slopes.1, value: y, values, to: &sensitivities) }
    return result.value
  }

  func prediction(_ values: [Double], nuisances: [Double]) -> [Double] {
    rows.map { $0.value(values.span) }
  }

  /// The table moved so that its largest value is at other data.
  func replacingData(_ data: [Double]) -> any BoundProbe {
    var other = self
    other.axes = axes.indices.map { k in axes[k].map { $0 + data[k] - self.data[k] } }
    other.data = data
    return other
  }
}
