import Inference

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

  /// An error with the line or option of a key, if there is one.
  func located(_ error: AnalysisError, at place: String) -> AnalysisError {
    if let option = option(place) { return .setting(option, reason: error.description) }
    return lines[place].map { .written(path: path, line: $0, error) } ?? error
  }

  /// What is wrong at a key path.
  func error(_ place: String, _ reason: String) -> AnalysisError {
    if let option = option(place) { return .setting(option, reason: reason) }
    let list = place.prefix { $0 != "[" }
    return .file(path: path, line: lines[place] ?? lines[String(list)], reason: reason)
  }

  /// The same, with the key path.
  func fault(_ place: String, _ reason: String) -> SettingFault {
    SettingFault(place, error(place, reason))
  }

  /// A key that is not known.
  ///
  /// - Parameters:
  ///   - place: its path.
  ///   - key: its last part.
  ///   - names: the keys there.
  func unknownKey(_ place: String, _ key: String, among names: [String]) -> SettingFault {
    let known =
      names.isEmpty ? "there are none here" : "the keys are \(names.joined(separator: ", "))"
    let nearest = nearestName(to: [key], among: names).map { "did you mean \($0)?" }
    return fault(place, "\(place) is not known; \(nearest ?? known)")
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

/// What is wrong at one key path of settings.
struct SettingFault: Error {
  /// The key path.
  let place: String
  /// What is wrong, with the line or option.
  let error: AnalysisError

  init(_ place: String, _ error: AnalysisError) { (self.place, self.error) = (place, error) }
}

extension AnalysisError {
  /// At least one error as one, in the order of lines; those without a line last.
  static func joined(_ errors: [AnalysisError]) -> AnalysisError {
    func line(_ error: AnalysisError) -> Int {
      switch error {
      case .file(_, let line?, _), .written(_, let line, _): return line
      default: return .max
      }
    }
    return errors.count == 1 ? errors[0] : .several(errors.sorted { line($0) < line($1) })
  }
}
