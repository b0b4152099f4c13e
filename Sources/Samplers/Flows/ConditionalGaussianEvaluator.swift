import RealModule

/// A conditional normal density for batches, with its adjoints.
struct ConditionalGaussianEvaluator<Scalar: NetworkScalar> {
  private let encoder: ConditionalGaussian
  private let meanTape, spreadTape: ValueTape<Scalar>?
  private let points: Batch<Scalar>
  /// μ, the logarithms of S's diagonal and its other elements, and S.
  private let means, raw, scales: Batch<Scalar>
  /// ε = S⁻¹ (p − μ).
  private let deviates: Batch<Scalar>
  private let meanCotangent, rawCotangent, whitened: Batch<Scalar>
  private let frame: FrameEvaluator<Scalar>?

  init(_ encoder: ConditionalGaussian, count: Int, in arena: Arena<Scalar>) {
    self.encoder = encoder
    let (dimension, scales) = (encoder.dimension, encoder.scaleCount)
    meanTape = encoder.mean.map { ValueTape($0, count: count, in: arena) }
    spreadTape = encoder.spread.map { ValueTape($0, count: count, in: arena) }
    points = arena.batch(rows: encoder.inputCount, count: count)
    means = arena.batch(rows: dimension, count: count)
    raw = arena.batch(rows: scales, count: count)
    self.scales = arena.batch(rows: scales, count: count)
    deviates = arena.batch(rows: dimension, count: count)
    meanCotangent = arena.batch(rows: dimension, count: count)
    rawCotangent = arena.batch(rows: scales, count: count)
    whitened = arena.batch(rows: dimension, count: count)
    frame = encoder.frame.map {
      FrameEvaluator($0, dimension: dimension, count: count, in: arena)
    }
  }

  // MARK: Values

  /// Computes μ(q) and S(q) for a batch; before everything else.
  func condition(on q: Batch<Scalar>, _ parameters: UnsafePointer<Scalar>) {
    // One that does not depend on q is of any positions.
    Scalar.scale(1, q.slice(0..<points.rows), to: points)
    frame?.enter(points)
    means.clear()
    raw.clear()
    Scalar.addRows(parameters, to: means)
    Scalar.addRows(parameters + encoder.scaleOffset, to: raw)
    if encoder.isLinear {
      Scalar.apply(
        parameters + encoder.linearOffset, of: (encoder.dimension, encoder.inputCount), to: points,
        adding: true, into: means)
    }
    if let mean = encoder.mean, let tape = meanTape {
      mean.addValue(at: points, to: means, parameters + encoder.meanOffset, tape)
    }
    if let spread = encoder.spread, let tape = spreadTape {
      spread.addValue(at: points, to: raw, parameters + encoder.spreadOffset, tape)
    }
    makeIsotropic(means, raw)
    Scalar.scale(1, raw, to: scales)
    let bound = Scalar(encoder.logScaleBound)
    for i in 0..<encoder.dimension {
      let (logs, scale) = (raw.row(encoder.index(i, i)), scales.row(encoder.index(i, i)))
      Scalar.boundLogarithms(logs, by: bound, exponentials: scale, count: raw.count)
    }
  }

  /// Makes momenta of standard normal deviates, and adds a multiple of log f to a row.
  func place(
    _ deviates: Batch<Scalar>, at p: Batch<Scalar>, logDensityTimes weight: Scalar,
    to values: Batch<Scalar>
  ) {
    Scalar.scale(1, deviates, to: self.deviates)
    Scalar.scale(1, means, to: p)
    for i in 0..<encoder.dimension {
      for j in encoder.columns(i) { addProduct(scale(i, j), self.deviates, j, to: p, i) }
      addProduct(scale(i, i), self.deviates, i, to: p, i)
    }
    if let frame {
      Scalar.scale(1, p, to: frame.momenta)
      frame.carryBack(p)
    }
    addLogDensity(times: weight, to: values)
  }

