public import Inference
import RealModule

/// The likelihood of light curves whose true shapes, colours and absolute magnitudes are integrated out
/// exactly under their populations.
///
/// m_B = μ + M − α x₁ + β c, plus ΔM for massive hosts, where M has an intrinsic scatter σ_int, x₁ ~ N(x̄(z), R_x²),
/// c ~ N(c̄(z), R_c²), and m_B, x₁ and c are observed with the errors and covariances of each light curve. Means are
/// linear in redshift within a population, u = (z − mean z)/(max z − min z); a drift is the change from
/// the nearest to the farthest supernova. What each supernova contributes is in closed form, and supernovae
/// are independent. Source: Kelly 2007, ApJ 665, 1489; March et al. 2011, MNRAS 418, 2308, section 3;
/// Rubin et al. 2015, ApJ 813, 137 (populations that change with redshift).
///
/// The same likelihood is one of magnitudes that are standardised already (`HierarchicalModel.standardises`). Noise,
/// contamination, selection and systematic errors come from the model.
///
/// Its parameters are those of the distances, then `alpha`, `beta`, `M`, `delta_M` if there are hosts of
/// both classes, `sigma_int`, for each population `x1_mean`, `x1_drift`, `x1_sd`, `c_mean`, `c_drift`, `c_sd`, and
/// those of noise, contamination, limits and systematic errors; names of groups are appended behind an
/// underscore.
///
/// Cost of a value with gradient: some 250 operations for each supernova, in vector lanes.
public struct HierarchicalLikelihood: GaussianLikelihood {
  /// The light curves.
  public let sample: LightCurveSample
  /// What is taken for granted about them.
  public let model: HierarchicalModel
  /// The distances to them.
  public let distances: any ComovingDistances

  let kernel: HierarchicalKernel
  let groups: HierarchicalGroups
  private let curve: MagnitudeCurve
  /// 8 × tile + lane of each supernova.
  let slots: [Int]
  private let constant: Double
  /// The places of the parameters in which log L is quadratic, ascending.
  let normalPlaces: [Int]
  /// The range over which distances are interpolated.
  let space: ParameterSpace?

  /// Joins light curves, a model and distances.
  ///
  /// - Parameters:
  ///   - sample: light curves without blocks of covariances; shapes, colours and their errors are not read
  ///     where magnitudes are standardised already.
  ///   - model: the model; lists with one element for each supernova.
  ///   - distances: those to the sample's redshifts.
  ///   - space: parameters whose priors are the range over which distances are interpolated; at others
  ///     these are exact as well, but take longer.
  public init(
    _ sample: LightCurveSample, _ model: HierarchicalModel, distances: any ComovingDistances,
    over space: ParameterSpace? = nil
  ) {
    let supernovae = sample.supernovae
    precondition(sample.blocks.isEmpty, "six blocks do not determine a hierarchical likelihood")
    precondition(
      distances.redshifts == supernovae.map(\.redshift),
      "distances to other redshifts than the sample's")
    (self.sample, self.model, self.distances, self.space) = (sample, model, distances, space)
    groups = HierarchicalGroups(supernovae.map(\.redshift), model)
    let massive = supernovae.map(\.hasMassiveHost)
    let parameters = HierarchicalParameters(
      distances: distances.parameterNames, model, groups,
      hasMassStep: massive.contains(true) && massive.contains(false))
    let cells = groups.cells
    let tileCount = cells.last?.cell.tiles.upperBound ?? 0
    var slots = [Int](repeating: 0, count: supernovae.count)
    for (cell, members) in cells {
      for (n, i) in members.enumerated() { slots[i] = 8 * cell.tiles.lowerBound + n }
    }
    self.slots = slots
    kernel = HierarchicalKernel(
      parameters: parameters, cells: cells.map(\.cell),
      tiles: Self.tiles(sample, model, groups, slots, tileCount),
      shifts: Self.shifts(model, slots, tileCount), noise: model.noise,
      standardises: model.standardises)
    let points =
      space.map { space in
        space.representativePoints(for: distances.parameterNames)
      } ?? []
    curve = MagnitudeCurve(
      distances, slots: slots, tileCount: tileCount,
      sensitivity: supernovae.reduce(0) { $0 + 1 / $1.magnitudeVariance }.squareRoot(),
      for: points)
    normalPlaces = parameters.normalPlaces(of: model)
    constant = model.standardises ? -Double(supernovae.count) * .log(2 * .pi) : 0
  }

