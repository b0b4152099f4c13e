import Foundation
import Inference

/// What the columns and rows of a file of draws mean.
struct ChainLayout {
  /// What a column is.
  enum Role: Equatable {
    case weight
    case logWeight
    case logDensity
    case minusLogDensity
    case statistic(Chain.Statistic)
    case parameter
    case ignored
  }

  /// What each column of the file is.
  var roles: [Role]
  /// The parameters, in the order of their columns.
  var columns: [Chain.Column]
  /// Whether commas separate the fields, rather than blanks.
  var byCommas = false
  /// The number of rows at the beginning that are no draws of the posterior.
  var warmUpRows = 0
  /// The number of rows at the end that alone are draws; all, if nil.
  var lastRows: Int?
  /// The number of walkers whose draws take turns.
  var walkers = 1
  /// Whether the draws are independent ones with weights.
  var isIndependent = false
  /// The temperature, and whether the log densities are those at that temperature; nil where only
  /// their scatter tells.
  var temperature = 1.0
  var isDensityTempered: Bool?
  /// Notes for a reader, in sentences.
  var notes: [String] = []

  /// The formats whose files name their columns.
  static var kinds: [any ChainFormat.Type] {
    [CobayaFormat.self, CosmoSISFormat.self, CmdStanFormat.self]
  }

  /// The layout of a file, chosen by what is in it.
  ///
  /// - Throws: `ChainFileError` if nothing names its columns, or two have one name or role.
  init(of text: ChainText, _ description: ChainDescription) throws(ChainFileError) {
    let kind = Self.kinds.first { $0.recognises(text) } ?? GetDistFormat.self
    self = try kind.layout(of: text, description)
    guard roles.count <= ChainText.mostColumns else {
      throw ChainFileError(path: text.path, .tooManyColumns(found: roles.count))
    }
    guard !columns.isEmpty else { throw ChainFileError(path: text.path, .noParameters) }
    var seen: Set<String> = []
    for name in columns.map(\.name) + statistics.map(\.rawValue)
    where !seen.insert(name).inserted {
      throw ChainFileError(path: text.path, .duplicateName(name))
    }
    let single: [(Role, String)] = [
      (.weight, "weights"), (.logWeight, "log weights"), (.logDensity, "log densities"),
    ]
    for (role, what) in single where roles.count(where: { $0 == role }) > 1 {
      throw ChainFileError(path: text.path, .duplicateRole(what))
    }
  }

  /// Given roles and columns.
  init(roles: [Role], columns: [Chain.Column]) {
    (self.roles, self.columns) = (roles, columns)
  }

  /// The statistics, in the order of their columns.
  var statistics: [Chain.Statistic] {
    roles.compactMap { if case .statistic(let name) = $0 { name } else { nil } }
  }
}

/// A way in which programs write their draws.
protocol ChainFormat: Sendable {
  /// Whether a file says by its own names that it is one of these.
  static func recognises(_ text: ChainText) -> Bool
  /// What its columns and rows mean.
  static func layout(
    of text: ChainText, _ description: ChainDescription
  ) throws(ChainFileError) -> ChainLayout
}

