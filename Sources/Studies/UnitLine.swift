import Inference

/// The outcome of a unit as a line of a part file: a checksum of the rest, the unit, and its numbers or the reason of its failure.
enum UnitLine {
  /// The line, with its end.
  static func text(_ unit: Int, _ outcome: UnitTable.Outcome) -> String {
    let content =
      switch outcome {
      case .values(let values): ([String(unit)] + values.map { "\($0)" }).joined(separator: " ")
      case .failed(let reason):
        "\(unit) failed \(reason.map { $0.isNewline ? " " : String($0) }.joined())"
      }
    return "\(checksum(content.utf8)) \(content)\n"
  }

  /// The unit and outcome of a line; nil if it is torn or damaged.
  ///
  /// - Parameters:
  ///   - line: without its end.
  ///   - columnCount: how many numbers a unit has.
  static func parse(
    _ line: Substring, columnCount: Int
  ) -> (unit: Int, outcome: UnitTable.Outcome)? {
    let halves = line.split(separator: " ", maxSplits: 1)
    guard halves.count == 2, halves[0] == checksum(halves[1].utf8) else { return nil }
    let fields = halves[1].split(separator: " ", maxSplits: 2, omittingEmptySubsequences: false)
    guard let unit = Int(fields[0]), unit >= 0 else { return nil }
    if fields.count == 3, fields[1] == "failed" { return (unit, .failed(String(fields[2]))) }
    let words = halves[1].split(separator: " ").dropFirst()
    let values = words.compactMap { Double($0) }
    guard values.count == words.count, values.count == columnCount else { return nil }
    return (unit, .values(values))
  }

  /// The outcomes in the bytes of a part file, in its order.
  ///
  /// - Returns: the outcomes, and the number of damaged lines, to which the last does not count: that of a killed process, or of one
  ///   that is writing, may be torn.
  static func parse(
    part: some Sequence<UInt8>, unitCount: Int, columnCount: Int
  ) -> (outcomes: [(unit: Int, outcome: UnitTable.Outcome)], damagedLines: Int) {
    let lines = String(decoding: Array(part), as: UTF8.self).split(separator: "\n")
    var outcomes: [(unit: Int, outcome: UnitTable.Outcome)] = []
    var damaged = 0
    for (index, line) in lines.enumerated() {
      if let parsed = parse(line, columnCount: columnCount), parsed.unit < unitCount {
        outcomes.append(parsed)
      } else if index < lines.count - 1 {
        damaged += 1
      }
    }
    return (outcomes, damaged)
  }

  private static func checksum(_ bytes: some Sequence<UInt8>) -> String {
    var fingerprint = Fingerprint()
    fingerprint.absorb(bytes)
    return fingerprint.digits
  }
}
