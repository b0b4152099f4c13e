import Inference
import RealModule

/// log L of supernovae whose true shapes, colours and absolute magnitudes are integrated out, given 5 log₁₀(D/u)
/// of each: the loop over supernovae.
///
/// With the 3 × 3 covariance S of (m, x̂, ĉ), a = xx + R_x², b = cc + R_c², e = xc, p = mx + α xx − β xc,
/// q = mc + α xc − β cc, and k the coefficients of the regression of the Tripp residual on x̂ and ĉ,
/// ρ = m + α x̂ − β ĉ − μ − M − ΔM g − kₓ dx − k_c dc has the variance v = σ² + s − kₓ p − k_c q, and
/// log L = Σ log p(ρ; v) − ½ log det − ½ (b dx² − 2e dx dc + a dc²)/det − log 2π, det = ab − e².
struct HierarchicalKernel: Sendable {
  typealias Lanes = SIMD8<Double>

  let parameters: HierarchicalParameters
  let cells: [SupernovaCell]
  let tiles: [SupernovaTile]
  /// Shifts of magnitude, shape and colour for each tile and systematic error.
  let shifts: [(magnitude: Lanes, shape: Lanes, color: Lanes)]
  let noise: HierarchicalModel.Noise
  let standardises: Bool

  /// The log-likelihood, whose derivatives are added to a gradient.
  ///
  /// - Parameters:
  ///   - values: the parameters.
  ///   - curve: 5 log₁₀(D/u), one element for each tile; overwritten with the derivatives.
  ///   - gradient: one element for each parameter, added to.
  func logLikelihood(
    _ values: UnsafePointer<Double>, _ curve: UnsafeMutablePointer<Lanes>,
    _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    withNoise(values, HierarchicalSum(self, values, curve, gradient))
  }

  /// χ² of residuals, 1 on average for each whatever the noise.
  ///
  /// - Parameters:
  ///   - values: the parameters.
  ///   - residuals: ρ and v of each supernova, with its probability to be of type Ia.
  func chiSquared(
    _ values: UnsafePointer<Double>,
    _ residuals: [(residual: Double, variance: Double, probability: Double)]
  ) -> Double {
    withNoise(values, ChiSquaredSum(residuals: residuals))
  }

  /// Uses the distribution of residuals by its own type, for which loops are compiled.
  private func withNoise(_ values: UnsafePointer<Double>, _ use: some NoiseUse) -> Double {
    let place = parameters.noise ?? 0
    switch noise {
    case .normal: return contaminated(NormalNoise(), values, use)
    case .student:
      let student = StudentNoise(
        place: place, parameters: values, selects: !parameters.limits.isEmpty)
      return contaminated(student, values, use)
    case .outliers:
      let outliers = MixtureNoise(
        NormalNoise(), .outliers(fraction: place), parameters: values)
      return contaminated(outliers, values, use)
    }
  }

  private func contaminated(
    _ noise: some ResidualNoise, _ values: UnsafePointer<Double>, _ use: some NoiseUse
  ) -> Double {
    guard let (offset, scatter, shift) = parameters.contaminants else {
      return use.value(of: noise)
    }
    return use.value(
      of: MixtureNoise(
        noise, .contaminants(offset: offset, scatter: scatter, shift: shift), parameters: values))
  }

  fileprivate func sum<Noise: ResidualNoise>(
    _ noise: Noise, _ values: UnsafePointer<Double>, _ curve: UnsafeMutablePointer<Lanes>,
    _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    var noise = noise
    var total = 0.0
    for cell in cells {
      let own = CellParameters(cell, parameters, values, standardises: standardises)
      var slopes = CellSlopes()
      total +=
        standardises
        ? standardised(cell, own, &slopes, &noise, values, curve, gradient)
        : plain(cell, own, &slopes, &noise, values, curve, gradient)
      slopes.add(to: gradient, cell, own, parameters)
    }
    noise.write(to: gradient)
    return total
  }