extension ChainText {
  /// Reads the draws: a chain for each walker.
  ///
  /// - Parameter isGrowing: whether the file may be growing, so that a last line without its end is
  ///   none, silently.
  func draws(
    _ layout: ChainLayout, isGrowing: Bool = false
  ) throws(ChainFileError) -> (chains: [Chain], notes: [String]) {
    var all = Chain(columns: layout.columns, statistics: layout.statistics)
    var notes = layout.notes
    let line = NumberLine()
    var logWeights: [Double] = []
    var (rowCount, isFirst, cut, least) = (0, true, Int?.none, Int.max)
    var (values, noted) = ([Double](), [Double]())
    let total = layout.lastRows == nil ? 0 : try rows
    let firstRow = layout.lastRows.map { max(0, total - $0) } ?? layout.warmUpRows
    let lastLine = isWhole ? 0 : try lineCount
    try forEachLine { bytes, number throws(ChainFileError) in
      if bytes[0] == UInt8(ascii: "#") { return }
      if isFirst, names != nil {
        isFirst = false
        return
      }
      isFirst = false
      if isGrowing, number == lastLine { return }
      line.parse(bytes, byCommas: layout.byCommas)
      let isLast = number == lastLine
      guard line.numbers.count == layout.roles.count else {
        if isLast, line.numbers.count < layout.roles.count {
          cut = number
          return
        }
        throw ChainFileError(
          path: path, line: number,
          layout.byCommas || names != nil || layout.roles.first != .weight
            ? .unequalRow(found: line.numbers.count, expected: layout.roles.count)
            : .wrongFieldCount(found: line.numbers.count, expected: layout.roles.count))
      }
      // A number that has lost its last digits is still one.
      if isLast, bytes.count < least, rowCount > 0 {
        cut = number
        return
      }
      least = min(least, bytes.count)
      if let mistake = line.mistake {
        if isLast {
          cut = number
          return
        }
        throw ChainFileError(path: path, line: number, .notANumber(found: mistake))
      }
      defer { rowCount += 1 }
      if rowCount < firstRow { return }
      values.removeAll(keepingCapacity: true)
      noted.removeAll(keepingCapacity: true)
      var (weight, logDensity) = (1.0, 0.0)
      for (role, value) in zip(layout.roles, line.numbers) {
        switch role {
        case .weight:
          guard value >= 0, value.isFinite else {
            throw ChainFileError(path: path, line: number, .impossibleWeight(found: value))
          }
          weight = value
        case .logWeight:
          guard value < .infinity else {
            throw ChainFileError(path: path, line: number, .impossibleWeight(found: value))
          }
          logWeights.append(value)
        case .logDensity: logDensity = value
        case .minusLogDensity: logDensity = -value
        case .statistic: noted.append(value)
        case .parameter:
          guard value.isFinite || layout.columns[values.count].isDerived else {
            throw ChainFileError(path: path, line: number, .notANumber(found: "\(value)"))
          }
          values.append(value)
        case .ignored: break
        }
      }
      all.append(values, logDensity: logDensity, weight: weight, noted: noted)
    }
    if let cut { notes.append("line \(cut) of \(path) is cut short and left out") }
    guard all.count > 0 else { throw ChainFileError(path: path, .empty) }
    if logWeights.count == all.count, let largest = logWeights.max(), largest > -.infinity {
      all = all.reweighted { $0 * exp(logWeights[$1] - largest) }
    }
    return (all.walkers(layout.walkers), notes)
  }

  private var rows: Int {
    get throws(ChainFileError) {
      var count = names == nil ? 0 : -1
      try forEachLine { line, _ throws(ChainFileError) in
        if line[0] != UInt8(ascii: "#") { count += 1 }
      }
      return count
    }
  }

  /// The number of the last line that is not blank.
  private var lineCount: Int {
    get throws(ChainFileError) {
      var last = 0
      try forEachLine { _, number throws(ChainFileError) in last = number }
      return last
    }
  }
}

extension Chain {
  /// The same draws with other weights, from the old one and the number of the draw.
  func reweighted(_ weight: (Double, Int) -> Double) -> Chain {
    var result = Chain(columns: columns, statistics: statisticNames)
    for index in 0..<count {
      result.append(
        draw(index), logDensity: logDensities[index], weight: weight(weights[index], index),
        noted: noted(index))
    }
    return result
  }

  /// The chains of walkers that take turns.
  fileprivate func walkers(_ number: Int) -> [Chain] {
    guard number > 1, count >= 4 * number else { return [self] }
    return (0..<number).map { walker in
      var chain = Chain(columns: columns, statistics: statisticNames)
      for index in stride(from: walker, to: count - count % number, by: number) {
        chain.append(
          draw(index), logDensity: logDensities[index], weight: weights[index],
          noted: noted(index))
      }
      return chain
    }
  }
}
