import Inference
import RealModule

/// log L of light curves from tables: the part of `ProjectedLightCurveLikelihood` that is evaluated millions of times,
/// without the types of distances and model.
struct LightCurveProjection: Sendable {
  let directions: DistanceDirections
  /// Tables of G, in which the first that contains α and β is used.
  var tables: [ChebyshevTable]
  /// The number of offsets that are parameters.
  let offsetCount: Int
  /// The value of M that the data include.
  let centralMagnitude: Double
  /// The number of supernovae.
  let dataCount: Int
  /// The smallest χ².
  let lowest: Double
  private let shapeCount: Int
  private let tapeCount: Int

  /// The error of χ² that is accepted at its minimum, and what is added per unit of χ² above it.
  static let tolerance = (least: 2e-5, relative: 1e-6)

  init(
    _ directions: DistanceDirections, _ design: LightCurveDesign, tables: [ChebyshevTable] = [],
    offsetsAreSampled: Bool, lowest: Double = 0
  ) {
    self.directions = directions
    self.tables = tables
    dataCount = design.count
    offsetCount = offsetsAreSampled ? design.offsetCount : 0
    centralMagnitude = design.centralMagnitude
    self.lowest = lowest
    shapeCount = directions.nodes.distances.parameterNames.count
    tapeCount = directions.nodes.distances.tapeCount
  }

  /// The number of elements of v.
  private var columnCount: Int { 1 + directions.count + offsetCount }

  /// Returns log L and χ², and writes the gradient of log L; nil where there is no table, or the directions are not
  /// enough.
  func evaluate(
    _ parameters: Span<Double>, _ gradient: inout MutableSpan<Double>
  ) -> (logLikelihood: Double, chiSquared: Double)? {
    let (alpha, beta) = (parameters[shapeCount], parameters[shapeCount + 1])
    guard let table = tables.first(where: { $0.box.contains(alpha: alpha, beta: beta) }) else {
      return nil
    }
    let nodes = directions.nodes
    // One of more than a kilobyte would not be on the stack.
    return withUnsafeTemporaryAllocation(of: Double.self, capacity: tapeCount) { tape in
      withUnsafeTemporaryAllocation(of: Double.self, capacity: 2 * nodes.paddedCount) { scratch in
        withUnsafeTemporaryAllocation(
          of: Double.self, capacity: directions.forward.paddedCount + 2 * columnCount
        ) { vectors in
          guard let distances = scratch.baseAddress, let product = vectors.baseAddress else {
            return nil
          }
          let function = distances + nodes.paddedCount
          let vector = product + directions.forward.paddedCount
          let shape = parameters.extracting(0..<shapeCount)
          var tape = tape.mutableSpan
          var span = UnsafeMutableBufferPointer(start: distances, count: nodes.grid.count)
            .mutableSpan
          guard nodes.distances.evaluate(at: shape, distances: &span, tape: &tape),
            nodes.writeFunction(of: distances, to: function)
          else { return nil }
          for j in 0..<nodes.paddedCount { function[j] -= directions.center[j] }
          directions.forward.multiply(function, into: product)
          vector[0] = 1
          for j in 0..<directions.count { vector[1 + j] = product[4 + j] }
          for index in 0..<offsetCount {
            vector[1 + directions.count + index] =
              parameters[shapeCount + 2 + index] - (index == 0 ? centralMagnitude : 0)
          }
          let response = vector + columnCount
          guard
            let (sum, chiSquared, alphaSlope, betaSlope) = evaluate(
              table, alpha, beta, vector, response: response), sum.isFinite,
            directions.error(of: product, chiSquared)
              < Self.tolerance.least + Self.tolerance.relative * max(0, chiSquared - lowest)
          else { return nil }

          directions.backward.multiply(response + 1, into: function)
          nodes.writeSensitivities(to: distances, function)
          nodes.distances.pullBack(&span, at: shape, tape: tape.span, gradient: &gradient)
          gradient[shapeCount] = -0.5 * alphaSlope
          gradient[shapeCount + 1] = -0.5 * betaSlope
          for index in 0..<offsetCount {
            gradient[shapeCount + 2 + index] = -response[1 + directions.count + index]
          }
          return (-0.5 * (sum + Double(dataCount) * .log(2 * .pi)), chiSquared)
        }
      }
    }
  }

