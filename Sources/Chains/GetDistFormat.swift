import Foundation
import Inference

/// Draws as GetDist, CosmoMC, MontePython and nested samplers write them: weight, −log posterior (or
/// −2 log likelihood), parameters, which `.paramnames` names.
enum GetDistFormat: ChainFormat {
  static func recognises(_ text: ChainText) -> Bool { false }

  static func layout(
    of text: ChainText, _ description: ChainDescription
  ) throws(ChainFileError) -> ChainLayout {
    let all = try description.columns()
    // Cobaya's columns always come together; another program may derive a chi2 alone.
    let names = all.map(\.name)
    let hasParts = ["minuslogprior", "chi2"].allSatisfy(names.contains)
    let isPart = all.map { hasParts && $0.isDerived && CobayaFormat.isPartOfDensity($0.name) }
    var layout = ChainLayout(
      roles: [.weight, .minusLogDensity] + isPart.map { $0 ? .ignored : .parameter },
      columns: zip(all, isPart).filter { !$0.1 }.map(\.0))
    layout.describe(description)
    return layout
  }
}

/// The same with a first line of names, as Cobaya and this program write them.
enum CobayaFormat: ChainFormat {
  static func recognises(_ text: ChainText) -> Bool {
    guard text.beginsWithComment else { return false }
    let words = words(text).map { $0.lowercased() }
    return words.count > 2 && words[0] == "weight"
      && ["minuslogpost", "minuslogposterior", "minusloglike"].contains(words[1])
      && (text.firstRow.map { $0.split(whereSeparator: \.isWhitespace).count == words.count }
        ?? true)
  }

  private static func words(_ text: ChainText) -> [String] {
    (text.comments.first ?? "").split(whereSeparator: \.isWhitespace).map(String.init)
  }

  /// Whether a column is a part of the log density, which is no quantity with a density of its own.
  static func isPartOfDensity(_ name: String) -> Bool {
    ["minuslogprior", "chi2"].contains { name == $0 || name.hasPrefix("\($0)__") }
  }

  static func layout(
    of text: ChainText, _ description: ChainDescription
  ) throws(ChainFileError) -> ChainLayout {
    let names = words(text).dropFirst(2)
    // What lists the names for all programs is right where a comment is not.
    if description.nameCount == names.count {
      return try GetDistFormat.layout(of: text, description)
    }
    var columns: [Chain.Column] = []
    var roles: [ChainLayout.Role] = [.weight, .minusLogDensity]
    for name in names {
      if isPartOfDensity(name) {
        roles.append(.ignored)
      } else {
        columns.append(description.column(name))
        roles.append(.parameter)
      }
    }
    var layout = ChainLayout(roles: roles, columns: columns)
    layout.describe(description)
    if description.isCobaya { layout.isDensityTempered = true }
    return layout
  }
}

extension ChainLayout {
  fileprivate mutating func describe(_ description: ChainDescription) {
    isIndependent = description.isIndependent
    temperature = description.temperature
  }
}
