import Inference
import RealModule

/// How flexible a map is, and how it is fitted to weighted points.
struct MapFamily: Sendable {
  /// The degrees of the polynomials that are fitted from the start, and those that a score test may
  /// add to.
  let start, candidates: ConditionalFit.Degrees
  /// How many score tests there are.
  let tests: Int

  /// The family for a number of parameters: as flexible as the number of draws in a fit supports.
  init(dimension: Int) {
    switch dimension {
    case ...2: self.init([5, 3, 2, 2, 2, 2, 2, 2])
    case 3: self.init([4, 3, 2, 2, 2, 2, 2, 2])
    case 4, 5:
      self.init([2, 1, 1, 1, 1, 1, 1, 1], adding: [4, 3, 2, 2, 2, 2, 2, 2], tests: 2)
    case 6, 7:
      self.init([2, 1, 0, 0, 0, 0, 0, 0], adding: [3, 2, 1, 1, 2, 2, 1, 1], tests: 2)
    case 8, 9:
      self.init([2, 1, 0, 0, 0, 0, 0, 0], adding: [2, 2, 1, 1, 2, 2, 1, 1], tests: 1)
    case 10...16:
      self.init([1, 1, 0, 0, 0, 0, 0, 0], adding: [2, 1, 1, 1, 1, 1, 1, 1], tests: 1)
    // Products of so many variables are too many to fit.
    default: self.init([1, 1, 0, 0, 0, 0, 0, 0], adding: [1, 1, 1, 1, 1, 1, 1, 1], tests: 1)
    }
  }

  private init(
    _ start: ConditionalFit.Degrees, adding candidates: ConditionalFit.Degrees? = nil,
    tests: Int = 0
  ) {
    (self.start, self.candidates, self.tests) = (start, candidates ?? start, tests)
  }

  /// A family of few coefficients, for a density that only has to lead to where draws are needed.
  static func coarse(dimension: Int) -> MapFamily {
    switch dimension {
    case ...3: MapFamily([3, 2, 1, 1, 0, 0, 0, 0])
    case ...12: MapFamily([2, 1, 1, 1, 0, 0, 0, 0])
    default: MapFamily([1, 1, 1, 1, 0, 0, 0, 0])
    }
  }

  /// Location, scale and shape, without nonlinear dependence.
  static let thin = MapFamily([0, 0, 0, 0, 0, 0, 0, 0])

  /// A map that is the frame alone, with room for terms that may be added.
  func identity(_ frame: WhiteningCoordinates) -> TransportMap {
    let degree = max(start.max(), candidates.max())
    return TransportMap(
      frame, (0..<frame.dimension).map { ConditionalLayers(variableCount: $0, degree: degree) })
  }

  /// Fits all coordinates, starting from a map.
  func fit(
    _ map: TransportMap, to sample: WeightedPoints, steps: Int, tests: Int? = nil,
    in context: RunContext
  ) async -> TransportMap {
    let (dimension, coordinates) = (map.dimension, map.frame.rows(of: sample))
    // The last coordinates have most coefficients, and begin first.
    let layers = await context.workers.map(dimension, unless: context.stop) { index in
      let k = dimension - 1 - index
      var fit = ConditionalFit(
        map.layers[k], degrees: start, rows: Array(coordinates[...k]), weights: sample.weights)
      fit.fit(
        steps: steps, candidates: candidates, tests: tests ?? self.tests, unless: context.stop)
      return fit.layers
    }
    guard layers.count == dimension else { return map }
    return TransportMap(map.frame, layers.reversed())
  }
}
