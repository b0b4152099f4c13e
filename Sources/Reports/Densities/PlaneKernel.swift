import RealModule

/// A normal kernel of two quantities that is as correlated as they are.
struct PlaneKernel {
  /// Its standard deviations.
  let widths: (Double, Double)
  /// Its correlation.
  let correlation: Double
  /// Its smaller axis in units of either width.
  var narrowest: Double { .sqrt(max(1 - abs(correlation), 0.01)) }

  init?(
    _ first: [Double], _ second: [Double], _ weights: [Double], _ effectiveSampleSize: Double
  ) {
    let (a, b) = (Spread(first, weights), Spread(second, weights))
    guard a.deviation > 0, b.deviation > 0, a.deviation.isFinite, b.deviation.isFinite else {
      return nil
    }
    // In units of the standard deviations the principal axes are the diagonals.
    let p = first.map { ($0 - a.mean) / a.deviation }
    let q = second.map { ($0 - b.mean) / b.deviation }
    let root = Double.sqrt(0.5)
    let long = Spread(zip(p, q).map { root * ($0 + $1) }, weights)
    let short = Spread(zip(p, q).map { root * ($0 - $1) }, weights)
    let scale = 1.2 * Double.pow(max(effectiveSampleSize, 4), -1.0 / 7)
    let (u, v) = (scale * scale * long.core * long.core, scale * scale * short.core * short.core)
    let variance = 0.5 * (u + v)
    guard variance > 0, variance.isFinite else { return nil }
    widths = (a.deviation * .sqrt(variance), b.deviation * .sqrt(variance))
    correlation = min(max((u - v) / (u + v), -0.99), 0.99)
  }
}

/// A kernel on a grid of nodes whose ends may be edges.
struct PlaneSmoother {
  private let xAxis: GridAxis
  private let yAxis: GridAxis
  /// How many nodes the kernel reaches along the axes.
  private let reach: (x: Int, y: Int)
  /// The kernel, offset by offset; its sum is 1.
  private let kernel: [Double]

  init(_ shape: PlaneKernel, _ xAxis: GridAxis, _ yAxis: GridAxis) {
    self.xAxis = xAxis
    self.yAxis = yAxis
    // A kernel much narrower than a cell would vanish.
    let (a, b) = (max(shape.widths.0 / xAxis.step, 0.6), max(shape.widths.1 / yAxis.step, 0.6))
    let rho = shape.correlation
    reach = (
      min(Int((3.7 * a).rounded(.up)), xAxis.count), min(Int((3.7 * b).rounded(.up)), yAxis.count)
    )
    var kernel: [Double] = []
    for i in -reach.x...reach.x {
      for j in -reach.y...reach.y {
        let (u, v) = (Double(i) / a, Double(j) / b)
        kernel.append(.exp(-0.5 * (u * u - 2 * rho * u * v + v * v) / (1 - rho * rho)))
      }
    }
    let sum = kernel.reduce(0, +)
    for i in kernel.indices { kernel[i] /= sum }
    self.kernel = kernel
  }

  /// The local linear estimate at each node of a density with these masses at the nodes.
  func linear(_ masses: [Double]) -> [Double] {
    let (nx, ny, width) = (xAxis.count, yAxis.count, 2 * reach.y + 1)
    var sums = [Double](repeating: 0, count: nx * ny)
    // P₁, needed near edges only; the sums of neighbours weighted by their distance.
    let hasEdge =
      xAxis.isEdge.lower || xAxis.isEdge.upper || yAxis.isEdge.lower || yAxis.isEdge.upper
    var (slopesX, slopesY) = hasEdge ? (sums, sums) : ([], [])
    for i in 0..<nx {
      for j in 0..<ny where masses[i * ny + j] != 0 {
        let mass = masses[i * ny + j]
        let columns = max(-reach.y, -j)...min(reach.y, ny - 1 - j)
        for di in max(-reach.x, -i)...min(reach.x, nx - 1 - i) {
          let (row, target) = ((di + reach.x) * width + reach.y, (i + di) * ny + j)
          for dj in columns { sums[target + dj] += mass * kernel[row + dj] }
          guard hasEdge else { continue }
          for dj in columns where isNearEdge(i + di, j + dj) {
            let part = mass * kernel[row + dj]
            slopesX[target + dj] -= part * Double(di)
            slopesY[target + dj] -= part * Double(dj)
          }
        }
      }
    }
    guard hasEdge else { return sums }
    for i in 0..<nx {
      for j in 0..<ny where isNearEdge(i, j) && sums[i * ny + j] > 0 {
        let node = i * ny + j
        sums[node] = corrected(sums[node], slopesX[node], slopesY[node], moments(i, j))
      }
    }
    return sums
  }

  private func isNearEdge(_ i: Int, _ j: Int) -> Bool {
    (xAxis.isEdge.lower && i <= reach.x) || (xAxis.isEdge.upper && i >= xAxis.count - 1 - reach.x)
      || (yAxis.isEdge.lower && j <= reach.y)
      || (yAxis.isEdge.upper && j >= yAxis.count - 1 - reach.y)
  }

  /// The kernel's moments inside the grid: of 1, x, y, x², xy, y².
  private func moments(_ i: Int, _ j: Int) -> [Double] {
    var moments = [Double](repeating: 0, count: 6)
    for di in -reach.x...reach.x {
      let shareX = inside(i + di, xAxis.count, xAxis.isEdge)
      guard shareX > 0 else { continue }
      for dj in -reach.y...reach.y {
        let shareY = inside(j + dj, yAxis.count, yAxis.isEdge)
        guard shareY > 0 else { continue }
        let (u, v) = (Double(di), Double(dj))
        let weight = kernel[(di + reach.x) * (2 * reach.y + 1) + dj + reach.y] * shareX * shareY
        moments[0] += weight
        moments[1] += weight * u
        moments[2] += weight * v
        moments[3] += weight * u * u
        moments[4] += weight * u * v
        moments[5] += weight * v * v
      }
    }
    return moments
  }

  /// The part of a node's cell in which there may be draws; beyond an end that is not an edge there
  /// are none, but there might be.
  private func inside(_ node: Int, _ count: Int, _ isEdge: (lower: Bool, upper: Bool)) -> Double {
    if isEdge.lower, node <= 0 { return node == 0 ? 0.5 : 0 }
    if isEdge.upper, node >= count - 1 { return node == count - 1 ? 0.5 : 0 }
    return 1
  }

  /// The first element of M⁻¹ P with M the moments and P the sums, kept positive.
  private func corrected(
    _ sum: Double, _ slopeX: Double, _ slopeY: Double, _ m: [Double]
  ) -> Double {
    let plain = sum / m[0]
    let (a, b, c) = (
      m[3] * m[5] - m[4] * m[4], m[2] * m[4] - m[1] * m[5], m[1] * m[4] - m[2] * m[3]
    )
    let determinant = m[0] * a + m[1] * b + m[2] * c
    guard determinant > 0 else { return plain }
    let estimate = (a * sum + b * slopeX + c * slopeY) / determinant
    return plain * .exp(min(max(estimate / plain - 1, -20), 3))
  }
}