  private static func tiles(
    _ sample: LightCurveSample, _ model: HierarchicalModel, _ groups: HierarchicalGroups,
    _ slots: [Int], _ tileCount: Int
  ) -> [SupernovaTile] {
    var tiles = [SupernovaTile](repeating: SupernovaTile(), count: tileCount)
    for (i, supernova) in sample.supernovae.enumerated() {
      let (tile, lane) = (slots[i] / 8, slots[i] % 8)
      let zeroPoint =
        5 * Double.log10((1 + supernova.heliocentricRedshift) * .log(onePlus: supernova.redshift))
        + 5 * .log10(hubbleDistance / 0.7) + 25
      tiles[tile].magnitude[lane] = supernova.magnitude - zeroPoint
      tiles[tile].zeroPoint[lane] = zeroPoint
      tiles[tile].magnitudeVariance[lane] = supernova.magnitudeVariance
      tiles[tile].massive[lane] = supernova.hasMassiveHost ? 1 : 0
      tiles[tile].probability[lane] = model.probabilities?[i] ?? 1
      tiles[tile].weight[lane] = 1
      guard model.standardises else { continue }
      tiles[tile].shape[lane] = supernova.shape
      tiles[tile].color[lane] = supernova.color
      tiles[tile].shapeVariance[lane] = supernova.shapeVariance
      tiles[tile].colorVariance[lane] = supernova.colorVariance
      tiles[tile].magnitudeShape[lane] = supernova.magnitudeShapeCovariance
      tiles[tile].magnitudeColor[lane] = supernova.magnitudeColorCovariance
      tiles[tile].shapeColor[lane] = supernova.shapeColorCovariance
      tiles[tile].place[lane] = groups.places[i]
    }
    return tiles
  }

  private static func shifts(
    _ model: HierarchicalModel, _ slots: [Int], _ tileCount: Int
  ) -> [(magnitude: SIMD8<Double>, shape: SIMD8<Double>, color: SIMD8<Double>)] {
    let count = model.systematics.count
    var shifts = [(magnitude: SIMD8<Double>, shape: SIMD8<Double>, color: SIMD8<Double>)](
      repeating: (.zero, .zero, .zero), count: tileCount * count)
    for (s, systematic) in model.systematics.enumerated() {
      for (i, slot) in slots.enumerated() {
        let place = slot / 8 * count + s
        shifts[place].magnitude[slot % 8] = systematic.magnitudes[i]
        shifts[place].shape[slot % 8] = systematic.shapes[i]
        shifts[place].color[slot % 8] = systematic.colors[i]
      }
    }
    return shifts
  }

  /// Those of the distances, of standardisation, of populations and of the model's other parts.
  public var parameterNames: [String] { kernel.parameters.names }

  /// The number of Chebyshev nodes from which distances are interpolated.
  public var nodeCount: Int { curve.nodes.grid.count }

  /// Returns log L and writes its gradient.
  public func logLikelihood(
    at parameters: Span<Double>, gradient: inout MutableSpan<Double>
  ) -> Double {
    let names = kernel.parameters
    let (shapeCount, count) = (names.distanceCount, names.names.count)
    guard names.haveMeaning(parameters) else { return -.infinity }
    let scratchCount = curve.scratchCount
    return withUnsafeTemporaryAllocation(
      of: SIMD8<Double>.self, capacity: kernel.tiles.count
    ) { lanes in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: scratchCount) { scratch in
        scratch.initialize(repeating: 0)
        guard let curveStart = lanes.baseAddress, let start = scratch.baseAddress,
          let fromNodes = curve.evaluate(
            parameters.extracting(0..<shapeCount), curveStart, start)
        else { return -.infinity }
        let value = gradient.withUnsafeMutableBufferPointer { slopes -> Double in
          parameters.withUnsafeBufferPointer { values -> Double in
            guard let values = values.baseAddress, let slopes = slopes.baseAddress else {
              return -.infinity
            }
            for i in 0..<count { slopes[i] = 0 }
            return kernel.logLikelihood(values, curveStart, slopes)
          }
        }
        guard value.isFinite else { return -.infinity }
        gradient.withUnsafeMutableBufferPointer { slopes in
          var own = slopes.extracting(0..<shapeCount).mutableSpan
          curve.pullBack(
            curveStart, fromNodes: fromNodes, parameters.extracting(0..<shapeCount), start, &own)
        }
        return value + constant
      }
    }
  }
}
