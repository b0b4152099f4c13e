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

  /// Writes −∂ρ/∂φ of a tile. Those of dx and dc are (0, 0, 1, u, 0, 0) and (0, 0, 0, 0, 1, u), and behind them the shifts
  /// of systematic errors.
  @inline(__always)
  private func writeDesign(
    _ index: Int, _ tile: SupernovaTile, _ tripp: TrippRegression, _ own: CellParameters,
    _ residual: UnsafeMutablePointer<Lanes>
  ) {
    let (kx, kc, u) = (tripp.kx, tripp.kc, tile.place)
    (residual[0], residual[1]) = (.one, tile.massive)
    (residual[2], residual[3]) = (-kx, -kx * u)
    (residual[4], residual[5]) = (-kc, -kc * u)
    let count = parameters.systematics.count
    for i in 0..<count {
      let shift = shifts[index * count + i]
      residual[6 + i] =
        shift.magnitude + (own.alpha - kx) * shift.shape - (own.beta + kc) * shift.color
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
    let systematics = parameters.systematics.count
    let count = 6 + systematics
    let pairs = count * (count + 1) / 2
    withUnsafeTemporaryAllocation(of: Lanes.self, capacity: count + pairs) { lanes in
      guard let residual = lanes.baseAddress else { return }
      let sums = residual + count
      for cell in cells {
        let own = CellParameters(cell, parameters, values, standardises: standardises)
        for pair in 0..<pairs { sums[pair] = .zero }
        for index in cell.tiles {
          let tile = tiles[index]
          let tripp = TrippRegression(tile, own)
          writeDesign(index, tile, tripp, own, residual)
          let weight = tile.weight / tripp.variance
          var pair = 0
          for i in 0..<count {
            let scaled = weight * residual[i]
            for j in 0...i {
              sums[pair] += scaled * residual[j]
              pair += 1
            }
          }
          guard standardises else { continue }
          let (xx, xc, cc) = precision(tile, tripp)
          addShapes(xx, xc, cc, tile.place, to: sums)
          var row = sums + 21
          for i in 0..<systematics {
            let shift = shifts[index * systematics + i]
            let (sx, sc) = (
              xx * shift.shape + xc * shift.color, xc * shift.shape + cc * shift.color
            )
            row[2] += sx
            row[3] += sx * tile.place
            row[4] += sc
            row[5] += sc * tile.place
            for j in 0...i {
              let other = shifts[index * systematics + j]
              row[6 + j] += sx * other.shape + sc * other.color
            }
            row += 7 + i
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

  /// Adds what observed shapes and colours tell of the means and drifts of their population: rows 2 to 5 of the triangle.
  @inline(__always)
  private func addShapes(
    _ xx: Lanes, _ xc: Lanes, _ cc: Lanes, _ u: Lanes, to sums: UnsafeMutablePointer<Lanes>
  ) {
    let square = u * u
    sums[5] += xx
    sums[8] += xx * u
    sums[9] += xx * square
    sums[12] += xc
    sums[13] += xc * u
    sums[14] += cc
    sums[17] += xc * u
    sums[18] += xc * square
    sums[19] += cc * u
    sums[20] += cc * square
  }

  /// The weighted inverse covariance of observed shape and colour.
  @inline(__always)
  private func precision(
    _ tile: SupernovaTile, _ tripp: TrippRegression
  ) -> (xx: Lanes, xc: Lanes, cc: Lanes) {
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
      withUnsafeTemporaryAllocation(of: Lanes.self, capacity: 2 * count) { lanes in
        guard let residual = lanes.baseAddress, let c = local.baseAddress else { return }
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
            writeDesign(index, tile, tripp, own, residual)
            slopes.add(traceSlopes(index, tile, tripp, c, residual, residual + count), tile)
          }
          slopes.add(to: gradient, cell, own, parameters)
        }
      }
    }
  }

  /// −½ times the derivatives of tr(Λ⁻¹ Λᵢ) = jᵀ Λ⁻¹ j / v + tr(G Q), Q the covariance of the means of dx and dc, and G the
  /// inverse of [a e; e b].
  ///
  /// - Parameters:
  ///   - covariance: Λ⁻¹ for the parameters of the cell.
  ///   - residual: what `writeDesign` wrote.
  ///   - product: as many elements, overwritten with Λ⁻¹ j.
  @inline(__always)
  private func traceSlopes(
    _ index: Int, _ tile: SupernovaTile, _ tripp: TrippRegression,
    _ covariance: UnsafePointer<Double>, _ residual: UnsafePointer<Lanes>,
    _ product: UnsafeMutablePointer<Lanes>
  ) -> CellSlopes {
    let systematics = parameters.systematics.count
    let count = 6 + systematics
    var jj = Lanes.zero
    for i in 0..<count {
      let row = covariance + i * count
      var sum = row[0] * residual[0]
      for k in 1..<count { sum += row[k] * residual[k] }
      product[i] = sum
      jj += residual[i] * sum
    }
    // jᵀ Λ⁻¹ with the rows of dx and dc, and these with each other.
    let u = tile.place
    var jx = product[2] + u * product[3]
    var jc = product[4] + u * product[5]
    func form(_ i: Int, _ j: Int) -> Lanes {
      let (first, second) = (covariance + i * count, covariance + (i + 1) * count)
      return first[j] + u * (first[j + 1] + second[j]) + (u * u) * second[j + 1]
    }
    var (qxx, qxc, qcc) = (form(2, 2), form(2, 4), form(4, 4))
    // Those of the residual's row with what multiplies α and −β in it.
    var (inAlpha, inBeta) = (Lanes.zero, Lanes.zero)
    for i in 0..<systematics {
      let shift = shifts[index * systematics + i]
      let row = covariance + (6 + i) * count
      inAlpha += shift.shape * product[6 + i]
      inBeta += shift.color * product[6 + i]
      let (withShape, withColor) = (row[2] + u * row[3], row[4] + u * row[5])
      qxx += 2 * shift.shape * withShape
      qxc += shift.shape * withColor + shift.color * withShape
      qcc += 2 * shift.color * withColor
      var (sx, sc) = (Lanes.zero, Lanes.zero)
      for k in 0..<systematics {
        let other = shifts[index * systematics + k]
        sx += row[6 + k] * other.shape
        sc += row[6 + k] * other.color
      }
      qxx += shift.shape * sx
      qxc += shift.shape * sc
      qcc += shift.color * sc
    }
    jx += inAlpha
    jc += inBeta
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