  /// Adds a multiple of log f(p | q) to a row.
  func addLogDensity(at p: Batch<Scalar>, times weight: Scalar, to values: Batch<Scalar>) {
    Scalar.scale(1, p, to: deviates)
    if let frame {
      frame.carry(deviates)
      Scalar.scale(1, deviates, to: frame.momenta)
    }
    Scalar.add(-1, means, to: deviates)
    for i in 0..<encoder.dimension {
      let row = deviates.slice(i..<i + 1)
      for j in encoder.columns(i) {
        Scalar.add(-1, scale(i, j), times: deviates.slice(j..<j + 1), to: row)
      }
      Scalar.divide(row, by: scale(i, i))
    }
    addLogDensity(times: weight, to: values)
  }

  private func addLogDensity(times weight: Scalar, to values: Batch<Scalar>) {
    let constant = -weight * Scalar(0.5 * Double(encoder.dimension) * Double.log(2 * .pi))
    withUnsafePointer(to: constant) { Scalar.addRows($0, to: values) }
    for i in 0..<encoder.dimension {
      let row = deviates.slice(i..<i + 1)
      Scalar.add(-0.5 * weight, row, times: row, to: values)
      let logs = raw.slice(encoder.index(i, i)..<encoder.index(i, i) + 1)
      Scalar.add(-weight, logs, to: values)
    }
  }

  /// Adds a column of S.
  func addScales(column: Int, to p: Batch<Scalar>) {
    guard let frame else { return addFramedScales(column: column, to: p) }
    frame.momentumCotangent.clear()
    addFramedScales(column: column, to: frame.momentumCotangent)
    frame.carryBack(frame.momentumCotangent)
    Scalar.add(1, frame.momentumCotangent, to: p)
  }

  private func addFramedScales(column: Int, to p: Batch<Scalar>) {
    for i in column..<encoder.dimension
    where i == column || encoder.columns(i).contains(column) {
      Scalar.add(1, scale(i, column), to: p.slice(i..<i + 1))
    }
  }

  // MARK: Adjoints

  /// Adds the derivatives of a loss that knows the parameters and q through placed momenta, and
  /// through `entropyWeight` times Σ log f of them.
  ///
  /// - Parameters:
  ///   - cotangent: the derivatives by p.
  ///   - positions: the derivatives by q are added to it.
  func addAdjoint(
    ofPlacing cotangent: Batch<Scalar>, entropyWeight: Scalar, to positions: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>
  ) {
    Scalar.scale(1, cotangent, to: meanCotangent)
    if let frame {
      frame.carry(meanCotangent)
      Scalar.scale(1, meanCotangent, to: frame.momentumCotangent)
    }
    for i in 0..<encoder.dimension {
      let row = meanCotangent.slice(i..<i + 1)
      for j in encoder.columns(i) {
        Scalar.multiply(row, deviates.slice(j..<j + 1), to: rawRow(i, j))
      }
      Scalar.multiply(row, deviates.slice(i..<i + 1), to: rawRow(i, i))
      // At given deviates, log f falls as the logarithm of the scale grows.
      finishDiagonal(i, plus: -entropyWeight)
    }
    addAdjoint(to: positions, isPlacing: true, gradient, parameters)
  }

  /// Adds the derivatives of `weight` × Σ log f(p | q) by p, q and the parameters; after
  /// `addLogDensity(at:)`.
  func addAdjointOfLogDensity(
    times weight: Scalar, to momenta: Batch<Scalar>, _ positions: Batch<Scalar>,
    _ gradient: UnsafeMutablePointer<Scalar>?, _ parameters: UnsafePointer<Scalar>
  ) {
    // S⁻ᵀ ε, from the last row up.
    Scalar.scale(1, deviates, to: whitened)
    for i in (0..<encoder.dimension).reversed() {
      let row = whitened.slice(i..<i + 1)
      Scalar.divide(row, by: scale(i, i))
      for j in encoder.columns(i) {
        Scalar.add(-1, scale(i, j), times: row, to: whitened.slice(j..<j + 1))
      }
    }
    Scalar.scale(weight, whitened, to: meanCotangent)
    if let frame {
      Scalar.scale(-weight, whitened, to: frame.momentumCotangent)
    } else {
      Scalar.add(-weight, whitened, to: momenta)
    }
    for i in 0..<encoder.dimension {
      let row = meanCotangent.slice(i..<i + 1)
      for j in encoder.columns(i) {
        Scalar.multiply(row, deviates.slice(j..<j + 1), to: rawRow(i, j))
      }
      Scalar.multiply(row, deviates.slice(i..<i + 1), to: rawRow(i, i))
      finishDiagonal(i, plus: -weight)
    }
    addAdjoint(to: positions, isPlacing: false, gradient, parameters)
    if let frame { Scalar.add(1, frame.momentumCotangent, to: momenta) }
  }

