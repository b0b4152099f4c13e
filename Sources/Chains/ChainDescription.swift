import Foundation
import Inference
import Yams

/// What the files beside chains say of them: `.paramnames`, `.ranges` and `.properties.ini` (GetDist),
/// `.updated.yaml` (Cobaya), or MontePython's `log.param`.
struct ChainDescription {
  /// The root of the files.
  let root: String
  private let names: [MontePythonLog.Name]
  private let listed: [String: MontePythonLog.Name]
  private let namesPath: String
  private let ranges: [String: (lower: Double, upper: Double)]
  private let properties: [String: String]
  private let cobaya: CobayaInfo?

  /// Reads what is there.
  ///
  /// - Throws: `ChainFileError` if `.paramnames` is there and cannot be read.
  init(root: String) throws(ChainFileError) {
    self.root = root
    let candidates = ["\(root).paramnames", "\(root)_.paramnames"]
    let path = candidates.first(where: FileManager.default.fileExists)
    namesPath = path ?? candidates[0]
    let log = path == nil ? MontePythonLog(besides: root) : nil
    names = try path.map(Self.names) ?? log?.names ?? []
    listed = Dictionary(names.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
    ranges = Self.ranges((try? TextFile.read("\(root).ranges")) ?? "")
      .merging(log?.ranges ?? [:]) { own, _ in own }
    cobaya = CobayaInfo(reading: "\(root).updated.yaml")
    var properties: [String: String] = [:]
    for line in ((try? TextFile.read("\(root).properties.ini")) ?? "").split(
      whereSeparator: \.isNewline)
    {
      let parts = line.prefix { $0 != "#" }.split(separator: "=", maxSplits: 1)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      if parts.count == 2 { properties[parts[0].lowercased()] = parts[1] }
    }
    self.properties = properties
  }

  /// The number of columns that `.paramnames` lists.
  var nameCount: Int { names.count }

  /// Whether Cobaya has described the chains, and not this program.
  var isCobaya: Bool { cobaya != nil && names.isEmpty }

  /// Whether the draws are independent ones with weights.
  var isIndependent: Bool {
    properties["sampler"].map { ["uncorrelated", "nested"].contains($0) }
      ?? (cobaya?.sampler == "polychord")
  }

  /// The temperature at which the chains ran.
  var temperature: Double {
    properties["temperature"].flatMap { Double($0) } ?? cobaya?.temperature ?? 1
  }

  /// How many rows at the beginning of each file are burn-in that the file still has.
  func ignoredRows(of count: Int) -> Int {
    guard !isBurnInRemoved, let number = properties["ignore_rows"].flatMap({ Double($0) }),
      number > 0, number.isFinite
    else { return 0 }
    return number < 1 ? Int((number * Double(count)).rounded()) : Int(min(number, Double(count)))
  }

  private var isBurnInRemoved: Bool { Self.truth(properties["burn_removed"]) == true }

  /// Whether the files say that they still have their burn-in, and not how long it is.
  var hasBurnIn: Bool {
    Self.truth(properties["burn_removed"]) == false && properties["ignore_rows"] == nil
  }

  private static func truth(_ word: String?) -> Bool? {
    switch word?.lowercased() {
    case "t", "true", "1", "yes": true
    case "f", "false", "0", "no": false
    default: nil
    }
  }

  /// The columns that `.paramnames` lists.
  ///
  /// - Throws: `ChainFileError` if there is no such file.
  func columns() throws(ChainFileError) -> [Chain.Column] {
    guard !names.isEmpty else { throw ChainFileError(path: namesPath, .missing) }
    return names.map { column($0.name) }
  }

  /// A column with what is known of it.
  func column(_ name: String) -> Chain.Column {
    let listed = listed[name]
    let told = cobaya?.parameters[name]
    return Chain.Column(
      name: name, label: listed?.label ?? told?.label,
      bounds: ranges[name] ?? told?.bounds ?? (-.infinity, .infinity),
      isDerived: listed?.isDerived ?? told?.isDerived ?? false)
  }

  private static func names(
    _ path: String
  ) throws(ChainFileError) -> [MontePythonLog.Name] {
    let text: String
    do {
      text = try TextFile.read(path)
    } catch {
      switch error {
      case .missing: throw ChainFileError(path: path, .missing)
      case .unreadable(let reason): throw ChainFileError(path: path, .unreadable(reason: reason))
      }
    }
    var names: [MontePythonLog.Name] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      let isDerived = first.hasSuffix("*")
      let label = words.count > 1 ? words[1].prefix { $0 != "\t" && $0 != "#" } : ""
      names.append(
        (
          isDerived ? String(first.dropLast()) : first,
          label.isEmpty ? nil : label.trimmingCharacters(in: .whitespaces), isDerived
        ))
    }
    guard !names.isEmpty else { throw ChainFileError(path: path, .empty) }
    return names
  }

  /// The hard edges of priors: a name, a lower and an upper edge in each line, `N` where there is
  /// none. Other lines are skipped, as in GetDist.
  private static func ranges(_ text: String) -> [String: (lower: Double, upper: Double)] {
    func edge(_ word: Substring, _ none: Double) -> Double? {
      if word == "N" || word == "None" { return none }
      return Double(word).flatMap { $0.isNaN ? nil : $0 }
    }
    return text.split(whereSeparator: \.isNewline).reduce(into: [:]) { ranges, line in
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 3, let lower = edge(words[1], -.infinity),
        let upper = edge(words[2], .infinity), lower < upper
      else { return }
      ranges[String(words[0])] = (lower, upper)
    }
  }
}

/// What Cobaya's `.updated.yaml` says of parameters and sampler; nil where there is none that can be
/// read, since labels and edges only serve figures and flows.
private struct CobayaInfo {
  struct Parameter {
    let label: String?
    let bounds: (lower: Double, upper: Double)?
    let isDerived: Bool
  }

  private(set) var parameters: [String: Parameter] = [:]
  private(set) var sampler: String?
  private(set) var temperature: Double?

  init?(reading path: String) {
    guard let text = try? TextFile.read(path), text.utf8.count < 16 << 20,
      let root = try? Yams.compose(yaml: text)?.mapping
    else { return nil }
    for (key, node) in root["params"]?.mapping ?? [:] {
      guard let name = key.string else { continue }
      let prior = node.mapping?["prior"]
      parameters[name] = Parameter(
        label: node.mapping?["latex"]?.string, bounds: prior.flatMap(Self.bounds),
        isDerived: prior == nil)
    }
    guard let first = root["sampler"]?.mapping?.first else { return }
    sampler = first.key.string
    temperature = first.value.mapping?["temperature"]?.float
  }

  /// The edges of a prior: `[min, max]`, or `min` and `max`.
  private static func bounds(_ node: Node) -> (lower: Double, upper: Double)? {
    let ends: [Double?]
    if let list = node.sequence {
      ends = list.map(\.float)
    } else {
      guard let map = node.mapping, map["dist"]?.string ?? "uniform" == "uniform" else {
        return nil
      }
      ends = [map["min"]?.float, map["max"]?.float]
    }
    guard ends.count == 2, let lower = ends[0], let upper = ends[1], lower < upper else {
      return nil
    }
    return (lower, upper)
  }
}
