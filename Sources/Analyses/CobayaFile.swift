import Foundation

/// A file in the words of Cobaya as one in those of this program: what it can be understood as, notes on what is not
/// used, and what is refused.
///
/// What is in this program's words already is left as it is.
struct CobayaFile {
  /// Where its keys are.
  var source: SettingSource
  /// What a reader should know, in sentences.
  var notes: [String] = []
  /// Quantities that it asks for without a formula.
  var wanted: [String] = []
  /// What cannot be understood.
  var faults: [SettingFault] = []
  /// Whether its likelihoods, theory or sampler are Cobaya's.
  var isForeign = false
  /// Where Cobaya keeps its data.
  var packages: String?
  /// A seed among the settings of a sampler.
  var seed: Tree?
  /// Values of parameters among the settings of a theory, by their own names.
  var constants: [(key: String, value: Tree)] = []
  /// What the likelihoods depend on.
  var reach = LikelihoodReach()
  /// Whether it names the model.
  private(set) var hasModel = false

  init(_ source: SettingSource) { self.source = source }

  /// Keys beside the blocks that say where and how Cobaya runs.
  private static let circumstances = [
    "packages_path", "debug", "debug_file", "timing", "stop_at_error", "test", "version",
    "python_path", "minimize",
  ]

  /// The settings in this program's words, as far as they can be understood.
  mutating func translated(_ given: Tree) -> Tree {
    guard case .map(var entries) = given else { return given }
    hasModel = given["theory"]?["model"] != nil
    takeCircumstances(&entries)
    change("likelihood", &entries) { $0.likelihoods($1) }
    change("sampler", &entries) { $0.samplers($1) }
    if isForeign || given["theory"] != nil {
      if given["theory"] == nil { entries.append(("theory", .map([]))) }
      change("theory", &entries) { $0.theory($1) }
    }
    if isForeign || !constants.isEmpty, given["params"] == nil {
      entries.append(("params", .map([])))
    }
    var model: String?
    change("params", &entries) { $0.parameters($1, &model) }
    if let model {
      change("theory", &entries) { .map($1 + [("model", .text(model))]) }
    }
    if let seed, given["seed"] == nil { entries.append(("seed", seed)) }
    return .map(entries)
  }

  /// Puts another value in the place of a block.
  private mutating func change(
    _ key: String, _ entries: inout [(key: String, value: Tree)],
    _ change: (inout CobayaFile, [(key: String, value: Tree)]) -> Tree
  ) {
    guard let place = entries.firstIndex(where: { $0.key == key }) else { return }
    switch entries[place].value {
    case .map(let inner): entries[place].value = change(&self, inner)
    case .null:
      // What is empty is the default.
      if case .map(let inner) = change(&self, []), !inner.isEmpty {
        entries[place].value = .map(inner)
      }
    default: break
    }
  }

  private mutating func takeCircumstances(_ entries: inout [(key: String, value: Tree)]) {
    if case .text(let path)? = entries.first(where: { $0.key == "packages_path" })?.value {
      packages = path
    }
    let idle = entries.filter { Self.circumstances.contains($0.key) && $0.key != "packages_path" }
    note(idle.map(\.key), "", verb: "has no meaning here", "have no meaning here")
    for (key, value) in entries where ["force", "resume"].contains(key) {
      if value == .bool(true) {
        note("\(source.words(key, at: key)) is an option here: --\(key)")
      }
    }
    for (key, value) in entries where ["prior", "post"].contains(key) {
      guard case .map(let inner) = value, !inner.isEmpty else { continue }
      for (name, _) in inner {
        refuse(
          "\(key).\(name)",
          key == "prior"
            ? "a function of Python cannot be a prior here; there are joint: (a covariance or a chain), require: (an inequality), and a likelihood {kind: normal, parameter: FORMULA, mean: …, sd: …}"
            : "chains are not processed again here; add the data to the fit")
      }
    }
    let taken = Self.circumstances + ["force", "resume", "prior", "post"]
    entries.removeAll { taken.contains($0.key) }
  }

  /// The samplers of this program in the place of Cobaya's.
  private mutating func samplers(_ given: [(key: String, value: Tree)]) -> Tree {
    var own: [(key: String, value: Tree)] = []
    var replaced: [String] = []
    for (name, settings) in given {
      switch name {
      case "mcmc", "polychord":
        isForeign = true
        replaced.append(name)
        if case .map(let inner) = settings {
          if let given = inner.first(where: { $0.key == "seed" })?.value, given != .null {
            seed = given
          }
          let idle = inner.filter { $0.key != "seed" && $0.value != .null }
          note(idle.map(\.key), "sampler.\(name)", verb: "is not used", "are not used")
        }
      case "evaluate", "minimize":
        refuse(
          "sampler.\(name)",
          "every run here finds the best fit, and draws from the posterior: name hmc, nhf or map")
      default: own.append((name, settings))
      }
    }
    if let name = replaced.first {
      let place = source.words(name, at: "sampler.\(name)")
      if own.isEmpty {
        own = [("hmc", .null), ("nhf", .null)]
        note("hmc and nhf run with their default settings in the place of \(place)")
      } else {
        note("\(place) is left out beside \(own.map(\.key).joined(separator: " and "))")
      }
    }
    return .map(own)
  }

  // MARK: What is said

  /// What cannot be understood at a key path.
  mutating func refuse(_ place: String, _ reason: String) {
    faults.append(source.fault(place, "\(place): \(reason)"))
  }

  /// A sentence.
  mutating func note(_ sentence: String) { notes.append("\(source.path): \(sentence)") }

  /// A sentence on several keys under a path; none, if there are none.
  mutating func note(_ keys: [String], _ path: String, verb: String, _ plural: String) {
    guard !keys.isEmpty else { return }
    let words = keys.map { source.words($0, at: path.isEmpty ? $0 : "\(path).\($0)") }
    note(
      "\(path.isEmpty ? "" : "\(path): ")\(Self.list(words)) \(words.count == 1 ? verb : plural)")
  }

  /// a, b and c.
  static func list(_ words: [String]) -> String {
    words.count < 2
      ? words.joined()
      : words.dropLast().joined(separator: ", ") + " and " + (words.last ?? "")
  }
}