  /// No mean, no correlation and one scale for each isotropic group, by an orthogonal projection, which is its own adjoint.
  private func makeIsotropic(_ means: Batch<Scalar>, _ raw: Batch<Scalar>) {
    guard let groups = encoder.frame?.isotropic else { return }
    for group in groups {
      for i in group {
        means.slice(i..<i + 1).clear()
        for row in 0..<encoder.dimension {
          for column in encoder.columns(row) where row == i || column == i {
            let index = encoder.index(row, column)
            raw.slice(index..<index + 1).clear()
          }
        }
      }
      let rows = group.map { encoder.index($0, $0) }
      for n in 0..<raw.count {
        var sum: Scalar = 0
        for row in rows { sum += raw[row, n] }
        for row in rows { raw[row, n] = sum / Scalar(rows.count) }
      }
    }
  }

  /// Makes the derivative by a bounded logarithm of that by the scale, and adds what is known of it
  /// otherwise; then that by the unbounded one.
  private func finishDiagonal(_ i: Int, plus constant: Scalar) {
    let row = rawRow(i, i)
    Scalar.multiply(row, scale(i, i), to: row)
    withUnsafePointer(to: constant) { Scalar.addRows($0, to: row) }
    let logs = raw.slice(encoder.index(i, i)..<encoder.index(i, i) + 1)
    Scalar.multiplyByBoundedSlope(row, logs, bound: Scalar(encoder.logScaleBound))
  }

  private func addAdjoint(
    to all: Batch<Scalar>, isPlacing: Bool, _ gradient: UnsafeMutablePointer<Scalar>?,
    _ parameters: UnsafePointer<Scalar>
  ) {
    let size = (encoder.dimension, encoder.inputCount)
    makeIsotropic(meanCotangent, rawCotangent)
    frame?.positionCotangent.clear()
    let positions = frame?.positionCotangent ?? all.slice(0..<encoder.inputCount)
    if let gradient {
      Scalar.addRowSums(of: meanCotangent, to: gradient)
      Scalar.addRowSums(of: rawCotangent, to: gradient + encoder.scaleOffset)
      if encoder.isLinear {
        Scalar.addOuterProducts(
          of: meanCotangent, and: points, to: gradient + encoder.linearOffset)
      }
    }
    if encoder.isLinear {
      Scalar.apply(
        parameters + encoder.linearOffset, of: size, transposed: true, to: meanCotangent,
        adding: true, into: positions)
    }
    if let mean = encoder.mean, let tape = meanTape {
      mean.addAdjoint(
        of: meanCotangent, to: positions, gradient.map { $0 + encoder.meanOffset },
        parameters + encoder.meanOffset, tape)
    }
    if let spread = encoder.spread, let tape = spreadTape {
      spread.addAdjoint(
        of: rawCotangent, to: positions, gradient.map { $0 + encoder.spreadOffset },
        parameters + encoder.spreadOffset, tape)
    }
    if let frame {
      frame.carryBackCotangents(at: points, isPlacing: isPlacing)
      Scalar.add(1, positions, to: all.slice(0..<encoder.inputCount))
    }
  }

  private func scale(_ row: Int, _ column: Int) -> Batch<Scalar> {
    let index = encoder.index(row, column)
    return scales.slice(index..<index + 1)
  }

  private func rawRow(_ row: Int, _ column: Int) -> Batch<Scalar> {
    let index = encoder.index(row, column)
    return rawCotangent.slice(index..<index + 1)
  }

  private func addProduct(
    _ factor: Batch<Scalar>, _ source: Batch<Scalar>, _ column: Int, to target: Batch<Scalar>,
    _ row: Int
  ) {
    Scalar.add(
      1, factor, times: source.slice(column..<column + 1), to: target.slice(row..<row + 1))
  }
}
