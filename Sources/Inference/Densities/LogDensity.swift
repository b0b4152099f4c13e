/// A log probability density with its gradient, at points of unconstrained space: what every
/// sampler samples.
///
/// A conformer must implement `dimension` and `logDensity(at:gradient:)`. The
/// contract:
/// - the density may be unnormalised, but its constant is the same everywhere;
/// - minus infinity is the only non-finite value allowed; the gradient is then unspecified and not
///   read;
/// - calls have no side effects, and may run at the same time on several threads.
///
/// A sampler calls this many thousand times, so an implementation should not allocate.
public protocol LogDensity: Sendable {
  /// The number of coordinates, at least 1.
  var dimension: Int { get }

  /// How many of the last coordinates are N(0, 1) independently of the others; by default none.
  var independentCount: Int { get }

  /// Returns the log density at a point and writes its gradient.
  ///
  /// - Parameters:
  ///   - position: `dimension` coordinates, any finite numbers.
  ///   - gradient: `dimension` elements, overwritten with ∂ log density / ∂ position.
  func logDensity(at position: Span<Double>, gradient: inout MutableSpan<Double>) -> Double

  /// Returns the log density with its gradient at many points; by default one by one.
  ///
  /// - Parameters:
  ///   - positions: `dimension` coordinates for each point, point by point.
  ///   - gradients: as many elements, overwritten.
  ///   - values: one element for each point, overwritten with the log density.
  func logDensities(
    at positions: Span<Double>, gradients: inout MutableSpan<Double>,
    into values: inout MutableSpan<Double>)

  /// Returns the log density alone at many points; by default discarding gradients.
  ///
  /// - Parameters:
  ///   - positions: `dimension` coordinates for each point, point by point.
  ///   - values: one element for each point, overwritten with the log density.
  func logDensities(at positions: Span<Double>, into values: inout MutableSpan<Double>)

  /// The columns that a draw has in a chain; by default the coordinates, as `x1`, `x2`, ….
  var columns: [Chain.Column] { get }

  /// What a chain records of a point; by default the coordinates and the log density.
  ///
  /// - Parameters:
  ///   - position: the coordinates.
  ///   - logDensity: the log density there, already known.
  /// - Returns: one value for each of `columns`, and the log density of these values, that is
  ///   without the Jacobian of whatever map leads from the coordinates to them.
  func draw(at position: [Double], logDensity: Double) -> (values: [Double], logDensity: Double)

  /// The terms of the log density, each with its value at a point, for finding which
  /// of them is not finite; by default a single term.
  func parts(at position: [Double]) -> [(name: String, value: Double)]

  /// A place to start a chain; by default uniform in (−2, 2) in every coordinate, as Stan does.
  func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double]
}

extension LogDensity {
  /// 0.
  public var independentCount: Int { 0 }

  /// Returns the log density at one point after the other.
  public func logDensities(
    at positions: Span<Double>, gradients: inout MutableSpan<Double>,
    into values: inout MutableSpan<Double>
  ) {
    let dimension = dimension
    gradients.withUnsafeMutableBufferPointer { buffer in
      for n in 0..<values.count {
        let range = n * dimension..<(n + 1) * dimension
        var gradient = buffer.extracting(range).mutableSpan
        values[n] = logDensity(at: positions.extracting(range), gradient: &gradient)
      }
    }
  }

  /// Returns the log density, discarding gradients.
  public func logDensities(at positions: Span<Double>, into values: inout MutableSpan<Double>) {
    var gradients = [Double](repeating: 0, count: positions.count)
    var slopes = gradients.mutableSpan
    logDensities(at: positions, gradients: &slopes, into: &values)
  }

  /// The columns `x1`, `x2`, ….
  public var columns: [Chain.Column] { (1...dimension).map { Chain.Column(name: "x\($0)") } }

  /// The coordinates and the log density.
  public func draw(
    at position: [Double], logDensity: Double
  ) -> (values: [Double], logDensity: Double) {
    (position, logDensity)
  }

  /// The log density as one part.
  public func parts(at position: [Double]) -> [(name: String, value: Double)] {
    [("log density", logDensityAndGradient(at: position).logDensity)]
  }

  /// A point uniform in (−2, 2) in every coordinate.
  public func startingPoint(using generator: inout some RandomNumberGenerator) -> [Double] {
    (0..<dimension).map { _ in 4 * generator.nextUniform() - 2 }
  }

  /// The log density at many points as a sampler takes it: minus infinity where it is not finite.
  package func finiteLogDensities(at positions: Span<Double>) -> [Double] {
    var values = [Double](repeating: 0, count: positions.count / dimension)
    var results = values.mutableSpan
    logDensities(at: positions, into: &results)
    return values.map { $0.isFinite ? $0 : -.infinity }
  }

  /// Returns the log density and its gradient at a point given as an array.
  ///
  /// A convenience for use outside inner loops: it allocates the gradient.
  public func logDensityAndGradient(
    at position: [Double]
  ) -> (logDensity: Double, gradient: [Double]) {
    precondition(
      position.count == dimension, "\(position.count) coordinates for \(dimension) dimensions")
    var gradient = [Double](repeating: 0, count: dimension)
    var span = gradient.mutableSpan
    let value = logDensity(at: position.span, gradient: &span)
    return (value, gradient)
  }
}
