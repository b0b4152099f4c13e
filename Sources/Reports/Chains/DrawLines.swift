import Foundation
import Inference

/// Draws as lines of both files of a chain: each number is formatted once.
struct DrawLines {
  /// What GetDist reads: weight, minus the log density, values.
  private(set) var text: [UInt8] = []
  /// CmdStan's columns: statistics, log density, values.
  private var table = Bytes()

  /// The lines of CmdStan's columns.
  var tableLines: [UInt8] { table.bytes }

  /// The lines of the draws from a given one on; numbers round-trip exactly.
  ///
  /// - Parameters:
  ///   - order: the places of the statistics that the table has, in its order.
  ///   - density: the columns that only the text has, if any, whose names are its first line.
  init(
    _ chain: Chain, from first: Int, order: [Int] = [], density: DensityColumns? = nil
  ) {
    if first == 0, chain.count > 0, let density { text += density.header(chain.columns).utf8 }
    let count = chain.count - first
    text.reserveCapacity(count * 20 * (chain.columns.count + 2))
    table.bytes.reserveCapacity(count * 16 * (chain.columns.count + order.count + 1))
    let (weights, logDensities) = (chain.weights, chain.logDensities)
    // Step sizes and small counts often repeat those of the previous draw.
    var last = order.map { _ in (bits: UInt64.max, place: 0..<0) }
    for draw in first..<chain.count {
      let noted = chain.noted(draw)
      for (column, index) in order.enumerated() {
        if noted[index].bitPattern == last[column].bits {
          last[column].place = table.repeat(last[column].place)
        } else {
          last[column] = (noted[index].bitPattern, table.append(noted[index]))
        }
        table.bytes.append(UInt8(ascii: ","))
      }
      if weights[draw] == 1 {
        text += [UInt8(ascii: "1"), UInt8(ascii: "."), UInt8(ascii: "0")]
      } else {
        text += "\(weights[draw])".utf8
      }
      let place = table.append(logDensities[draw])
      text.append(UInt8(ascii: " "))
      let isNegative = table.bytes[place.lowerBound] == UInt8(ascii: "-")
      if !isNegative { text.append(UInt8(ascii: "-")) }
      text += table.bytes[(place.lowerBound + (isNegative ? 1 : 0))..<place.upperBound]
      let values = chain.draw(draw)
      for value in values {
        table.bytes.append(UInt8(ascii: ","))
        text.append(UInt8(ascii: " "))
        text += table.bytes[table.append(value)]
      }
      for value in density?.values(of: values, logDensity: logDensities[draw]) ?? [] {
        text.append(UInt8(ascii: " "))
        text += "\(value)".utf8
      }
      table.bytes.append(UInt8(ascii: "\n"))
      text.append(UInt8(ascii: "\n"))
    }
  }
}

/// Text as bytes, to which numbers are written without intermediate strings.
private struct Bytes: TextOutputStream {
  var bytes: [UInt8] = []

  mutating func write(_ string: String) { bytes += string.utf8 }

  /// The standard library's formatting function, where available.
  mutating func _writeASCII(_ buffer: UnsafeBufferPointer<UInt8>) { bytes += buffer }

  /// Repeats the bytes of a range; a slice would copy everything.
  mutating func `repeat`(_ place: Range<Int>) -> Range<Int> {
    let start = bytes.count
    for index in place { bytes.append(bytes[index]) }
    return start..<bytes.count
  }

  /// Adds the shortest text that reads back as the same number.
  mutating func append(_ number: Double) -> Range<Int> {
    let start = bytes.count
    number.write(to: &self)
    return start..<bytes.count
  }
}