  /// Returns vᵀ G v with and without log det(S / 2π), and the derivatives with it; writes G v.
  func evaluate(
    _ table: ChebyshevTable, _ alpha: Double, _ beta: Double, _ vector: UnsafePointer<Double>,
    response: UnsafeMutablePointer<Double>
  ) -> (sum: Double, chiSquared: Double, alphaSlope: Double, betaSlope: Double)? {
    var weights = InlineArray<32, SIMD8<Double>>(repeating: .zero)
    var products = InlineArray<32, SIMD8<Double>>(repeating: .zero)
    var weightSpan = weights.mutableSpan
    var productSpan = products.mutableSpan
    return weightSpan.withUnsafeMutableBufferPointer { weights in
      productSpan.withUnsafeMutableBufferPointer { products in
        guard let weightBlocks = weights.baseAddress, let productBlocks = products.baseAddress
        else { return nil }
        let weights = UnsafeMutableRawPointer(weightBlocks).assumingMemoryBound(to: Double.self)
        let products = UnsafeMutableRawPointer(productBlocks).assumingMemoryBound(to: Double.self)
        let place = writeWeights(of: vector, to: weights)
        let hasDeterminant = offsetCount == 0
        let (sum, alphaSlope, betaSlope) = table.evaluate(
          alpha: alpha, beta: beta, weights: weightBlocks, functions: productBlocks)
        // Rounding may leave less than nothing of a perfect fit.
        let chiSquared = max(0, hasDeterminant ? sum - products[place] : sum)
        var row = 0
        for i in 0..<columnCount {
          var own = products[row + i] * vector[i]
          for j in 0..<i {
            own += products[row + j] * vector[j]
            response[j] += products[row + j] * vector[i]
          }
          response[i] = own
          row += i + 1
        }
        return (sum, chiSquared, alphaSlope, betaSlope)
      }
    }
  }

  /// Writes the weights of products in vᵀ G v, and 1 for log det(S / 2π), where it is; returns its place.
  private func writeWeights(
    of vector: UnsafePointer<Double>, to weights: UnsafeMutablePointer<Double>
  ) -> Int {
    var place = 0
    for i in 0..<columnCount {
      let double = 2 * vector[i]
      for j in 0..<i { weights[place + j] = double * vector[j] }
      weights[place + i] = vector[i] * vector[i]
      place += i + 1
    }
    if offsetCount == 0 { weights[place] = 1 }
    return place
  }

  /// v; nil where there are no distances.
  func vector(at parameters: [Double]) -> [Double]? {
    guard var function = directions.nodes.function(at: parameters) else { return nil }
    for j in function.indices { function[j] -= directions.center[j] }
    var product = [Double](repeating: 0, count: directions.forward.paddedCount)
    directions.forward.multiply(function, into: &product)
    let offsets = parameters.dropFirst(shapeCount + 2).prefix(offsetCount).enumerated().map {
      $1 - ($0 == 0 ? centralMagnitude : 0)
    }
    return [1] + product[4..<4 + directions.count] + offsets
  }

  /// The weights of products in vᵀ G v, with log det(S / 2π).
  func weights(of vector: [Double]) -> [SIMD8<Double>] {
    let size = columnCount * (columnCount + 1) / 2 + 1
    var weights = [Double](repeating: 0, count: size)
    _ = writeWeights(of: vector, to: &weights)
    return ChebyshevTable.blocks(offsetCount == 0 ? weights : weights.dropLast())
  }
}
