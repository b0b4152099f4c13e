import RealModule

/// The regularised incomplete beta functions I_x(a, b) and 1 − I, as logarithms.
///
/// By the continued fraction (DLMF 8.17.22), evaluated from the front after Lentz 1976, on the side of the
/// mean where it converges fast; relative error below 1e-10.
enum IncompleteBeta {
  /// A point between 0 and 1 with its complement, and the logarithms of both, which may be known where one
  /// of them underflows.
  struct Point {
    let x, complement, logX, logComplement: Double

    init(_ x: Double) {
      self.init(x: x, complement: 1 - x, logX: .log(x), logComplement: .log(onePlus: -x))
    }

    init(x: Double, complement: Double, logX: Double, logComplement: Double) {
      (self.x, self.complement) = (x, complement)
      (self.logX, self.logComplement) = (logX, logComplement)
    }

    var mirrored: Point {
      Point(x: complement, complement: x, logX: logComplement, logComplement: logX)
    }
  }

  /// log I_x(a, b) and log(1 − I_x(a, b)).
  static func logTails(
    _ a: Double, _ b: Double, _ point: Point
  ) -> (below: Double, above: Double) {
    if point.x > (a + 1) / (a + b + 2) {
      let tails = logTails(b, a, point.mirrored)
      return (tails.above, tails.below)
    }
    let logFront =
      .logGamma(a + b) - .logGamma(a) - .logGamma(b) + a * point.logX + b * point.logComplement
    let below = min(0, logFront + .log(fraction(a, b, point.x) / a))
    return (below, below > -0.69 ? .log(-.expMinusOne(below)) : .log(onePlus: -.exp(below)))
  }

  private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    var (numerator, denominator, fraction) = (1.0, 1 - (a + b) * x / (a + 1), 1.0)
    denominator = 1 / (abs(denominator) < tiny ? tiny : denominator)
    fraction = denominator
    for m in 1...10_000 {
      let k = Double(m)
      let even = k * (b - k) * x / ((a + 2 * k - 1) * (a + 2 * k))
      let odd = -(a + k) * (a + b + k) * x / ((a + 2 * k) * (a + 2 * k + 1))
      var change = 1.0
      for coefficient in [even, odd] {
        denominator = 1 + coefficient * denominator
        denominator = 1 / (abs(denominator) < tiny ? tiny : denominator)
        numerator = 1 + coefficient / numerator
        if abs(numerator) < tiny { numerator = tiny }
        change = numerator * denominator
        fraction *= change
      }
      if abs(change - 1) < 1e-15 { break }
    }
    return fraction
  }
}