  /// A cell of light curves.
  private func standardised<Noise: ResidualNoise>(
    _ cell: SupernovaCell, _ own: CellParameters, _ slopes: inout CellSlopes,
    _ noise: inout Noise, _ values: UnsafePointer<Double>, _ curve: UnsafeMutablePointer<Lanes>,
    _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    let (alpha, beta) = (own.alpha, own.beta)
    var sum = Lanes.zero
    tiles.withUnsafeBufferPointer { tiles in
      for index in cell.tiles {
        let tile = tiles[index]
        let shift = shift(of: index, values)
        let magnitude = tile.magnitude - shift.magnitude
        let shape = tile.shape - shift.shape
        let color = tile.color - shift.color
        let tripp = TrippRegression(tile, own)
        let (a, b, e, inverse) = (tripp.a, tripp.b, tripp.e, tripp.inverse)
        let (kx, kc) = (tripp.kx, tripp.kc)
        let shapeThere = own.shapeMean + own.shapeDrift * tile.place
        let colorThere = own.colorMean + own.colorDrift * tile.place
        let dx = shape - shapeThere
        let dc = color - colorThere
        let ux = (b * dx - e * dc) * inverse
        let uc = (a * dc - e * dx) * inverse
        let mean = curve[index] + own.zeroPoint + own.massStep * tile.massive
        let tripped = magnitude + alpha * shape - beta * color - mean
        let residual = tripped - kx * dx - kc * dc

        let density = noise.density(residual, tripp.variance, share: tile.probability)
        noise.accumulate(tile.weight)
        let (w, h) = (density.pull, density.slope)
        let quadratic = dx * ux + dc * uc
        var value = density.value + 0.5 * (Lanes.log(inverse) - quadratic)

        var one = CellSlopes()
        one.zeroPoint = w
        one.alpha =
          2 * h * tripp.alphaChange - w * (shape - tile.shapeVariance * ux - e * uc)
        one.beta = w * (color - e * ux - tile.colorVariance * uc) - 2 * h * tripp.betaChange
        one.scatter = h
        one.shapeMean = ux - w * kx
        one.colorMean = uc - w * kc
        one.shapeVariance = 0.5 * (ux * ux - b * inverse) + kx * (h * kx - w * ux)
        one.colorVariance = 0.5 * (uc * uc - a * inverse) + kc * (h * kc - w * uc)
        var calibration = w

        if let limit = own.limit {
          let expected = mean - alpha * shapeThere + beta * colorThere
          let whole =
            tile.magnitudeVariance + own.scatterVariance + alpha * alpha * own.shapeVariance
            + beta * beta * own.colorVariance
          // What is selected on is the observed magnitude, with errors of its calibration.
          let part = noise.detection(
            limit - tile.zeroPoint - shift.magnitude - expected, tripp.variance,
            other: whole - tripp.variance + own.limitWidth * own.limitWidth,
            share: tile.probability)
          noise.accumulate(-tile.weight)
          value += one.select(tile, own, limit, part.value, part.marginSlope, part.otherSlope)
          let residualSlope = part.slope - part.otherSlope
          one.scatter -= part.slope
          one.shapeMean -= part.marginSlope * alpha
          one.colorMean += part.marginSlope * beta
          one.alpha -= part.marginSlope * shapeThere
          one.alpha -= 2 * alpha * own.shapeVariance * part.otherSlope
          one.alpha -= 2 * residualSlope * tripp.alphaChange
          one.beta += part.marginSlope * colorThere
          one.beta -= 2 * beta * own.colorVariance * part.otherSlope
          one.beta += 2 * residualSlope * tripp.betaChange
          one.shapeVariance -= part.otherSlope * (alpha * alpha) + residualSlope * kx * kx
          one.colorVariance -= part.otherSlope * (beta * beta) + residualSlope * kc * kc
          calibration += part.marginSlope
        }
        addShiftSlopes(
          index, tile.weight, calibration, w * (alpha - kx) + ux, uc - w * (beta + kc), gradient)
        sum += tile.weight * value
        curve[index] = tile.weight * one.zeroPoint
        slopes.add(one, tile)
      }
    }
    return sum.sum()
  }

  /// A cell of magnitudes that are standardised already: ρ = m − μ − M − ΔM g, v = σ² + mm.
  private func plain<Noise: ResidualNoise>(
    _ cell: SupernovaCell, _ own: CellParameters, _ slopes: inout CellSlopes,
    _ noise: inout Noise, _ values: UnsafePointer<Double>, _ curve: UnsafeMutablePointer<Lanes>,
    _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    var sum = Lanes.zero
    tiles.withUnsafeBufferPointer { tiles in
      for index in cell.tiles {
        let tile = tiles[index]
        let shift = shift(of: index, values).magnitude
        let mean = curve[index] + own.zeroPoint + own.massStep * tile.massive
        let variance = tile.magnitudeVariance + own.scatterVariance
        let density = noise.density(
          tile.magnitude - shift - mean, variance, share: tile.probability)
        noise.accumulate(tile.weight)
        var value = density.value
        var one = CellSlopes()
        (one.zeroPoint, one.scatter) = (density.pull, density.slope)
        if let limit = own.limit {
          let part = noise.detection(
            limit - tile.zeroPoint - shift - mean, variance,
            other: Lanes(repeating: own.limitWidth * own.limitWidth), share: tile.probability)
          noise.accumulate(-tile.weight)
          value += one.select(tile, own, limit, part.value, part.marginSlope, part.otherSlope)
          one.scatter -= part.slope
        }
        addShiftSlopes(index, tile.weight, one.zeroPoint, .zero, .zero, gradient)
        sum += tile.weight * value
        curve[index] = tile.weight * one.zeroPoint
        slopes.add(one, tile)
      }
    }
    return sum.sum()
  }

