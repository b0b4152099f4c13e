import Catalogs
import Foundation
import Inference
import Samplers
import Yams

/// An analysis as a YAML file, in which anything with a default may be left out.
///
/// ```yaml
/// likelihood:
///   supernovae: {data: jla_binned.fits}
/// theory: {model: flat_wcdm}
/// params:
///   w: {prior: {min: -2, max: 0}}
/// sampler:
///   hmc: {draws: 5000}
/// ```
public enum AnalysisFile {
  /// Limits on bytes, and on values once aliases are expanded.
  private static let (mostBytes, mostValues) = (1 << 20, 100_000)

  /// Reads a file.
  ///
  /// - Throws: `AnalysisError.file` with the line of what is wrong.
  public static func read(_ path: String) throws(AnalysisError) -> Analysis {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
    guard data.count <= mostBytes, let text = String(data: data, encoding: .utf8) else {
      throw .file(path: path, line: nil, reason: "this is not YAML of a reasonable size")
    }
    return try parse(text, path)
  }

  /// Reads the text of a file.
  public static func parse(_ text: String, _ path: String) throws(AnalysisError) -> Analysis {
    var reader = NodeReader(path: path, left: mostValues)
    guard case .map(var given) = try tree(text, &reader) else {
      throw .file(
        path: path, line: nil, reason: "an analysis has keys such as likelihood and theory")
    }
    // The record of a run is ignored.
    given.removeAll { $0.key == "run" }
    let complete = try readingMetric(of: try overlay(.map(given), &reader))
    let analysis: Analysis
    do {
      analysis = try complete.decode(Analysis.self)
    } catch let error as DecodingError {
      let (place, reason) = explain(error)
      throw .file(path: path, line: reader.lines[place], reason: "\(place): \(reason)")
    } catch {
      throw .file(path: path, line: nil, reason: "\(error)")
    }
    // What was given but did not become part of the value has an unknown key.
    try check(.map(given), analysis.tree, "", reader)
    return analysis
  }

  /// The content of a text.
  static func tree(_ text: String, _ path: String) throws(AnalysisError) -> Tree {
    var reader = NodeReader(path: path, left: mostValues)
    return try tree(text, &reader)
  }

  private static func tree(
    _ text: String, _ reader: inout NodeReader
  ) throws(AnalysisError) -> Tree {
    let node: Node?
    do {
      node = try Yams.compose(yaml: text)
    } catch {
      let reason = "\(error)".split(separator: "\n").joined(separator: " ")
      throw .file(path: reader.path, line: nil, reason: "this is not YAML: \(reason)")
    }
    return try node.map { node throws(AnalysisError) in try reader.tree(node) } ?? .null
  }

