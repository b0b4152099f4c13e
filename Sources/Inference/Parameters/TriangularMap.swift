import RealModule

/// The map from a sampler's coordinates to parameters that depend on each other: each has its place, its
/// scale and the ends of its interval from those before it, x = m + s y, y between (a − m)/s and
/// (b − m)/s.
///
/// In coordinates in which the prior is N(0, I), F(y) = F(a) + Φ(u) (F(b) − F(a)) with F the distribution
/// of the prior of y. The prior is not normalised inside the cut, so that its log density is that of
/// N(0, I) and Σ log (F(b) − F(a)).
struct TriangularMap: Sendable {
  /// A free parameter.
  struct Free: Sendable {
    /// Its places among all parameters and among the coordinates.
    let place, coordinate: Int
    /// The prior of y.
    let prior: Prior
    /// m and s; nil for 0 and 1.
    var location: Bound?
    var scale: Bound?
    /// Further ends of the interval of x.
    var lowers: [Bound] = []
    var uppers: [Bound] = []
  }

  /// What is computed of a parameter, in the order of dependence.
  enum Step: Sendable {
    case free(Free)
    /// A parameter that follows from others, by its place.
    case determined(place: Int, Bound)
  }

  /// What the way back needs of a free parameter.
  struct Record {
    /// y, and where it is cut.
    var y = 0.0
    var a = -Double.infinity
    var b = Double.infinity
    /// The bounds that are active; −1 for the ends of the prior.
    var lower = -1
    var upper = -1
    var location = 0.0
    var scale = 1.0
    /// dy/dq, log dx/dq, and the derivative in q of the log density, y fixed.
    var slope = 1.0
    var logJacobian = 0.0
    var own = 0.0
    /// The derivative in y of the log density, q fixed.
    var direct = 0.0
    /// ∂y/∂a and ∂y/∂b, and the derivatives of the log density, y and q fixed.
    var fromLower = 0.0
    var fromUpper = 0.0
    var logLower = 0.0
    var logUpper = 0.0
  }

  typealias Values = UnsafeMutableBufferPointer<Double>
  typealias Records = UnsafeMutableBufferPointer<Record>

  let steps: [Step]
  /// The values of all parameters before any step: those of fixed ones.
  let fixed: [Double]

  /// Writes all parameters, and what the way back needs.
  ///
  /// - Returns: the log prior with the Jacobian; minus infinity where an interval is empty.
  func forward(
    _ position: Span<Double>, _ coordinates: ParameterSpace.CoordinateSystem, _ values: Values,
    _ records: Records
  ) -> Double {
    for i in 0..<fixed.count { values[i] = fixed[i] }
    var total = 0.0
    for index in 0..<steps.count {
      switch steps[index] {
      case .determined(let place, let bound): values[place] = bound.value(at: values)
      case .free(let free):
        guard var record = free.interval(at: values) else { return -.infinity }
        let q = position[free.coordinate]
        let part =
          coordinates == .natural || free.prior.isImproper
          ? free.natural(q, &record) : free.standard(q, &record)
        guard part > -.infinity else { return -.infinity }
        record.logJacobian += .log(record.scale)
        values[free.place] = record.location + record.scale * record.y
        records[index] = record
        total += part
      }
    }
    return total
  }

  /// Turns the gradient in the parameters into that in the coordinates, the prior's own included.
  ///
  /// - Parameters:
  ///   - adjoint: the gradient of the log-likelihood in all parameters, changed on the way.
  ///   - gradient: the gradient in the coordinates.
  func backward(
    _ adjoint: Values, _ values: Values, _ records: Records, _ gradient: Values
  ) {
    for index in (0..<steps.count).reversed() {
      switch steps[index] {
      case .determined(let place, let bound):
        bound.pullBack(adjoint[place], at: values, to: adjoint)
      case .free(let free):
        let record = records[index]
        let ofY = adjoint[free.place] * record.scale + record.direct
        gradient[free.coordinate] = ofY * record.slope + record.own
        free.pullBack(ofY, adjoint[free.place], record, values, adjoint)
      }
    }
  }

