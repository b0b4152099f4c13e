import Foundation
import Inference

/// Draws as CmdStan writes them: CSV with a line of names, of which those that end with `__` are the
/// sampler's; its settings and timings in comments.
enum CmdStanFormat: ChainFormat {
  static func recognises(_ text: ChainText) -> Bool {
    text.names?.split(separator: ",").contains { $0 == "lp__" || $0 == "log_density__" } ?? false
  }

  static func layout(
    of text: ChainText, _ description: ChainDescription
  ) throws(ChainFileError) -> ChainLayout {
    let names = (text.names ?? "").split(separator: ",", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    var layout = ChainLayout(roles: [], columns: [])
    layout.byCommas = true
    let density = names.contains("log_density__") ? "log_density__" : "lp__"
    let known = Set(Chain.Statistic.hamiltonian.map(\.rawValue))
    for name in names {
      if name == density {
        layout.roles.append(.logDensity)
      } else if known.contains(name) {
        layout.roles.append(.statistic(Chain.Statistic(rawValue: name)))
      } else if name.hasSuffix("__") {
        layout.roles.append(.ignored)
      } else {
        layout.columns.append(description.column(indexed(name)))
        layout.roles.append(.parameter)
      }
    }
    func setting(_ name: String) -> String? {
      for comment in text.comments {
        let parts = comment.split(separator: "=", maxSplits: 1).map {
          $0.trimmingCharacters(in: .whitespaces)
        }
        if parts.count == 2, parts[0] == name {
          return String(parts[1].prefix { !$0.isWhitespace })
        }
      }
      return nil
    }
    if ["1", "true"].contains(setting("save_warmup")),
      let count = setting("num_warmup").flatMap({ Int($0) }), count > 0
    {
      let thin = max(1, setting("thin").flatMap { Int($0) } ?? 1)
      layout.warmUpRows = (count - 1) / thin + 1
      layout.notes.append("the \(layout.warmUpRows) rows of warm-up are left out")
    }
    return layout
  }

  /// `theta[1,2]` of `theta.1.2`.
  private static func indexed(_ name: String) -> String {
    let parts = name.split(separator: ".", omittingEmptySubsequences: false)
    guard parts.count > 1, parts.dropFirst().allSatisfy({ Int($0) != nil }) else { return name }
    return "\(parts[0])[\(parts.dropFirst().joined(separator: ","))]"
  }
}