  /// What systematic errors add to the supernovae of a tile.
  @inline(__always)
  private func shift(
    of tile: Int, _ values: UnsafePointer<Double>
  ) -> (magnitude: Lanes, shape: Lanes, color: Lanes) {
    var sum = (magnitude: Lanes.zero, shape: Lanes.zero, color: Lanes.zero)
    let count = parameters.systematics.count
    for i in 0..<count {
      let amplitude = values[parameters.systematics[i]]
      let one = shifts[tile * count + i]
      sum.magnitude += amplitude * one.magnitude
      sum.shape += amplitude * one.shape
      sum.color += amplitude * one.color
    }
    return sum
  }

  /// Adds the derivatives in the amplitudes of systematic errors, by those in observed magnitude, shape and colour.
  @inline(__always)
  private func addShiftSlopes(
    _ tile: Int, _ weight: Lanes, _ magnitude: Lanes, _ shape: Lanes, _ color: Lanes,
    _ gradient: UnsafeMutablePointer<Double>
  ) {
    let count = parameters.systematics.count
    for i in 0..<count {
      let one = shifts[tile * count + i]
      let slope = magnitude * one.magnitude + shape * one.shape + color * one.color
      gradient[parameters.systematics[i]] += (weight * slope).sum()
    }
  }
}

/// What is computed with a distribution of residuals.
private protocol NoiseUse {
  func value(of noise: some ResidualNoise) -> Double
}

/// log L, whose derivatives are added to a gradient.
private struct HierarchicalSum: NoiseUse {
  private let kernel: HierarchicalKernel
  private let values: UnsafePointer<Double>
  private let curve: UnsafeMutablePointer<SIMD8<Double>>
  private let gradient: UnsafeMutablePointer<Double>

  init(
    _ kernel: HierarchicalKernel, _ values: UnsafePointer<Double>,
    _ curve: UnsafeMutablePointer<SIMD8<Double>>, _ gradient: UnsafeMutablePointer<Double>
  ) {
    (self.kernel, self.values, self.curve, self.gradient) = (kernel, values, curve, gradient)
  }

  func value(of noise: some ResidualNoise) -> Double {
    kernel.sum(noise, values, curve, gradient)
  }
}

/// χ² of residuals.
private struct ChiSquaredSum: NoiseUse {
  let residuals: [(residual: Double, variance: Double, probability: Double)]

  func value(of noise: some ResidualNoise) -> Double {
    typealias Lanes = SIMD8<Double>
    var noise = noise
    return residuals.reduce(0) { total, one in
      let lanes = noise.chiSquared(
        Lanes(repeating: one.residual), Lanes(repeating: one.variance),
        share: Lanes(repeating: one.probability))
      return total + lanes[0]
    }
  }
}

extension CellSlopes {
  /// Adds the derivatives of a tile, of which those of means, and of what they depend on, follow from one each.
  @inline(__always)
  mutating func add(_ one: CellSlopes, _ tile: SupernovaTile) {
    let weight = tile.weight
    let weighted = weight * one.zeroPoint
    zeroPoint += weighted
    massStep += weighted * tile.massive
    alpha += weight * one.alpha
    beta += weight * one.beta
    scatter += weight * one.scatter
    let (shape, color) = (weight * one.shapeMean, weight * one.colorMean)
    shapeMean += shape
    shapeDrift += shape * tile.place
    shapeVariance += weight * one.shapeVariance
    colorMean += color
    colorDrift += color * tile.place
    colorVariance += weight * one.colorVariance
    limit += weight * one.limit
    limitWidth += weight * one.limitWidth
  }

  /// Adds what selection does to the derivatives in magnitude and limit.
  ///
  /// - Parameters:
  ///   - logProbability: that of being found, whatever the magnitude.
  ///   - marginSlope: its derivative in the distance of the limit.
  ///   - varianceSlope: its derivative in the square of the limit's width.
  /// - Returns: log Φ((m_lim − m)/s) minus that probability.
  @inline(__always)
  mutating func select(
    _ tile: SupernovaTile, _ own: CellParameters, _ limit: Double, _ logProbability: Lanes,
    _ marginSlope: Lanes, _ varianceSlope: Lanes
  ) -> Lanes {
    let place = (limit - tile.zeroPoint - tile.magnitude) / own.limitWidth
    let seen = Lanes.normalProbability(below: place)
    let step = seen.hazard / own.limitWidth
    zeroPoint += marginSlope
    self.limit = step - marginSlope
    limitWidth = -(step * place + varianceSlope * (2 * own.limitWidth))
    return seen.logarithm - logProbability
  }
}