  /// The way back of `backward`: from the gradient in the coordinates to that in the parameters, without
  /// the prior's own.
  func undo(
    _ gradient: Span<Double>, _ adjoint: Values, _ values: Values, _ records: Records,
    into result: Values
  ) {
    for index in (0..<steps.count).reversed() {
      switch steps[index] {
      case .determined(let place, let bound):
        bound.pullBack(adjoint[place], at: values, to: adjoint)
      case .free(let free):
        let record = records[index]
        let ofY = (gradient[free.coordinate] - record.own) / record.slope
        let ofX = (ofY - record.direct) / record.scale
        result[free.place] = ofX - adjoint[free.place]
        free.pullBack(ofY, ofX, record, values, adjoint)
      }
    }
  }

  /// Writes the coordinates of values of the free parameters, and the others among all.
  ///
  /// - Returns: whether they are inside.
  func invert(
    _ values: Values, _ coordinates: ParameterSpace.CoordinateSystem,
    _ position: inout MutableSpan<Double>
  ) -> Bool {
    for step in steps {
      switch step {
      case .determined(let place, let bound): values[place] = bound.value(at: values)
      case .free(let free):
        guard let record = free.interval(at: values) else { return false }
        let y = (values[free.place] - record.location) / record.scale
        guard record.a < y, y < record.b else { return false }
        if coordinates == .natural || free.prior.isImproper {
          position[free.coordinate] = free.transform(record).coordinate(of: y)
        } else if record.lower < 0, record.upper < 0 {
          position[free.coordinate] = free.prior.density.normal(at: y)
        } else {
          position[free.coordinate] = free.prior.density.normal(at: y, from: record.a, to: record.b)
        }
        guard position[free.coordinate].isFinite else { return false }
      }
    }
    return true
  }

  /// Draws all parameters from the priors without cuts.
  ///
  /// - Returns: whether they are inside.
  func sample(_ values: Values, using generator: inout some RandomNumberGenerator) -> Bool {
    for i in 0..<fixed.count { values[i] = fixed[i] }
    for step in steps {
      switch step {
      case .determined(let place, let bound): values[place] = bound.value(at: values)
      case .free(let free):
        guard let record = free.interval(at: values) else { return false }
        let y = free.prior.sample(using: &generator)
        guard record.a < y, y < record.b else { return false }
        values[free.place] = record.location + record.scale * y
      }
    }
    return true
  }
}

extension TriangularMap {
  /// The places of the parameters that follow from others.
  var determinedPlaces: [Int] {
    steps.compactMap { step in
      if case .determined(let place, _) = step { place } else { nil }
    }
  }

  /// Lends memory for the records of all steps.
  func withRecords<Result>(_ body: (Records) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Record.self, capacity: steps.count) { records in
      records.initialize(repeating: Record())
      return body(records)
    }
  }

  /// Lends memory for the values of all parameters.
  func withValues<Result>(_ body: (Values) -> Result) -> Result {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: fixed.count) { values in
      _ = values.initialize(from: fixed)
      return body(values)
    }
  }

  /// All parameters at a point, the log prior there with the Jacobian, and the log-Jacobian; outside of
  /// inner loops.
  func image(
    at position: [Double], _ coordinates: ParameterSpace.CoordinateSystem
  ) -> (values: [Double], logDensity: Double, logJacobian: Double) {
    var values = fixed
    return withRecords { records in
      let total = values.withUnsafeMutableBufferPointer {
        forward(position.span, coordinates, $0, records)
      }
      return (values, total, records.reduce(0) { $0 + $1.logJacobian })
    }
  }

  /// log Π (F(b) − F(a)) at a point at whose coordinates the prior is N(0, I) without the cut.
  func logMass(at position: [Double]) -> Double {
    steps.reduce(image(at: position, .standardNormal).logDensity) { sum, step in
      guard case .free(let free) = step, !free.prior.isImproper else { return sum }
      return sum - NormalDistribution.logDensity(at: position[free.coordinate])
    }
  }

  /// All parameters, those that follow from others included.
  func completed(_ values: [Double]) -> [Double] {
    var values = values
    values.withUnsafeMutableBufferPointer { values in
      for step in steps {
        if case .determined(let place, let bound) = step {
          values[place] = bound.value(at: values)
        }
      }
    }
    return values
  }
}

