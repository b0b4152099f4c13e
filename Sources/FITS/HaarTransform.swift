/// The inverse of the two-dimensional Haar transform of H-compress, in place.
///
/// Whole numbers wrap around where damaged data would overflow them.
struct HaarTransform {
  private let rows: Int
  private let columns: Int
  /// Coefficients first, then pixels; the columns are the fast axis.
  private(set) var values: [Int]

  init(_ coefficients: [Int], rows: Int, columns: Int) {
    self.rows = rows
    self.columns = columns
    values = coefficients
  }

  /// Makes pixels of coefficients.
  ///
  /// - Parameter scale: by what the coefficients were divided, to smooth what that has broken; 0 not
  ///   to smooth.
  mutating func invert(smoothing scale: Int) {
    var levels = 0
    while 1 << levels < max(rows, columns) { levels += 1 }
    var bit = 1 << (levels - 1)
    // The sum of all pixels is a multiple of four.
    values[0] = Self.rounded(values[0], to: bit << 2)
    for level in stride(from: levels - 1, through: 0, by: -1) {
      let (height, width) = ((rows + 1 << level - 1) >> level, (columns + 1 << level - 1) >> level)
      interleave(height, width)
      if scale > 1 { smooth(height, width, limit: scale >> 1) }
      combine(height, width, bit: bit, isLast: level == 0)
      bit >>= 1
    }
  }

  /// A number rounded to a multiple of a power of two.
  private static func rounded(_ value: Int, to unit: Int) -> Int {
    (value &+ (value >= 0 ? unit >> 1 : unit >> 1 &- 1)) & (0 &- unit)
  }

  /// Puts the second half of each row and column between the elements of the first.
  private mutating func interleave(_ height: Int, _ width: Int) {
    func spread(_ start: Int, _ stride: Int, _ count: Int) {
      let old = (0..<count).map { values[start + $0 * stride] }
      let half = (count + 1) / 2
      for index in 0..<count {
        values[start + index * stride] = old[index & 1 == 0 ? index / 2 : half + index / 2]
      }
    }
    for row in 0..<height { spread(row * columns, 1, width) }
    for column in 0..<width { spread(column, columns, height) }
  }

  /// Makes four pixels of a sum and three differences, or two or one at an odd edge.
  private mutating func combine(_ height: Int, _ width: Int, bit: Int, isLast: Bool) {
    // The rounding of the diagonal difference; at the last level there is nothing to round.
    let half = bit >> 1
    let shift = isLast ? 2 : 1
    func multiple(_ value: Int, _ unit: Int) -> Int { Self.rounded(value, to: unit) }
    for row in stride(from: 0, to: height, by: 2) {
      for column in stride(from: 0, to: width, by: 2) {
        let place = row * columns + column
        let (hasBelow, hasRight) = (row + 1 < height, column + 1 < width)
        var sum = values[place]
        switch (hasBelow, hasRight) {
        case (true, true):
          var x = multiple(values[place + columns], bit << 1)
          var y = multiple(values[place + 1], bit << 1)
          let corner = values[place + columns + 1]
          let xy = (corner &+ (corner >= 0 ? half : isLast ? 0 : half - 1)) & (0 - bit)
          // The low bits that were left out when the differences were written follow from each other.
          let low = xy & bit
          x = x >= 0 ? x &- low : x &+ low
          y = y >= 0 ? y &- low : y &+ low
          let next = (xy ^ x ^ y) & (bit << 1)
          sum =
            sum >= 0
            ? sum &+ low &- next : sum &+ (low == 0 ? next : low &- next)
          values[place + columns + 1] = (sum &+ x &+ y &+ xy) >> shift
          values[place + columns] = (sum &+ x &- y &- xy) >> shift
          values[place + 1] = (sum &- x &+ y &- xy) >> shift
          values[place] = (sum &- x &- y &+ xy) >> shift
        case (true, false), (false, true):
          let neighbour = hasBelow ? place + columns : place + 1
          let difference = multiple(values[neighbour], bit << 1)
          let low = difference & (bit << 1)
          sum = sum >= 0 ? sum &- low : sum &+ low
          values[neighbour] = (sum &+ difference) >> shift
          values[place] = (sum &- difference) >> shift
        case (false, false):
          values[place] = sum >> shift
        }
      }
    }
  }
}

// MARK: - Smoothing

extension HaarTransform {
  /// Moves differences towards the slopes between neighbouring sums, by no more than the division
  /// by the scale can have changed them.
  private mutating func smooth(_ height: Int, _ width: Int, limit: Int) {
    for row in stride(from: 2, to: height - 2, by: 2) {
      for column in stride(from: 0, to: width, by: 2) {
        smoothSlope(row * columns + column, along: 2 * columns, at: columns, limit)
      }
    }
    for row in stride(from: 0, to: height, by: 2) {
      for column in stride(from: 2, to: width - 2, by: 2) {
        smoothSlope(row * columns + column, along: 2, at: 1, limit)
      }
    }
    for row in stride(from: 2, to: height - 2, by: 2) {
      for column in stride(from: 2, to: width - 2, by: 2) {
        smoothCurvature(row * columns + column, limit)
      }
    }
  }

  private mutating func smoothSlope(_ place: Int, along step: Int, at offset: Int, _ limit: Int) {
    let (before, here, after) = (values[place - step], values[place], values[place + step])
    let (up, down) = (after &- here, here &- before)
    let largest = max(min(up, down), 0) << 2
    let smallest = min(max(up, down), 0) << 2
    adjust(
      place + offset, towards: after &- before, in: smallest, largest, shift: 3, limit)
  }

  private mutating func smoothCurvature(_ place: Int, _ limit: Int) {
    let (row, column) = (2 * columns, 2)
    let (mm, pm) = (values[place - row - column], values[place + row - column])
    let (mp, pp) = (values[place - row + column], values[place + row + column])
    let here = values[place]
    let (x, y) = (values[place + columns] << 1, values[place + 1] << 1)
    func bound(_ choose: (Int, Int) -> Int, _ clip: (Int, Int) -> Int) -> Int {
      choose(
        choose(clip(pp &- here, 0) &- x &- y, clip(here &- pm, 0) &+ x &- y),
        choose(clip(here &- mp, 0) &- x &+ y, clip(mm &- here, 0) &+ x &+ y)) << 4
    }
    adjust(
      place + columns + 1, towards: pp &+ mm &- mp &- pm, in: bound(max, min), bound(min, max),
      shift: 6, limit)
  }

  /// Moves a value to a slope, which is given 2^shift times as large, within bounds.
  private mutating func adjust(
    _ place: Int, towards slope: Int, in smallest: Int, _ largest: Int, shift: Int, _ limit: Int
  ) {
    guard smallest < largest else { return }
    let excess = max(min(slope, largest), smallest) &- values[place] << shift
    let change = excess >= 0 ? excess >> shift : (excess &+ (1 << shift - 1)) >> shift
    values[place] = values[place] &+ max(min(change, limit), 0 - limit)
  }
}
