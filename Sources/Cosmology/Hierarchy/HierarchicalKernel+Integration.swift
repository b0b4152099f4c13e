import RealModule

/// What normal parameters φ need to be integrated out of a hierarchical likelihood: zero point, mass step, means and drifts of
/// populations, and amplitudes of systematic errors, in which log L is quadratic.
extension HierarchicalKernel {
  /// The places of φ among the parameters, for a cell: zero point, mass step, the population's four, then systematic errors;
  /// nil for what there is not.
  private func normalPlaces(_ cell: SupernovaCell) -> [Int?] {
    let population = cell.population.map { parameters.populations[$0] }
    func place(_ value: Int?) -> Int? { value.flatMap { $0 < 0 ? nil : $0 } }
    return [
      parameters.zeroPoint, parameters.massStep, place(population?.shapeMean),
      place(population?.shapeDrift), place(population?.colorMean), place(population?.colorDrift),
    ] + parameters.systematics.map { $0 }
  }

  /// How ρ, dx and dc of a tile change with φ: −∂/∂φ of each.
  @inline(__always)
  private func design(
    _ index: Int, _ tile: SupernovaTile, _ tripp: TrippRegression, _ own: CellParameters,
    _ residual: UnsafeMutablePointer<Lanes>, _ shape: UnsafeMutablePointer<Lanes>,
    _ color: UnsafeMutablePointer<Lanes>
  ) {
    let (kx, kc, u) = (tripp.kx, tripp.kc, tile.place)
    (residual[0], shape[0], color[0]) = (.one, .zero, .zero)
    (residual[1], shape[1], color[1]) = (tile.massive, .zero, .zero)
    (residual[2], shape[2], color[2]) = (-kx, .one, .zero)
    (residual[3], shape[3], color[3]) = (-kx * u, u, .zero)
    (residual[4], shape[4], color[4]) = (-kc, .zero, .one)
    (residual[5], shape[5], color[5]) = (-kc * u, .zero, u)
    let count = parameters.systematics.count
    for i in 0..<count {
      let shift = shifts[index * count + i]
      residual[6 + i] =
        shift.magnitude + (own.alpha - kx) * shift.shape - (own.beta + kc) * shift.color
      shape[6 + i] = shift.shape
      color[6 + i] = shift.color
    }
  }

