import RealModule

/// The discrete Fourier transform of complex numbers whose count is a power of two.
///
/// Decimation in frequency forward, in time backward: neither transform has to undo the bit-reversed order of
/// frequencies in which the other leaves or takes the numbers. Source: Gentleman & Sande 1966, Proceedings of the Fall
/// Joint Computer Conference 29, 563.
struct FourierTransform {
  /// The number of points.
  let count: Int
  /// Real and imaginary parts of exp(−2πi k / n) for n = 8, 16, … `count`, one list after the other, each of at most
  /// `rootsAtOnce` numbers.
  private let real, imaginary: [Double]

  /// Long lists of roots would take more time to load than to multiply by one more number.
  private static let rootsAtOnce = 2048

  /// A transform of at least so many points.
  init(atLeast least: Int) {
    var count = 4
    while count < least { count *= 2 }
    self.count = count
    var (real, imaginary, size) = ([Double](), [Double](), 8)
    while size <= count {
      for k in 0..<min(size / 2, Self.rootsAtOnce) {
        let root = Self.root(k, of: size)
        real.append(root.real)
        imaginary.append(root.imaginary)
      }
      size *= 2
    }
    (self.real, self.imaginary) = (real, imaginary)
  }

  private static func root(_ k: Int, of size: Int) -> (real: Double, imaginary: Double) {
    let angle = -2 * Double.pi * Double(k) / Double(size)
    return (.cos(angle), .sin(angle))
  }

  /// Σ xₜ exp(−2πi k t / count) for all k, in bit-reversed order.
  ///
  /// - Parameters:
  ///   - x: the real parts of `count` numbers.
  ///   - y: the imaginary parts.
  func forward(_ x: inout [Double], _ y: inout [Double]) {
    withPointers(&x, &y) { forward($0, count, list: $1) }
  }

  /// Σ xₖ exp(2πi k t / count) for all t, of numbers in bit-reversed order.
  ///
  /// - Parameters:
  ///   - x: the real parts of `count` numbers.
  ///   - y: the imaginary parts.
  func backward(_ x: inout [Double], _ y: inout [Double]) {
    withPointers(&x, &y) { backward($0, count, list: $1) }
  }

  /// Calls a closure with the numbers, and where the list of roots for all of them begins.
  private func withPointers(
    _ x: inout [Double], _ y: inout [Double], _ body: (Numbers, Int) -> Void
  ) {
    precondition(x.count == count && y.count == count, "\(x.count) numbers of \(count)")
    x.withUnsafeMutableBufferPointer { x in
      y.withUnsafeMutableBufferPointer { y in
        real.withUnsafeBufferPointer { real in
          imaginary.withUnsafeBufferPointer { imaginary in
            guard let x = x.baseAddress, let y = y.baseAddress else { return }
            body(
              Numbers(x: x, y: y, real: real, imaginary: imaginary),
              real.count - min(count / 2, Self.rootsAtOnce))
          }
        }
      }
    }
  }

  // MARK: Halves

  /// Complex numbers, and all roots.
  private struct Numbers {
    var x, y: UnsafeMutablePointer<Double>
    let real, imaginary: UnsafeBufferPointer<Double>

    func upper(_ half: Int) -> Numbers {
      Numbers(x: x + half, y: y + half, real: real, imaginary: imaginary)
    }
  }

  /// Sums and differences of both halves, then each half by itself, while it is in the cache.
  private func forward(_ numbers: Numbers, _ size: Int, list: Int) {
    let (x, y, half) = (numbers.x, numbers.y, size / 2)
    if size == 4 { return forwardFour(x, y) }
    forEachRoot(numbers, size, list) { k, c, s in
      let (a, b) = (x[four: k] - x[four: k + half], y[four: k] - y[four: k + half])
      x[four: k] += x[four: k + half]
      y[four: k] += y[four: k + half]
      x[four: k + half] = a * c - b * s
      y[four: k + half] = a * s + b * c
    }
    let next = list - min(half / 2, Self.rootsAtOnce)
    forward(numbers, half, list: next)
    forward(numbers.upper(half), half, list: next)
  }

  private func backward(_ numbers: Numbers, _ size: Int, list: Int) {
    let (x, y, half) = (numbers.x, numbers.y, size / 2)
    if size == 4 { return backwardFour(x, y) }
    let next = list - min(half / 2, Self.rootsAtOnce)
    backward(numbers, half, list: next)
    backward(numbers.upper(half), half, list: next)
    forEachRoot(numbers, size, list) { k, c, s in
      let (a, b) = (
        x[four: k + half] * c + y[four: k + half] * s,
        y[four: k + half] * c - x[four: k + half] * s
      )
      (x[four: k + half], y[four: k + half]) = (x[four: k] - a, y[four: k] - b)
      x[four: k] += a
      y[four: k] += b
    }
  }

  /// Calls a closure with every fourth k below half of a size, and the roots of that size from k on.
  @inline(__always)
  private func forEachRoot(
    _ numbers: Numbers, _ size: Int, _ list: Int,
    _ body: (Int, SIMD4<Double>, SIMD4<Double>) -> Void
  ) {
    guard let real = numbers.real.baseAddress, let imaginary = numbers.imaginary.baseAddress else {
      return
    }
    let count = min(size / 2, Self.rootsAtOnce)
    for start in stride(from: 0, to: size / 2, by: count) {
      let turn = Self.root(start, of: size)
      for k in stride(from: 0, to: count, by: 4) {
        let (c, s) = (real[four: list + k], imaginary[four: list + k])
        body(
          start + k, c * turn.real - s * turn.imaginary, c * turn.imaginary + s * turn.real)
      }
    }
  }

  private func forwardFour(_ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    let (a, b) = ((x[0] + x[2], y[0] + y[2]), (x[1] + x[3], y[1] + y[3]))
    // Multiplied by 1 and −i.
    let (c, d) = ((x[0] - x[2], y[0] - y[2]), (y[1] - y[3], x[3] - x[1]))
    (x[0], y[0], x[1], y[1]) = (a.0 + b.0, a.1 + b.1, a.0 - b.0, a.1 - b.1)
    (x[2], y[2], x[3], y[3]) = (c.0 + d.0, c.1 + d.1, c.0 - d.0, c.1 - d.1)
  }

  private func backwardFour(_ x: UnsafeMutablePointer<Double>, _ y: UnsafeMutablePointer<Double>) {
    let (a, b) = ((x[0] + x[1], y[0] + y[1]), (x[0] - x[1], y[0] - y[1]))
    // Multiplied by 1 and i.
    let (c, d) = ((x[2] + x[3], y[2] + y[3]), (y[3] - y[2], x[2] - x[3]))
    (x[0], y[0], x[2], y[2]) = (a.0 + c.0, a.1 + c.1, a.0 - c.0, a.1 - c.1)
    (x[1], y[1], x[3], y[3]) = (b.0 + d.0, b.1 + d.1, b.0 - d.0, b.1 - d.1)
  }
}

extension UnsafePointer<Double> {
  /// The four numbers from a place on.
  fileprivate subscript(four place: Int) -> SIMD4<Double> {
    UnsafeRawPointer(self + place).loadUnaligned(as: SIMD4<Double>.self)
  }
}

extension UnsafeMutablePointer<Double> {
  /// The four numbers from a place on.
  fileprivate subscript(four place: Int) -> SIMD4<Double> {
    get { UnsafeRawPointer(self + place).loadUnaligned(as: SIMD4<Double>.self) }
    nonmutating set {
      UnsafeMutableRawPointer(self + place).storeBytes(of: newValue, as: SIMD4<Double>.self)
    }
  }
}
