import Foundation
import Inference

/// A survey as a YAML file, in which everything but the counts may be left out.
public enum SurveyFile {
  private static let mostBytes = 1 << 20
  static let keys = [
    "name", "counts", "error", "sigma_int", "lensing", "peculiar_velocity", "systematics",
    "magnitude_limit",
  ]

  /// Reads a file.
  ///
  /// - Throws: `AnalysisError.file` with the line of what is wrong.
  public static func read(_ path: String) throws(AnalysisError) -> SurveyDescription {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
    guard data.count <= mostBytes, let text = String(data: data, encoding: .utf8) else {
      throw .file(path: path, line: nil, reason: "this is not YAML of a reasonable size")
    }
    return try parse(text, path)
  }

  /// Reads the text of a file.
  public static func parse(
    _ text: String, _ path: String
  ) throws(AnalysisError) -> SurveyDescription {
    var reader = YAMLReader(path)
    let tree = try reader.tree(text)
    let source = SettingSource(path: path, lines: reader.lines)
    do throws(SettingFault) {
      var survey = try Self.survey(tree, source)
      if tree["name"] == nil {
        survey.name =
          URL(fileURLWithPath: path).deletingPathExtension().lastPathComponent
      }
      if let flaw = survey.flaw {
        // The key of a bin as it was written.
        let place = places(of: tree)[flaw.place] ?? flaw.place
        throw source.fault(place, "\(place): \(flaw.reason)")
      }
      return survey
    } catch {
      throw error.error
    }
  }

  private static func survey(
    _ tree: Tree, _ source: SettingSource
  ) throws(SettingFault) -> SurveyDescription {
    let entries = try entries(tree, "", source, keys)
    guard let counts = tree["counts"], case .map(let bins) = counts else {
      throw source.fault(
        "counts",
        "counts, the numbers of supernovae by redshift such as '0.1-0.2: 300', are missing")
    }
    var survey = SurveyDescription([])
    for (key, value) in bins {
      let place = "counts.\(key)"
      guard let (lower, upper) = range(key) else {
        throw source.fault(place, "\(place) is not two redshifts, such as 0.1-0.2")
      }
      guard case .int(let count) = value else {
        throw source.fault(place, "\(place): a whole number of supernovae is expected here")
      }
      survey.bins.append(.init(lower, upper, count: count))
    }
    for (key, value) in entries where value != .null {
      switch key {
      case "name":
        survey.name = value.text
      case "error": survey.error = try formula(value, key, source)
      case "sigma_int": survey.scatter = try number(value, key, source)
      case "lensing": survey.lensing = try number(value, key, source)
      case "peculiar_velocity": survey.peculiarVelocity = try number(value, key, source)
      case "magnitude_limit":
        _ = try Self.entries(value, key, source, ["value", "width"])
        survey.limit = .init(
          try number(value["value"] ?? .null, "\(key).value", source),
          width: try value["width"].map { (width: Tree) throws(SettingFault) in
            try number(width, "\(key).width", source)
          } ?? 0.2)
      case "systematics":
        guard case .map(let all) = value else {
          throw source.fault(key, "systematics are named, such as 'calibration: {amplitude: 0.01}'")
        }
        for (name, value) in all {
          survey.systematics.append(try systematic(name, value, source))
        }
      default: break
      }
    }
    return survey
  }

  private static func systematic(
    _ name: String, _ value: Tree, _ source: SettingSource
  ) throws(SettingFault) -> SurveyDescription.Systematic {
    let place = "systematics.\(name)"
    _ = try entries(value, place, source, ["amplitude", "shape", "modes"])
    var count = 1
    if let modes = value["modes"] {
      guard case .int(let number) = modes else {
        throw source.fault("\(place).modes", "\(place).modes: a whole number is expected here")
      }
      count = number
    }
    return .init(
      name, amplitude: try number(value["amplitude"] ?? .null, "\(place).amplitude", source),
      shape: try formula(value["shape"] ?? .text("z"), "\(place).shape", source), modes: count)
  }

  private static func entries(
    _ tree: Tree, _ place: String, _ source: SettingSource, _ known: [String]
  ) throws(SettingFault) -> [(key: String, value: Tree)] {
    guard case .map(let entries) = tree else {
      throw source.fault(place, "keys such as \(known[0]) are expected here")
    }
    for (key, _) in entries where !known.contains(key) {
      throw source.unknownKey(place.isEmpty ? key : "\(place).\(key)", key, among: known)
    }
    return entries
  }

  private static func number(
    _ tree: Tree, _ place: String, _ source: SettingSource
  ) throws(SettingFault) -> Double {
    switch tree {
    case .int(let value): return Double(value)
    case .number(let value): return value
    default: throw source.fault(place, "\(place): a number is expected here")
    }
  }

  private static func formula(
    _ tree: Tree, _ place: String, _ source: SettingSource
  ) throws(SettingFault) -> Inference.Expression {
    do throws(ExpressionError) {
      return try Inference.Expression(tree.text)
    } catch {
      throw source.fault(place, "\(place): \(error)")
    }
  }

  /// Two redshifts with a minus sign between them; nil for any other text.
  public static func range(_ text: String) -> (lower: Double, upper: Double)? {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
      .map { Double($0.trimmingCharacters(in: .whitespaces)) }
    guard parts.count == 2, let lower = parts[0], let upper = parts[1] else { return nil }
    return (lower, upper)
  }

  /// The places of bins as they are written, by those that a flaw names.
  private static func places(of tree: Tree) -> [String: String] {
    guard case .map(let bins) = tree["counts"] ?? .null else { return [:] }
    return bins.reduce(into: [:]) { places, bin in
      guard let (lower, upper) = range(bin.key) else { return }
      places["counts.\(SurveyDescription.key(.init(lower, upper, count: 0)))"] = "counts.\(bin.key)"
    }
  }
}