extension TriangularMap.Free {
  /// Where y can be, given the parameters before; nil if it can be nowhere.
  fileprivate func interval(at values: TriangularMap.Values) -> TriangularMap.Record? {
    var record = TriangularMap.Record()
    let support = prior.support
    (record.a, record.b) = (support.lower, support.upper)
    if let location { record.location = location.value(at: values) }
    if let scale { record.scale = scale.value(at: values) }
    guard record.scale > 0, record.location.isFinite else { return nil }
    for i in 0..<lowers.count {
      let end = (lowers[i].value(at: values) - record.location) / record.scale
      if end.isNaN { return nil }
      if end > record.a { (record.a, record.lower) = (end, i) }
    }
    for i in 0..<uppers.count {
      let end = (uppers[i].value(at: values) - record.location) / record.scale
      if end.isNaN { return nil }
      if end < record.b { (record.b, record.upper) = (end, i) }
    }
    return record.a < record.b ? record : nil
  }

  /// Through the distribution of the prior.
  fileprivate func standard(_ q: Double, _ record: inout TriangularMap.Record) -> Double {
    // Its square is finite.
    let u = max(-1e100, min(1e100, q))
    let ofU = NormalDistribution.logDensity(at: u)
    record.own = -u
    if record.lower < 0, record.upper < 0 {
      record.y = prior.density.value(atNormal: u)
      let ofY = prior.logDensity(at: record.y).value
      record.logJacobian = ofU - (ofY.isFinite ? ofY : 0)
      record.slope = .exp(record.logJacobian)
      return ofU
    }
    let (a, b) = (record.a, record.b)
    let logMass = prior.density.logProbability(from: a, to: b)
    guard logMass.isFinite else { return -.infinity }
    record.y = prior.density.value(atNormal: u, from: a, to: b)
    let ofY = prior.logDensity(at: record.y).value
    guard ofY.isFinite else { return -.infinity }
    record.logJacobian = ofU + logMass - ofY
    record.slope = .exp(record.logJacobian)
    if record.lower >= 0 {
      let end = prior.logDensity(at: a).value
      record.fromLower = .exp(NormalDistribution.logProbability(below: -u) + end - ofY)
      record.logLower = -.exp(end - logMass)
    }
    if record.upper >= 0 {
      let end = prior.logDensity(at: b).value
      record.fromUpper = .exp(NormalDistribution.logProbability(below: u) + end - ofY)
      record.logUpper = .exp(end - logMass)
    }
    return ofU + logMass
  }

  /// Through logits and logarithms of what is left of the interval.
  fileprivate func natural(_ q: Double, _ record: inout TriangularMap.Record) -> Double {
    let image = transform(record)(q)
    let density = prior.logDensity(at: image.value)
    (record.y, record.slope) = (image.value, image.derivative)
    (record.logJacobian, record.own) = (image.logJacobian, image.logJacobianDerivative)
    record.direct = density.derivative
    let width = record.b - record.a
    if record.lower >= 0 {
      record.fromLower = width.isFinite ? (record.b - record.y) / width : 1
      record.logLower = width.isFinite ? -1 / width : 0
    }
    if record.upper >= 0 {
      record.fromUpper = width.isFinite ? (record.y - record.a) / width : 1
      record.logUpper = width.isFinite ? 1 / width : 0
    }
    return density.value + image.logJacobian
  }

  /// The natural transform of what is left of the interval.
  fileprivate func transform(_ record: TriangularMap.Record) -> Transform {
    Transform(onto: (record.a, record.b))
  }

  /// Adds what the ends, the place and the scale have of the gradient to that of the parameters before.
  fileprivate func pullBack(
    _ ofY: Double, _ ofX: Double, _ record: TriangularMap.Record, _ values: TriangularMap.Values,
    _ adjoint: TriangularMap.Values
  ) {
    var (ofLocation, ofScale) = (ofX, ofX * record.y)
    if record.lower >= 0 {
      let end = (ofY * record.fromLower + record.logLower) / record.scale
      lowers[record.lower].pullBack(end, at: values, to: adjoint)
      ofLocation -= end
      ofScale -= end * record.a
    }
    if record.upper >= 0 {
      let end = (ofY * record.fromUpper + record.logUpper) / record.scale
      uppers[record.upper].pullBack(end, at: values, to: adjoint)
      ofLocation -= end
      ofScale -= end * record.b
    }
    location?.pullBack(ofLocation, at: values, to: adjoint)
    scale?.pullBack(ofScale, at: values, to: adjoint)
  }
}
