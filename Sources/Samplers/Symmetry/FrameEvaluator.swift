import RealModule

/// Batches carried by the elements R_q of a canonical frame, with the derivatives of R_q.
struct FrameEvaluator<Scalar: NetworkScalar> {
  private let frame: CanonicalFrame
  private let basis: [Scalar]
  /// The rows of `elements` where steps begin.
  private let offsets: [Int]
  /// What the steps do: cosines and sines of planes, a sign, or the bodies that come first, second ….
  private let elements: Batch<Scalar>
  private let copy, positions: Batch<Scalar>
  /// R_q p.
  let momenta: Batch<Scalar>
  /// Derivatives by R_q q and R_q p.
  let positionCotangent, momentumCotangent: Batch<Scalar>

  init(_ frame: CanonicalFrame, dimension: Int, count: Int, in arena: Arena<Scalar>) {
    self.frame = frame
    basis = (frame.basis ?? []).map { Scalar($0) }
    var (rows, offsets) = (0, [Int]())
    for step in frame.steps {
      offsets.append(rows)
      switch step {
      case .turn(let planes, _, _): rows += 2 * planes.count
      case .mirror: rows += 1
      case .sort(let bodies): rows += bodies.count
      }
    }
    self.offsets = offsets
    elements = arena.batch(rows: rows, count: count)
    copy = arena.batch(rows: dimension, count: count)
    positions = arena.batch(rows: dimension, count: count)
    momenta = arena.batch(rows: dimension, count: count)
    positionCotangent = arena.batch(rows: dimension, count: count)
    momentumCotangent = arena.batch(rows: dimension, count: count)
  }

  // MARK: Values

  /// q ↦ R_q q, in place; the R_q stay for everything else.
  func enter(_ q: Batch<Scalar>) {
    changeBasis(of: q, transposed: false)
    for index in frame.steps.indices {
      choose(index, at: q)
      apply(index, to: q, inverse: false)
    }
  }

  /// v ↦ R_q v, in place.
  func carry(_ vectors: Batch<Scalar>) {
    changeBasis(of: vectors, transposed: false)
    for index in frame.steps.indices { apply(index, to: vectors, inverse: false) }
  }

  /// v ↦ R_qᵀ v, in place.
  func carryBack(_ vectors: Batch<Scalar>) {
    for index in frame.steps.indices.reversed() { apply(index, to: vectors, inverse: true) }
    changeBasis(of: vectors, transposed: true)
  }

  /// Carries the derivatives by R_q q and R_q p back, in place, where the first then also have what R_q's own derivatives
  /// contribute.
  ///
  /// - Parameters:
  ///   - q: R_q q.
  ///   - isPlacing: whether R_q p is given and p follows, and not the other way round.
  func carryBackCotangents(at q: Batch<Scalar>, isPlacing: Bool) {
    Scalar.scale(1, q.slice(0..<positions.rows), to: positions)
    for (index, step) in frame.steps.enumerated().reversed() {
      if case .turn(let planes, let windings, nil) = step {
        addAngleDerivatives(planes, windings, isPlacing ? -1 : 1)
      }
      for batch in [positions, momenta, positionCotangent, momentumCotangent] {
        apply(index, to: batch, inverse: true)
      }
    }
    for batch in [positionCotangent, momentumCotangent] { changeBasis(of: batch, transposed: true) }
  }

  /// A turn's angle is that of the first plane: dθ = dy / x, where y = 0 after the turn.
  private func addAngleDerivatives(_ planes: [[Int]], _ windings: [Int], _ sign: Scalar) {
    for n in 0..<positions.count {
      var torque: Scalar = 0
      for (plane, winding) in zip(planes, windings) {
        let (i, j) = (plane[0], plane[1])
        let ofPositions =
          positionCotangent[i, n] * positions[j, n] - positionCotangent[j, n] * positions[i, n]
        let ofMomenta =
          momentumCotangent[i, n] * momenta[j, n] - momentumCotangent[j, n] * momenta[i, n]
        torque += Scalar(winding) * (ofPositions + sign * ofMomenta)
      }
      let radius = positions[planes[0][0], n]
      if radius > 0 { positionCotangent[planes[0][1], n] += torque / radius }
    }
  }

  // MARK: Steps

