/// Where settings come from: the lines of a file, and options that change some.
struct SettingSource {
  /// The file.
  let path: String
  /// Lines by key paths.
  var lines: [String: Int]
  /// Options `--set` by the key paths that they set.
  var options: [String: String] = [:]

  /// The option that has set a key, one above it, or one below it where the file has none.
  private func option(_ place: String) -> String? {
    options.first {
      place == $0.key || place.hasPrefix($0.key + ".")
        || lines[place] == nil && $0.key.hasPrefix(place + ".")
    }?.value
  }

  /// What is wrong at a key path.
  func error(_ place: String, _ reason: String) -> AnalysisError {
    if let option = option(place) { return .setting(option, reason: reason) }
    return .file(path: path, line: lines[place], reason: reason)
  }

  /// A key with its line, for lists.
  func words(_ name: String, at place: String) -> String {
    guard option(place) == nil, let line = lines[place] else { return name }
    return "\(name) (line \(line))"
  }

  /// Gives another key path the lines of one.
  mutating func move(_ place: String, to other: String) {
    for (key, line) in lines where key == place || key.hasPrefix(place + ".") {
      lines[other + key.dropFirst(place.count)] = line
    }
    for (key, option) in options where key == place || key.hasPrefix(place + ".") {
      options[other + key.dropFirst(place.count)] = option
    }
  }
}