  /// The given settings merged over the defaults.
  private static func overlay(
    _ given: Tree, _ reader: inout NodeReader
  ) throws(AnalysisError) -> Tree {
    var usual = Analysis(likelihood: [:])
    if case .map(let likelihoods) = given["likelihood"] ?? .null {
      for (name, value) in likelihoods {
        if value == .null, PublishedData.named(name) != nil {
          usual.probes[name] = ProbeChoice(.published)
        } else if case .text(let text) = value["kind"] ?? .null,
          let kind = ProbeChoice.Kind(rawValue: text)
        {
          usual.probes[name] = ProbeChoice(kind)
        } else if value["kind"] != nil {
          throw .file(
            path: reader.path, line: reader.lines["likelihood.\(name).kind"],
            reason: "likelihood.\(name).kind is one of "
              + ProbeChoice.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        } else if value["data"] != nil {
          usual.likelihood[name] = SupernovaChoice(data: "")
        } else {
          throw .file(
            path: reader.path, line: reader.lines["likelihood.\(name)"],
            reason: value == .null
              ? AnalysisError.unknownData(name).description
              : "likelihood.\(name): 'data', the file of the catalog, is missing")
        }
      }
    }
    if case .map(let samplers) = given["sampler"] ?? .null {
      usual.samplers = []
      for (name, _) in samplers {
        guard let type = SamplerList.named(name) else {
          let error = AnalysisError.unknownSampler(name)
          throw .file(
            path: reader.path, line: reader.lines["sampler.\(name)"], reason: error.description)
        }
        usual.samplers.append(type.init())
      }
    }
    var entries: [(key: String, value: Tree)] = []
    if case .map(let all) = given {
      // `hmc:` alone stands for its default settings, and `desi_dr2:` for the published data.
      entries = all.map { key, value in
        guard key == "sampler" || key == "likelihood", case .map(let inner) = value else {
          return (key, value)
        }
        return (key, .map(inner.filter { $0.value != .null }))
      }
    }
    return usual.tree.overlaid(by: .map(entries.filter { $0.value != .null }))
  }

  /// The settings with the covariance that the metric of HMC starts from in the place of its file.
  private static func readingMetric(of settings: Tree) throws(AnalysisError) -> Tree {
    let (sampler, key) = (HamiltonianSampler.name, HamiltonianSampler.metricKey)
    guard case .text(let path) = settings["sampler"]?[sampler]?[key] else { return settings }
    let covariance = try NamedCovariance.whole(reading: path)
    guard let tree = try? Tree(covariance) else { return settings }
    return settings.overlaid(
      by: .map([("sampler", .map([(sampler, .map([(key, tree)]))]))]))
  }

  private static func check(
    _ given: Tree, _ known: Tree, _ path: String, _ reader: NodeReader
  ) throws(AnalysisError) {
    guard case .map(let entries) = given, case .map(let others) = known else { return }
    for (key, value) in entries where value != .null {
      let place = path.isEmpty ? key : "\(path).\(key)"
      // Parameters may be given in several ways.
      if path == "params" {
        try checkParameter(value, place, reader)
        continue
      }
      // What is empty is not written.
      if path.isEmpty, value == .list([]), Analysis.keys.contains(key) { continue }
      guard let own = known[key] else {
        let names = path.isEmpty ? Analysis.keys : others.map(\.key)
        throw .file(
          path: reader.path, line: reader.lines[place],
          reason: "\(place) is not known"
            + (nearestName(to: [key], among: names).map { "; did you mean \($0)?" } ?? ""))
      }
      if path == "likelihood" || path == "sampler" || path.isEmpty || path.contains(".") {
        try check(value, own, place, reader)
      }
    }
  }

  private static func checkParameter(
    _ given: Tree, _ place: String, _ reader: NodeReader
  ) throws(AnalysisError) {
    let isDerived = given["derived"] != nil
    for (value, place, names) in [
      (
        given, place,
        isDerived
          ? DerivedEntry.CodingKeys.allCases.map(\.rawValue)
          : ["prior", "value", "derived", "latex"]
      ),
      (given["prior"] ?? .null, "\(place).prior", CobayaDistribution.keys),
    ] {
      guard case .map(let entries) = value else { continue }
      for (key, _) in entries where !names.contains(key) {
        throw .file(
          path: reader.path, line: reader.lines["\(place).\(key)"],
          reason: "\(place).\(key) is not known; the keys are \(names.joined(separator: ", "))")
      }
    }
  }

  private static func explain(_ error: DecodingError) -> (place: String, reason: String) {
    func place(_ context: DecodingError.Context, _ last: String? = nil) -> String {
      let keys = context.codingPath + (last.map { [Tree.Key(stringValue: $0)] } ?? [])
      return keys.reduce("") { path, key in
        if let index = key.intValue { return "\(path)[\(index + 1)]" }
        return path.isEmpty ? key.stringValue : "\(path).\(key.stringValue)"
      }
    }
    switch error {
    case .keyNotFound(let key, let context):
      return (place(context, key.stringValue), "this is missing")
    case .typeMismatch(let type, let context), .valueNotFound(let type, let context):
      let wanted: [String: String] = [
        "Int": "a whole number", "UInt64": "a non-negative whole number",
        "Double": "a number", "String": "text (in quotes, if it looks like a number)",
        "Bool": "true or false",
      ]
      return (place(context), "\(wanted["\(type)"] ?? "something else") is expected here")
    case .dataCorrupted(let context):
      return context.codingPath.isEmpty
        ? ("a number", "it is out of its range") : (place(context), context.debugDescription)
    @unknown default: return ("", "\(error)")
    }
  }

  /// The text of an analysis, with some remarks first.
  ///
  /// - Parameters:
  ///   - analysis: written in full, without what is nil.
  ///   - remarks: lines of comment.
  ///   - run: the record of a run, under the key `run`.
  static func text(_ analysis: Analysis, remarks: [String] = [], run: Tree? = nil) -> String {
    let tree = analysis.tree
    var entries = Analysis.keys.compactMap { key in tree[key].map { (key: key, value: $0) } }
    if let run { entries.append(("run", run)) }
    let body =
      (try? Yams.serialize(node: NodeReader.node(.map(entries)), allowUnicode: true)) ?? ""
    return remarks.map { "# \($0)\n" }.joined() + body
  }
}

/// Parses YAML, and records the line of every value.
private struct NodeReader {
  let path: String
  var left: Int
  var lines: [String: Int] = [:]

