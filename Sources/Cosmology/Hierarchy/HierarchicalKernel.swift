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
  var tiles: [SupernovaTile]
  /// Shifts of magnitude, shape and colour for each tile and systematic error.
  let shifts: [(magnitude: Lanes, shape: Lanes, color: Lanes)]
  let noise: HierarchicalModel.Noise
  let standardises: Bool
  /// The number of supernovae.
  let count: Int

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
    let selects = !parameters.limits.isEmpty
    switch noise {
    case .normal: return contaminated(NormalNoise(), values, curve, gradient)
    case .student:
      let student = StudentNoise(
        place: parameters.noise ?? 0, parameters: values, selects: selects)
      return contaminated(student, values, curve, gradient)
    case .outliers:
      let outliers = MixtureNoise(
        NormalNoise(), .outliers(fraction: parameters.noise ?? 0), parameters: values)
      return contaminated(outliers, values, curve, gradient)
    }
  }

  private func contaminated<Noise: ResidualNoise>(
    _ noise: Noise, _ values: UnsafePointer<Double>, _ curve: UnsafeMutablePointer<Lanes>,
    _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    guard let (offset, scatter, shift) = parameters.contaminants else {
      return sum(noise, values, curve, gradient)
    }
    let mixture = MixtureNoise(
      noise, .contaminants(offset: offset, scatter: scatter, shift: shift), parameters: values)
    return sum(mixture, values, curve, gradient)
  }

  private func sum<Noise: ResidualNoise>(
    _ noise: Noise, _ values: UnsafePointer<Double>, _ curve: UnsafeMutablePointer<Lanes>,
    _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    var noise = noise
    var total = 0.0
    for cell in cells {
      total +=
        standardises
        ? standardised(cell, &noise, values, curve, gradient)
        : plain(cell, &noise, values, curve, gradient)
    }
    noise.write(to: gradient)
    return total
  }

  /// A cell of light curves.
  private func standardised<Noise: ResidualNoise>(
    _ cell: SupernovaCell, _ noise: inout Noise, _ values: UnsafePointer<Double>,
    _ curve: UnsafeMutablePointer<Lanes>, _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    let place = parameters.populations[cell.population ?? 0]
    let (alpha, beta) = (values[parameters.alpha], values[parameters.beta])
    let zeroPoint = values[parameters.zeroPoint]
    let massStep = parameters.massStep.map { values[$0] } ?? 0
    let scatter = cell.scatter.map { values[parameters.scatters[$0]] } ?? 0
    let shapeMean = values[place.shapeMean]
    let shapeDrift = place.shapeDrift < 0 ? 0 : values[place.shapeDrift]
    let shapeDeviation = values[place.shapeDeviation]
    let colorMean = values[place.colorMean]
    let colorDrift = place.colorDrift < 0 ? 0 : values[place.colorDrift]
    let colorDeviation = values[place.colorDeviation]
    let (scatterVariance, shapeVariance, colorVariance) = (
      scatter * scatter, shapeDeviation * shapeDeviation, colorDeviation * colorDeviation
    )
    let limit = cell.limit.map { values[parameters.limits[$0]] }
    let limitWidth = parameters.limitWidth.map { values[$0] } ?? 1
    let systematics = parameters.systematics

    var sums = StandardisedSums()
    var limitSums = (limit: Lanes.zero, width: Lanes.zero)
    tiles.withUnsafeBufferPointer { tiles in
      for index in cell.tiles {
        let tile = tiles[index]
        var (magnitude, shape, color) = (tile.magnitude, tile.shape, tile.color)
        for (i, systematic) in systematics.enumerated() {
          let shift = shifts[index * systematics.count + i]
          let amplitude = values[systematic]
          magnitude -= amplitude * shift.magnitude
          shape -= amplitude * shift.shape
          color -= amplitude * shift.color
        }
        let (xx, cc, e) = (tile.shapeVariance, tile.colorVariance, tile.shapeColor)
        let (mx, mc) = (tile.magnitudeShape, tile.magnitudeColor)
        let a = xx + shapeVariance
        let b = cc + colorVariance
        let determinant = a * b - e * e
        let inverse = 1 / determinant
        let dx = shape - (shapeMean + shapeDrift * tile.place)
        let dc = color - (colorMean + colorDrift * tile.place)
        let p = mx + alpha * xx - beta * e
        let q = mc + alpha * e - beta * cc
        let kx = (b * p - e * q) * inverse
        let kc = (a * q - e * p) * inverse
        let ux = (b * dx - e * dc) * inverse
        let uc = (a * dc - e * dx) * inverse
        let own =
          tile.magnitudeVariance + alpha * (p + mx) - beta * (q + mc)
        let variance = scatterVariance + own - kx * p - kc * q
        let mean = curve[index] + zeroPoint + massStep * tile.massive
        let residual = magnitude + alpha * shape - beta * color - mean - kx * dx - kc * dc

        let density = noise.density(residual, variance, share: tile.probability)
        noise.accumulate(tile.weight)
        let w = density.pull
        let h = density.slope
        sums.value +=
          tile.weight * (density.value - 0.5 * (Lanes.log(determinant) + (dx * ux + dc * uc)))

        var magnitudeSlope = w
        // ½ ∂v/∂α and −½ ∂v/∂β.
        let alphaChange = p - kx * xx - kc * e
        let betaChange = q - kx * e - kc * cc
        var alphaSlope = 2 * h * alphaChange - w * (shape - xx * ux - e * uc)
        var betaSlope = w * (color - e * ux - cc * uc) - 2 * h * betaChange
        var scatterSlope = h
        var shapeSlope = ux - w * kx
        var colorSlope = uc - w * kc
        var shapeVarianceSlope =
          0.5 * (ux * ux - b * inverse) + kx * (h * kx - w * ux)
        var colorVarianceSlope =
          0.5 * (uc * uc - a * inverse) + kc * (h * kc - w * uc)

        if let limit {
          // Observed magnitudes are selected on, and shifted by errors of the calibration as well.
          let (shapeThere, colorThere) = (
            shapeMean + shapeDrift * tile.place, colorMean + colorDrift * tile.place
          )
          let expected = mean - alpha * shapeThere + beta * colorThere
          let whole =
            tile.magnitudeVariance + scatterVariance + alpha * alpha * shapeVariance
            + beta * beta * colorVariance
          let other = whole - variance + limitWidth * limitWidth
          let margin = limit - tile.zeroPoint - (tile.magnitude - magnitude) - expected
          let part = noise.detection(margin, variance, other: other, share: tile.probability)
          noise.accumulate(-tile.weight)
          let seen = Lanes.normalProbability(
            below: (limit - tile.zeroPoint - tile.magnitude) / limitWidth)
          sums.value += tile.weight * (seen.logarithm - part.value)

          // The variance of the residual itself changes what is left for the other.
          let residualSlope = part.slope - part.otherSlope
          magnitudeSlope += part.marginSlope
          scatterSlope -= part.slope
          shapeSlope -= part.marginSlope * alpha
          colorSlope += part.marginSlope * beta
          alphaSlope -= part.marginSlope * shapeThere
          alphaSlope -= 2 * alpha * shapeVariance * part.otherSlope
          alphaSlope -= 2 * residualSlope * alphaChange
          betaSlope += part.marginSlope * colorThere
          betaSlope -= 2 * beta * colorVariance * part.otherSlope
          betaSlope += 2 * residualSlope * betaChange
          shapeVarianceSlope -= part.otherSlope * (alpha * alpha) + residualSlope * kx * kx
          colorVarianceSlope -= part.otherSlope * (beta * beta) + residualSlope * kc * kc
          let step = seen.hazard / limitWidth
          limitSums.limit += tile.weight * (step - part.marginSlope)
          limitSums.width -=
            tile.weight
            * (step * (limit - tile.zeroPoint - tile.magnitude) / limitWidth
              + part.otherSlope * (2 * limitWidth))
          // A shift of calibration moves the margin, which the observed magnitude does not know of.
          for (i, systematic) in systematics.enumerated() {
            let shift = shifts[index * systematics.count + i].magnitude
            gradient[systematic] += (tile.weight * part.marginSlope * shift).sum()
          }
        }
        for (i, systematic) in systematics.enumerated() {
          let shift = shifts[index * systematics.count + i]
          let slope =
            w * (shift.magnitude + (alpha - kx) * shift.shape - (beta + kc) * shift.color)
            + ux * shift.shape + uc * shift.color
          gradient[systematic] += (tile.weight * slope).sum()
        }
        let weighted = tile.weight * magnitudeSlope
        curve[index] = weighted
        sums.zeroPoint += weighted
        sums.massStep += weighted * tile.massive
        sums.alpha += tile.weight * alphaSlope
        sums.beta += tile.weight * betaSlope
        sums.scatter += tile.weight * scatterSlope
        sums.shapeMean += tile.weight * shapeSlope
        sums.shapeDrift += tile.weight * shapeSlope * tile.place
        sums.shapeVariance += tile.weight * shapeVarianceSlope
        sums.colorMean += tile.weight * colorSlope
        sums.colorDrift += tile.weight * colorSlope * tile.place
        sums.colorVariance += tile.weight * colorVarianceSlope
      }
    }

    gradient[parameters.alpha] += sums.alpha.sum()
    gradient[parameters.beta] += sums.beta.sum()
    gradient[parameters.zeroPoint] += sums.zeroPoint.sum()
    if let place = parameters.massStep { gradient[place] += sums.massStep.sum() }
    if let scatterPlace = cell.scatter {
      gradient[parameters.scatters[scatterPlace]] += 2 * scatter * sums.scatter.sum()
    }
    gradient[place.shapeMean] += sums.shapeMean.sum()
    gradient[place.colorMean] += sums.colorMean.sum()
    if place.shapeDrift >= 0 { gradient[place.shapeDrift] += sums.shapeDrift.sum() }
    if place.colorDrift >= 0 { gradient[place.colorDrift] += sums.colorDrift.sum() }
    gradient[place.shapeDeviation] += 2 * shapeDeviation * sums.shapeVariance.sum()
    gradient[place.colorDeviation] += 2 * colorDeviation * sums.colorVariance.sum()
    if let limit = cell.limit { gradient[parameters.limits[limit]] += limitSums.limit.sum() }
    if let place = parameters.limitWidth { gradient[place] += limitSums.width.sum() }
    return sums.value.sum()
  }

  /// A cell of magnitudes that are standardised already: ρ = m − μ − M − ΔM g, v = σ² + mm.
  private func plain<Noise: ResidualNoise>(
    _ cell: SupernovaCell, _ noise: inout Noise, _ values: UnsafePointer<Double>,
    _ curve: UnsafeMutablePointer<Lanes>, _ gradient: UnsafeMutablePointer<Double>
  ) -> Double {
    let zeroPoint = values[parameters.zeroPoint]
    let massStep = parameters.massStep.map { values[$0] } ?? 0
    let scatter = cell.scatter.map { values[parameters.scatters[$0]] } ?? 0
    let limit = cell.limit.map { values[parameters.limits[$0]] }
    let limitWidth = parameters.limitWidth.map { values[$0] } ?? 1
    let systematics = parameters.systematics
    var (value, magnitudeSum, massSum, scatterSum) = (
      Lanes.zero, Lanes.zero, Lanes.zero, Lanes.zero
    )
    var limitSums = (limit: Lanes.zero, width: Lanes.zero)
    tiles.withUnsafeBufferPointer { tiles in
      for index in cell.tiles {
        let tile = tiles[index]
        var shift = Lanes.zero
        for (i, systematic) in systematics.enumerated() {
          shift += values[systematic] * shifts[index * systematics.count + i].magnitude
        }
        let mean = curve[index] + zeroPoint + massStep * tile.massive
        let variance = tile.magnitudeVariance + scatter * scatter
        let density = noise.density(
          tile.magnitude - shift - mean, variance, share: tile.probability)
        noise.accumulate(tile.weight)
        value += tile.weight * density.value
        var (magnitudeSlope, scatterSlope) = (density.pull, density.slope)
        var shiftSlope = density.pull
        if let limit {
          let margin = limit - tile.zeroPoint - shift - mean
          let part = noise.detection(
            margin, variance, other: Lanes(repeating: limitWidth * limitWidth),
            share: tile.probability)
          noise.accumulate(-tile.weight)
          let seen = Lanes.normalProbability(
            below: (limit - tile.zeroPoint - tile.magnitude) / limitWidth)
          value += tile.weight * (seen.logarithm - part.value)
          magnitudeSlope += part.marginSlope
          shiftSlope += part.marginSlope
          scatterSlope -= part.slope
          let step = seen.hazard / limitWidth
          limitSums.limit += tile.weight * (step - part.marginSlope)
          limitSums.width -=
            tile.weight
            * (step * (limit - tile.zeroPoint - tile.magnitude) / limitWidth
              + part.otherSlope * (2 * limitWidth))
        }
        for (i, systematic) in systematics.enumerated() {
          let own = shifts[index * systematics.count + i].magnitude
          gradient[systematic] += (tile.weight * shiftSlope * own).sum()
        }
        let weighted = tile.weight * magnitudeSlope
        curve[index] = weighted
        magnitudeSum += weighted
        massSum += weighted * tile.massive
        scatterSum += tile.weight * scatterSlope
      }
    }
    gradient[parameters.zeroPoint] += magnitudeSum.sum()
    if let place = parameters.massStep { gradient[place] += massSum.sum() }
    if let place = cell.scatter {
      gradient[parameters.scatters[place]] += 2 * scatter * scatterSum.sum()
    }
    if let limit = cell.limit { gradient[parameters.limits[limit]] += limitSums.limit.sum() }
    if let place = parameters.limitWidth { gradient[place] += limitSums.width.sum() }
    return value.sum()
  }
}

/// Sums over supernovae, lane by lane.
private struct StandardisedSums {
  typealias Lanes = SIMD8<Double>

  var value = Lanes.zero
  var zeroPoint = Lanes.zero
  var massStep = Lanes.zero
  var alpha = Lanes.zero
  var beta = Lanes.zero
  var scatter = Lanes.zero
  var shapeMean = Lanes.zero
  var shapeDrift = Lanes.zero
  var shapeVariance = Lanes.zero
  var colorMean = Lanes.zero
  var colorDrift = Lanes.zero
  var colorVariance = Lanes.zero
}