  /// Adds −∂² log L/∂φ² to a matrix.
  ///
  /// - Parameters:
  ///   - values: the parameters.
  ///   - rows: the row of each parameter in the matrix; −1 for those that are not integrated.
  ///   - size: the number of rows.
  ///   - matrix: size × size, of which only the lower triangle is added to.
  func addInformation(
    _ values: UnsafePointer<Double>, rows: [Int], size: Int,
    to matrix: UnsafeMutablePointer<Double>
  ) {
    let count = 6 + parameters.systematics.count
    let pairs = count * (count + 1) / 2
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 3 * count + pairs) { lanes in
      guard let residual = lanes.baseAddress else { return }
      let (shape, color, sums) = (
        residual + count, residual + 2 * count, residual + 3 * count
      )
      for cell in cells {
        let own = CellParameters(cell, parameters, values, standardises: standardises)
        for pair in 0..<pairs { sums[pair] = .zero }
        for index in cell.tiles {
          let tile = tiles[index]
          let tripp = TrippRegression(tile, own)
          design(index, tile, tripp, own, residual, shape, color)
          let weight = tile.weight / tripp.variance
          let (xx, xc, cc) = precision(tile, tripp)
          var pair = 0
          for i in 0..<count {
            let scaled = weight * residual[i]
            let (sx, sc) = (
              xx * shape[i] + xc * color[i], xc * shape[i] + cc * color[i]
            )
            for j in 0...i {
              sums[pair] += scaled * residual[j] + sx * shape[j] + sc * color[j]
              pair += 1
            }
          }
        }
        var pair = 0
        let places = normalPlaces(cell)
        for i in 0..<count {
          let row = places[i].map { rows[$0] } ?? -1
          for j in 0...i {
            let column = places[j].map { rows[$0] } ?? -1
            if row >= 0, column >= 0 {
              matrix[max(row, column) * size + min(row, column)] += sums[pair].sum()
            }
            pair += 1
          }
        }
      }
    }
  }

  /// The weighted inverse covariance of observed shape and colour; none where magnitudes are standardised already.
  @inline(__always)
  private func precision(
    _ tile: SupernovaTile, _ tripp: TrippRegression
  ) -> (xx: Lanes, xc: Lanes, cc: Lanes) {
    guard standardises else { return (.zero, .zero, .zero) }
    let scale = tile.weight * tripp.inverse
    return (scale * tripp.b, -scale * tripp.e, scale * tripp.a)
  }

  /// Adds the gradient of −½ log det Λ, with Λ the matrix of `addInformation` and what priors add to it: −½ tr(Λ⁻¹ ∂Λ/∂θ).
  ///
  /// - Parameters:
  ///   - values: the parameters.
  ///   - rows: the row of each parameter in the matrix; −1 for those that are not integrated.
  ///   - size: the number of rows.
  ///   - covariance: Λ⁻¹, size × size.
  ///   - gradient: one element for each parameter, added to.
  func addTrace(
    _ values: UnsafePointer<Double>, rows: [Int], size: Int,
    covariance: UnsafePointer<Double>, to gradient: UnsafeMutablePointer<Double>
  ) {
    let count = 6 + parameters.systematics.count
    withUnsafeTemporaryAllocation(of: Double.self, capacity: count * count) { local in
      withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 3 * count) { lanes in
        guard let residual = lanes.baseAddress, let c = local.baseAddress else { return }
        let (shape, color) = (residual + count, residual + 2 * count)
        for cell in cells {
          let own = CellParameters(cell, parameters, values, standardises: standardises)
          let places = normalPlaces(cell).map { $0.map { rows[$0] } ?? -1 }
          for i in 0..<count {
            for j in 0..<count {
              let isKnown = places[i] < 0 || places[j] < 0
              c[i * count + j] = isKnown ? 0 : covariance[places[i] * size + places[j]]
            }
          }
          var slopes = CellSlopes()
          for index in cell.tiles {
            let tile = tiles[index]
            let tripp = TrippRegression(tile, own)
            design(index, tile, tripp, own, residual, shape, color)
            slopes.add(traceSlopes(index, tile, tripp, own, c, residual, shape, color), tile)
          }
          slopes.add(to: gradient, cell, own, parameters)
        }
      }
    }
  }

  /// −½ times the derivatives of tr(Λ⁻¹ Λᵢ) = jᵀ Λ⁻¹ j / v + tr(G Q), Q the covariance of the means of dx and dc, and G the
  /// inverse of [a e; e b].
  @inline(__always)
  private func traceSlopes(
    _ index: Int, _ tile: SupernovaTile, _ tripp: TrippRegression, _ own: CellParameters,
    _ covariance: UnsafePointer<Double>, _ residual: UnsafePointer<Lanes>,
    _ shape: UnsafePointer<Lanes>, _ color: UnsafePointer<Lanes>
  ) -> CellSlopes {
    let count = 6 + parameters.systematics.count
    // Quadratic forms of the three rows of the design.
    var (jj, jx, jc) = (Lanes.zero, Lanes.zero, Lanes.zero)
    var (qxx, qxc, qcc) = (Lanes.zero, Lanes.zero, Lanes.zero)
    // Those of the residual's row with what multiplies α and −β in it.
    var (inAlpha, inBeta) = (Lanes.zero, Lanes.zero)
    let systematics = parameters.systematics.count
    for i in 0..<count {
      var (sj, sx, sc) = (Lanes.zero, Lanes.zero, Lanes.zero)
      for k in 0..<count {
        let element = covariance[i * count + k]
        sj += element * residual[k]
        sx += element * shape[k]
        sc += element * color[k]
      }
      jj += residual[i] * sj
      jx += shape[i] * sj
      jc += color[i] * sj
      qxx += shape[i] * sx
      qxc += shape[i] * sc
      qcc += color[i] * sc
      if i >= 6 {
        let shift = shifts[index * systematics + i - 6]
        inAlpha += shift.shape * sj
        inBeta += shift.color * sj
      }
    }
    var one = CellSlopes()
    let inverseVariance = 1 / tripp.variance
    // ∂t/∂v, ∂t/∂kx and ∂t/∂kc: the rows of the design in the residual are those of shape and colour times −k.
    let inVariance = -jj * inverseVariance * inverseVariance
    one.scatter = -0.5 * inVariance
    guard standardises else { return one }
    let (inShape, inColor) = (-2 * jx * inverseVariance, -2 * jc * inverseVariance)
    let (a, b, e, inverse) = (tripp.a, tripp.b, tripp.e, tripp.inverse)
    let (kx, kc) = (tripp.kx, tripp.kc)
    let trace = (b * qxx - 2 * e * qxc + a * qcc) * inverse
    let inA = (qcc - b * trace) * inverse
    let inB = (qxx - a * trace) * inverse
    let (xx, cc) = (tile.shapeVariance, tile.colorVariance)
    // dk/dα and dk/dβ.
    let shapeInAlpha = (b * xx - e * e) * inverse
    let colorInAlpha = e * (a - xx) * inverse
    let shapeInBeta = e * (cc - b) * inverse
    let colorInBeta = (e * e - a * cc) * inverse
    var alphaSlope = 2 * inVariance * tripp.alphaChange + 2 * inAlpha * inverseVariance
    alphaSlope += inShape * shapeInAlpha + inColor * colorInAlpha
    var betaSlope = -2 * inVariance * tripp.betaChange - 2 * inBeta * inverseVariance
    betaSlope += inShape * shapeInBeta + inColor * colorInBeta
    one.alpha = -0.5 * alphaSlope
    one.beta = -0.5 * betaSlope
    let alongShape = (inColor * e - inShape * b) * inverse
    let alongColor = (inShape * e - inColor * a) * inverse
    one.shapeVariance = -0.5 * (inA + kx * (inVariance * kx + alongShape))
    one.colorVariance = -0.5 * (inB + kc * (inVariance * kc + alongColor))
    return one
  }
}
