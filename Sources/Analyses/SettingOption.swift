import Foundation

/// A change of one setting, `key.path=value`, with the value in YAML.
///
/// Keys that contain dots themselves, such as `bao.desi_dr2`, are found where they are.
struct SettingOption {
  private let text: String
  private let keys: [String]
  private let value: Tree

  /// Reads a change.
  ///
  /// - Throws: `AnalysisError.setting`.
  init(_ text: String) throws(AnalysisError) {
    let parts = text.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let keys = parts[0].split(separator: ".", omittingEmptySubsequences: false)
      .map { $0.trimmingCharacters(in: .whitespaces) }
    guard parts.count == 2, keys.allSatisfy({ !$0.isEmpty }) else {
      throw .setting(text, reason: "this is not key.path=value, such as sampler.hmc.draws=5000")
    }
    (self.text, self.keys) = (text, keys)
    do {
      value = try AnalysisFile.tree(String(parts[1]), text)
    } catch {
      guard case .file(_, _, let reason) = error else { throw error }
      throw .setting(text, reason: reason)
    }
  }

  /// Settings with the change made, which their source knows.
  func applied(to tree: Tree, _ source: inout SettingSource) throws(AnalysisError) -> Tree {
    var path = ""
    let changed = try changed(tree, keys[...], &path)
    guard source.options.updateValue(text, forKey: path) == nil else {
      throw .optionTwice("set", path)
    }
    return changed
  }

  private func changed(
    _ tree: Tree, _ keys: ArraySlice<String>, _ path: inout String
  ) throws(AnalysisError) -> Tree {
    if keys.isEmpty { return value }
    var entries: [(key: String, value: Tree)]
    switch tree {
    case .map(let own): entries = own
    case .null: entries = []
    default:
      throw .setting(text, reason: "\(path) is \(tree.text), which has no keys")
    }
    let count = keys.indices.reversed().map { $0 - keys.startIndex + 1 }.first { count in
      let key = keys.prefix(count).joined(separator: ".")
      return entries.contains { $0.key == key }
        || path == "likelihood" && CobayaLikelihood.names.contains(key)
    }
    let key = keys.prefix(count ?? 1).joined(separator: ".")
    let rest = keys.dropFirst(count ?? 1)
    path += path.isEmpty ? key : ".\(key)"
    if let place = entries.firstIndex(where: { $0.key == key }) {
      entries[place].value = try changed(entries[place].value, rest, &path)
    } else {
      entries.append((key, try changed(.null, rest, &path)))
    }
    return .map(entries)
  }
}

extension Analysis {
  /// The analysis with some settings changed.
  ///
  /// - Parameter options: changes such as `sampler.hmc.draws=5000`, with the keys of files and values in YAML.
  /// - Throws: `AnalysisError.setting`, or what a file with these settings would give.
  public func setting(_ options: [String]) throws(AnalysisError) -> Analysis {
    if options.isEmpty { return self }
    return try AnalysisFile.analysis(
      tree, SettingSource(path: "--set", lines: [:]), setting: options)
  }
}
