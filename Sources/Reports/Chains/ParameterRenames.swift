public import Chains
public import Inference

/// Other names for the columns of chains: those that a user gives, and those that programs are known to have for
/// the same parameter.
public struct ParameterRenames: Sendable, Equatable {
  /// The old names, each with its new one.
  public let names: [String: String]

  /// Renames of a user.
  ///
  /// - Parameter names: the old names, each with its new one.
  public init(_ names: [String: String] = [:]) { self.names = names }

  /// Renames the columns that are there.
  ///
  /// - Returns: the old names that were there.
  /// - Throws: `ChainFileError` if a new name is taken.
  public func apply(_ chains: inout [Chain], _ root: String) throws(ChainFileError) -> Set<String> {
    guard let columns = chains.first?.columns, !names.isEmpty else { return [] }
    let used = Set(columns.map(\.name).filter { names[$0] != nil })
    if used.isEmpty { return used }
    let renamed = columns.map { names[$0.name] ?? $0.name }
    for (index, name) in renamed.enumerated() where renamed.firstIndex(of: name) != index {
      throw ChainFileError(path: root, .nameTaken(name))
    }
    chains = chains.map { $0.named(renamed, factors: renamed.map { _ in 1 }) }
    return used
  }

  /// Checks that all old names were there.
  ///
  /// - Throws: `ChainFileError` if one was not.
  func check(
    _ used: Set<String>, in columns: [Chain.Column], _ root: String
  ) throws(ChainFileError) {
    guard let name = names.keys.sorted().first(where: { !used.contains($0) }) else { return }
    throw ChainFileError(path: root, .unknownName(name, available: columns.map(\.name)))
  }

  /// Gives the columns of chains the names, and units, of columns of others that are known to be the same.
  ///
  /// - Returns: what was renamed, in sentences.
  static func match(_ chains: inout [Chain], to others: [Chain]) -> [String] {
    guard let columns = chains.first?.columns, let wanted = others.first?.columns else { return [] }
    var names = columns.map(\.name)
    var factors = columns.map { _ in 1.0 }
    var notes: [String] = []
    for (place, target) in wanted.enumerated() where !names.contains(target.name) {
      guard let alias = ParameterAlias(of: target.name) else { continue }
      let candidates = columns.indices.filter { index in
        names[index] == columns[index].name && ParameterAlias(of: names[index]) == alias
          && !wanted.contains { $0.name == names[index] }
      }
      guard candidates.count == 1, let index = candidates.first else { continue }
      let factor = alias.factor(
        from: mean(chains, index), to: mean(others, place))
      let old = names[index]
      names[index] = target.name
      factors[index] = factor
      notes.append(
        factor == 1
          ? "\(old) is \(target.name)"
          : factor > 1
            ? "\(target.name) is 100 times \(old)" : "\(target.name) is a hundredth of \(old)")
    }
    if !notes.isEmpty { chains = chains.map { $0.named(names, factors: factors) } }
    return notes
  }

  private static func mean(_ chains: [Chain], _ column: Int) -> Double {
    guard let chain = chains.first, chain.count > 0 else { return 0 }
    return chain.column(column).reduce(0, +) / Double(chain.count)
  }
}

extension Chain {
  /// The same draws with other names, multiplied by factors.
  fileprivate func named(_ names: [String], factors: [Double]) -> Chain {
    var result = Chain(
      columns: columns.enumerated().map { index, column in
        let factor = factors[index]
        return Column(
          name: names[index], label: names[index] == column.name ? column.label : nil,
          bounds: (column.lowerBound * factor, column.upperBound * factor),
          isDerived: column.isDerived)
      }, statistics: statisticNames)
    for index in 0..<count {
      result.append(
        zip(draw(index), factors).map { $0 * $1 }, logDensity: logDensities[index],
        weight: weights[index], noted: noted(index))
    }
    return result
  }
}
