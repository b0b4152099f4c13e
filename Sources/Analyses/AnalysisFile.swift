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
  private static let mostBytes = 1 << 20
  private static let mostFaults = 20

  /// Whether a file is one by its name, which ends in `.yaml` or `.yml`.
  public static func isName(_ path: String) -> Bool {
    [".yaml", ".yml"].contains(where: path.lowercased().hasSuffix)
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - options: changes such as `sampler.hmc.draws=5000`, made before anything is looked at.
  /// - Throws: `AnalysisError.file` with the line of what is wrong; `AnalysisError.setting` if a change is.
  public static func read(
    _ path: String, setting options: [String] = []
  ) throws(AnalysisError) -> Analysis {
    guard let data = FileManager.default.contents(atPath: path) else { throw .unreadable(path) }
    guard data.count <= mostBytes, let text = String(data: data, encoding: .utf8) else {
      throw .file(path: path, line: nil, reason: "this is not YAML of a reasonable size")
    }
    return try parse(text, path, setting: options)
  }

  /// Reads the text of a file.
  public static func parse(
    _ text: String, _ path: String, setting options: [String] = []
  ) throws(AnalysisError) -> Analysis {
    var reader = YAMLReader(path)
    let given = try reader.tree(text)
    return try analysis(
      given, SettingSource(path: path, lines: reader.lines), setting: options)
  }

  /// Reads settings.
  static func analysis(
    _ given: Tree, _ source: SettingSource, setting options: [String]
  ) throws(AnalysisError) -> Analysis {
    guard case .map(var entries) = given else {
      throw source.error("", "an analysis has keys such as likelihood and theory")
    }
    // The record of a run is ignored.
    entries.removeAll { $0.key == "run" }
    var (settings, places) = (Tree.map(entries), source)
    for option in options {
      settings = try SettingOption(option).applied(to: settings, &places)
    }
    var file = CobayaFile(places)
    settings = file.translated(settings)
    var faults = file.faults
    while faults.count < mostFaults {
      do throws(SettingFault) {
        var analysis = try read(settings, file.source)
        guard faults.isEmpty else { break }
        (analysis.notes, analysis.wanted, analysis.source) = (file.notes, file.wanted, file.source)
        return analysis
      } catch {
        faults.append(error)
        // What is wrong is left out, to find what else is; a parameter as a whole.
        let keys = error.place.split(separator: ".")
        let place = keys.first == "params" ? keys.prefix(2).joined(separator: ".") : error.place
        guard let rest = settings.leavingOut(place) else { break }
        settings = rest
      }
    }
    throw AnalysisError.joined(faults.map(\.error))
  }

  /// The analysis of settings in this program's words.
  private static func read(
    _ settings: Tree, _ source: SettingSource
  ) throws(SettingFault) -> Analysis {
    if case .map(let params) = settings["params"] ?? .null {
      for (name, value) in params { try checkParameter(value, "params.\(name)", source) }
    }
    let complete = try readingMetric(of: try overlay(settings, source))
    let analysis: Analysis
    do {
      analysis = try complete.decode(Analysis.self)
    } catch let error as DecodingError {
      let (place, reason) = explain(error)
      throw source.fault(place, "\(place): \(reason)")
    } catch {
      throw source.fault("", "\(error)")
    }
    // What was given but did not become part of the value has an unknown key.
    try check(settings, analysis.tree, "", source)
    return analysis
  }

  /// The content of a text.
  static func tree(_ text: String, _ path: String) throws(AnalysisError) -> Tree {
    var reader = YAMLReader(path)
    return try reader.tree(text)
  }

  /// The given settings merged over the defaults.
  private static func overlay(
    _ given: Tree, _ source: SettingSource
  ) throws(SettingFault) -> Tree {
    var usual = Analysis(likelihood: [:])
    if case .map(let likelihoods) = given["likelihood"] ?? .null {
      for (name, value) in likelihoods {
        let place = "likelihood.\(name)"
        if case .text(let text) = value["kind"] ?? .null,
          let kind = ProbeChoice.Kind(rawValue: text)
        {
          usual.probes[name] = ProbeChoice(kind)
        } else if value["kind"] != nil {
          throw source.fault(
            "\(place).kind",
            "\(place).kind is one of "
              + ProbeChoice.Kind.allCases.map(\.rawValue).joined(separator: ", "))
        } else if value["data"] != nil {
          usual.likelihood[name] = SupernovaChoice(data: "")
        } else if PublishedData.named(name) != nil {
          usual.probes[name] = ProbeChoice(.published)
        } else {
          throw source.fault(place, missingData(in: place, name, value))
        }
      }
    }
    if case .map(let samplers) = given["sampler"] ?? .null {
      usual.samplers = []
      for (name, _) in samplers {
        guard let type = SamplerList.named(name) else {
          throw source.fault("sampler.\(name)", AnalysisError.unknownSampler(name).description)
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

  /// What a likelihood of a name without data and kind lacks.
  private static func missingData(in place: String, _ name: String, _ value: Tree) -> String {
    if case .map(let entries) = value,
      let typed = entries.map(\.key).first(where: {
        nearestName(to: [$0], among: ["data", "kind"]) != nil
      }), let key = nearestName(to: [typed], among: ["data", "kind"])
    {
      return "\(place).\(typed) is not known; did you mean \(key)?"
    }
    let nearest = nearestName(to: [name], among: PublishedData.all.map(\.name))
    let kinds = ProbeChoice.Kind.allCases.filter { $0 != .published }.map(\.rawValue)
    return "\(place): there are no published data of this name"
      + (nearest.map { "; did you mean \($0)?" }
        ?? ", and your own need 'data', the file of a catalog, or 'kind', one of \(kinds.joined(separator: ", "))")
  }

  /// The settings with the covariance that the metric of HMC starts from in the place of its file.
  private static func readingMetric(of settings: Tree) throws(SettingFault) -> Tree {
    let (sampler, key) = (HamiltonianSampler.name, HamiltonianSampler.metricKey)
    guard case .text(let path) = settings["sampler"]?[sampler]?[key] else { return settings }
    let covariance: NamedCovariance
    do {
      covariance = try NamedCovariance.whole(reading: path)
    } catch {
      throw SettingFault("sampler.\(sampler).\(key)", error)
    }
    guard let tree = try? Tree(covariance) else { return settings }
    return settings.overlaid(
      by: .map([("sampler", .map([(sampler, .map([(key, tree)]))]))]))
  }

  private static func check(
    _ given: Tree, _ known: Tree, _ path: String, _ source: SettingSource
  ) throws(SettingFault) {
    guard case .map(let entries) = given, case .map = known else { return }
    for (key, value) in entries where value != .null {
      let place = path.isEmpty ? key : "\(path).\(key)"
      // Parameters may be given in several ways, and have been checked.
      if path == "params" { continue }
      // What is empty is not written.
      if path.isEmpty, value == .list([]), Analysis.keys.contains(key) { continue }
      guard let own = known[key] else {
        throw source.unknownKey(place, key, among: Self.keys(at: path, of: known))
      }
      if path == "likelihood" || path == "sampler" || path.isEmpty || path.contains(".") {
        try check(value, own, place, source)
      }
    }
  }

  /// The keys that a map may have, also those that are nil.
  private static func keys(at path: String, of known: Tree) -> [String] {
    if path.isEmpty { return Analysis.keys }
    if path == "theory" { return Theory.CodingKeys.allCases.map(\.rawValue) }
    guard case .map(let entries) = known else { return [] }
    guard path.hasPrefix("likelihood."), !path.hasSuffix(".columns") else {
      return entries.map(\.key)
    }
    guard case .text(let text)? = known["kind"], let kind = ProbeChoice.Kind(rawValue: text) else {
      return SupernovaChoice.CodingKeys.allCases.map(\.rawValue)
    }
    return kind.keys.map(\.rawValue)
  }

  private static func checkParameter(
    _ given: Tree, _ place: String, _ source: SettingSource
  ) throws(SettingFault) {
    let isDerived = given["derived"] != nil
    for (value, place, names) in [
      (
        given, place,
        isDerived
          ? DerivedEntry.CodingKeys.allCases.map(\.rawValue)
          : ["prior", "value", "derived", "latex", "ref", "proposal", "drop", "renames"]
      ),
      (given["prior"] ?? .null, "\(place).prior", CobayaDistribution.keys),
    ] {
      guard case .map(let entries) = value else { continue }
      for (key, _) in entries where !names.contains(key) {
        throw source.unknownKey("\(place).\(key)", key, among: names)
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
      let isMap = "\(type)".hasPrefix("Dictionary")
      return (
        place(context),
        "\(wanted["\(type)"] ?? (isMap ? "a map of keys" : "a list")) is expected here"
      )
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
      (try? Yams.serialize(node: YAMLReader.node(.map(entries)), allowUnicode: true)) ?? ""
    return remarks.map { "# \($0)\n" }.joined() + body
  }
}