  private func choose(_ index: Int, at q: Batch<Scalar>) {
    let offset = offsets[index]
    switch frame.steps[index] {
    case .turn(let planes, let windings, let order):
      for n in 0..<q.count {
        var (c, s) = (q[planes[0][0], n], q[planes[0][1], n])
        if let order { (c, s) = Self.nearest(c, s, of: order) }
        let radius = Scalar.hypot(c, s)
        (c, s) = radius > 0 ? (c / radius, s / radius) : (1, 0)
        for (k, winding) in windings.enumerated() {
          let (x, y) = Self.power(c, s, winding)
          (elements[offset + 2 * k, n], elements[offset + 2 * k + 1, n]) = (x, y)
        }
      }
    case .mirror(let coordinates):
      for n in 0..<q.count { elements[offset, n] = q[coordinates[0], n] < 0 ? -1 : 1 }
    case .sort(let bodies):
      for n in 0..<q.count {
        for (place, body) in bodies.enumerated() {
          var free = place
          while free > 0, precedes(body, bodies[Int(elements[offset + free - 1, n])], q, n) {
            elements[offset + free, n] = elements[offset + free - 1, n]
            free -= 1
          }
          elements[offset + free, n] = Scalar(place)
        }
      }
    }
  }

  private func precedes(_ a: [Int], _ b: [Int], _ q: Batch<Scalar>, _ n: Int) -> Bool {
    for (i, j) in zip(a, b) where q[i, n] != q[j, n] { return q[i, n] < q[j, n] }
    return false
  }

  /// The direction of the multiple of a part of a turn that is nearest to a direction.
  private static func nearest(_ x: Scalar, _ y: Scalar, of order: Int) -> (Scalar, Scalar) {
    let part = 2 * Scalar.pi / Scalar(order)
    let angle = (Scalar.atan2(y: y, x: x) / part).rounded() * part
    return (.cos(angle), .sin(angle))
  }

  /// (c + i s)ⁿ, by squares.
  private static func power(_ c: Scalar, _ s: Scalar, _ exponent: Int) -> (Scalar, Scalar) {
    var (result, factor, rest) = ((Scalar(1), Scalar(0)), (c, s), exponent)
    func product(_ a: (Scalar, Scalar), _ b: (Scalar, Scalar)) -> (Scalar, Scalar) {
      (a.0 * b.0 - a.1 * b.1, a.0 * b.1 + a.1 * b.0)
    }
    while rest > 0 {
      if rest & 1 == 1 { result = product(result, factor) }
      factor = product(factor, factor)
      rest >>= 1
    }
    return result
  }

  private func apply(_ index: Int, to vectors: Batch<Scalar>, inverse: Bool) {
    let offset = offsets[index]
    switch frame.steps[index] {
    case .turn(let planes, _, _):
      for (k, plane) in planes.enumerated() {
        let (x, y) = (vectors.row(plane[0]), vectors.row(plane[1]))
        let (cosines, sines) = (elements.row(offset + 2 * k), elements.row(offset + 2 * k + 1))
        let sign: Scalar = inverse ? -1 : 1
        for n in 0..<vectors.count {
          let s = sign * sines[n]
          (x[n], y[n]) = (cosines[n] * x[n] + s * y[n], cosines[n] * y[n] - s * x[n])
        }
      }
    case .mirror(let coordinates):
      for i in coordinates {
        let row = vectors.slice(i..<i + 1)
        Scalar.multiply(row, elements.slice(offset..<offset + 1), to: row)
      }
    case .sort(let bodies):
      Scalar.scale(1, vectors.slice(0..<copy.rows), to: copy)
      for (place, body) in bodies.enumerated() {
        for n in 0..<vectors.count {
          let source = bodies[Int(elements[offset + place, n])]
          for (i, j) in zip(body, source) {
            if inverse { vectors[j, n] = copy[i, n] } else { vectors[i, n] = copy[j, n] }
          }
        }
      }
    }
  }

  private func changeBasis(of vectors: Batch<Scalar>, transposed: Bool) {
    guard !basis.isEmpty else { return }
    let vectors = vectors.slice(0..<copy.rows)
    Scalar.scale(1, vectors, to: copy)
    vectors.clear()
    basis.withUnsafeBufferPointer { basis in
      guard let start = basis.baseAddress else { return }
      Scalar.apply(
        start, of: (copy.rows, copy.rows), transposed: transposed, to: copy, adding: true,
        into: vectors)
    }
  }
}