  mutating func tree(_ node: Node, _ place: String = "") throws(AnalysisError) -> Tree {
    left -= 1
    guard left > 0 else {
      throw .file(path: path, line: nil, reason: "this is far more than the settings of a run")
    }
    lines[place] = node.mark?.line
    switch node {
    case .scalar(let scalar): return try value(node, scalar)
    case .sequence(let sequence):
      var values: [Tree] = []
      for item in sequence { values.append(try tree(item, place)) }
      return .list(values)
    case .mapping(let mapping):
      var entries: [(key: String, value: Tree)] = []
      for (key, value) in mapping {
        let name = key.scalar?.string ?? "?"
        let inside = place.isEmpty ? name : "\(place).\(name)"
        let part = try tree(value, inside)
        lines[inside] = key.mark?.line
        entries.append((name, part))
      }
      return .map(entries)
    case .alias:
      throw .file(path: path, line: node.mark?.line, reason: "this alias has no anchor")
    }
  }

  private func value(_ node: Node, _ scalar: Node.Scalar) throws(AnalysisError) -> Tree {
    guard scalar.style == .plain || scalar.style == .any else { return .text(scalar.string) }
    if node.null != nil { return .null }
    if let value = node.bool, ["true", "false"].contains(scalar.string.lowercased()) {
      return .bool(value)
    }
    if let value = node.int { return .int(value) }
    if let value = UInt64(scalar.string) { return .unsigned(value) }
    if let value = Double(scalar.string) ?? node.float {
      guard value.isFinite else {
        throw .file(
          path: path, line: node.mark?.line, reason: "'\(scalar.string)' is not a finite number")
      }
      return .number(value)
    }
    return .text(scalar.string)
  }

  static func node(_ tree: Tree) -> Node {
    switch tree {
    case .map(let entries):
      return Node(entries.map { (Node($0.key), node($0.value)) }, Tag(.map))
    case .list(let values):
      let isShort = values.allSatisfy {
        switch $0 {
        case .map, .list: false
        default: true
        }
      }
      return Node(values.map(node), Tag(.seq), isShort ? .flow : .block)
    case .text(let text):
      // What would be read as something else is put in quotes.
      let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n"]
      let isPlain =
        text.wholeMatch(of: /[A-Za-z_\/][A-Za-z0-9_.\/-]*/) != nil
        && !words.contains(text.lowercased())
      return Node(text, Tag(.str), isPlain ? .any : .singleQuoted)
    default: return Node(tree.text)
    }
  }
}
