import Analyses
import Chains
import Inference

/// Several runs, of this program or others, to be shown in one report.
public struct RunOverlay: Sendable {
  let runs: [OverlaidRun]
  /// The parameters that are shown.
  let parameters: [String]
  /// Values to mark in the figures, by name.
  let marks: [String: Double]
  /// Notes for the user, in sentences.
  public let notes: [String]

  /// The largest number of parameters of a corner plot.
  static let mostParameters = 8

  /// Reads runs, gives parameters of other programs the names of runs of this one, or else of earlier chains, and chooses parameters.
  ///
  /// - Parameters:
  ///   - arguments: at least two: the folder of a run, or the root, a file or the folder of other chains, each perhaps behind
  ///     `NAME=`.
  ///   - chosen: the parameters in their order, each of which one run must have, and at least one of which two; nil for
  ///     those that two share and one has sampled, without nuisances.
  ///   - burnIn: the fraction of each Markov chain to leave out, 0 to 1.
  ///   - renames: other names for columns.
  ///   - marks: values to mark in the figures, by name.
  /// - Throws: `OverlayError`; `ChainFileError` for chains that are missing or damaged.
  public init(
    _ arguments: [String], parameters chosen: [String]? = nil, burnIn: Double = 0,
    renames: ParameterRenames = .init(), marks: [String: Double] = [:]
  ) throws {
    guard arguments.count <= FigureStyle.colors.count else {
      throw OverlayError.tooMany(arguments.count, most: FigureStyle.colors.count)
    }
    let found = try arguments.map { try RunArgument($0) }
    for (place, argument) in found.enumerated() {
      if let twin = found[..<place].first(where: { $0.identity == argument.identity }) {
        throw OverlayError.sameChains(twin.path, argument.path)
      }
    }
    let names = try Self.names(found)
    let contents = try found.map { try $0.read() }
    var all = contents.map(\.chains)
    var used: Set<String> = []
    var ownNotes: [[String]] = []
    for place in all.indices {
      used.formUnion(try renames.apply(&all[place], found[place].path))
      let own = found[place].notes + contents[place].notes + contents[place].warnings
      ownNotes.append(own)
    }
    // The names of this program's runs come first, whatever the order.
    let isOwn = found.map { !$0.findings.samples.isEmpty }
    let order = all.indices.filter { isOwn[$0] } + all.indices.filter { !isOwn[$0] }
    for (rank, place) in order.enumerated() {
      for other in order[..<rank] {
        let target = all[other]
        ownNotes[place] += ParameterRenames.match(&all[place], to: target)
      }
    }
    try renames.check(used, in: all.flatMap { $0[0].columns }, found[0].path)
    var runs: [OverlaidRun] = []
    for place in all.indices {
      runs.append(
        try OverlaidRun(
          names[place], found[place], contents[place], all[place], burnIn: burnIn,
          notes: ownNotes[place]))
    }
    self.runs = runs
    var remarks = runs.flatMap { run in (run.notes + run.failures).map { "\(run.name): \($0)" } }
    parameters = try chosen.map { try Self.chosen($0, runs) } ?? Self.usual(runs)
    for name in parameters {
      let owners = runs.filter { $0.has(name) }
      if owners.count == 1 { remarks.append("\(name) is in \(owners[0].name) only") }
    }
    notes = remarks + MarkedValues.notes(on: marks, among: Self.union(runs))
    self.marks = marks
  }

  /// One name for each: that of the user, or the shortest that no other has.
  private static func names(_ arguments: [RunArgument]) throws(OverlayError) -> [String] {
    let short = arguments.map { $0.givenName ?? $0.usualNames[0] }
    let names = arguments.indices.map { place in
      let isTaken = short.count { $0 == short[place] } > 1
      return isTaken ? arguments[place].givenName ?? arguments[place].usualNames[1] : short[place]
    }
    for (place, name) in names.enumerated() {
      if let twin = names[..<place].firstIndex(of: name) {
        throw .sameName(name, paths: [arguments[twin].path, arguments[place].path])
      }
    }
    return names
  }

  /// The names of all columns that vary, those of the first run first.
  private static func union(_ runs: [OverlaidRun]) -> [String] {
    var names: [String] = []
    for name in runs.flatMap({ $0.columns.map(\.name) }) where !names.contains(name) {
      names.append(name)
    }
    return names
  }

  private static func shared(_ runs: [OverlaidRun]) -> [String] {
    union(runs).filter { name in runs.count { $0.has(name) } > 1 }
  }

  private static func chosen(
    _ names: [String], _ runs: [OverlaidRun]
  ) throws(OverlayError) -> [String] {
    let all = union(runs)
    var found: [String] = []
    for name in names {
      // The Hubble constant has two units, so that only its own name will do.
      let alias =
        ParameterAlias(of: name)?.name == "h" ? nil : ParameterAlias.place(of: name, among: all)
      guard let own = all.contains(name) ? name : alias.map({ all[$0] }) else {
        throw .unknownParameter(
          name, available: all, nearest: nearestName(to: [name], among: all))
      }
      if found.contains(own) { throw .parameterTwice(name) }
      found.append(own)
    }
    guard found.count <= mostParameters else {
      throw .tooManyParameters(found.count, most: mostParameters)
    }
    let shared = shared(runs)
    guard found.contains(where: shared.contains) else { throw .notShared(found, shared: shared) }
    return found
  }

  /// What two runs share and one has sampled, without nuisances; what is known in cosmology first, where not all can be shown.
  private static func usual(_ runs: [OverlaidRun]) throws(OverlayError) -> [String] {
    let names = shared(runs).filter { name in
      runs.count { $0.has(name) && $0.isOfInterest(name) } > 1
    }
    let sampled = names.filter { name in
      runs.contains { $0.columns.contains { $0.name == name && !$0.isDerived } }
    }
    let candidates = sampled.isEmpty ? names : sampled
    if candidates.isEmpty {
      let all = shared(runs)
      guard !all.isEmpty else {
        throw .nothingShared(runs.map { ($0.name, $0.columns.map(\.name)) })
      }
      return Array(all.prefix(mostParameters))
    }
    if candidates.count <= mostParameters { return candidates }
    let known = candidates.filter { ParameterAlias(of: $0) != nil }
    let chosen = Set((known + candidates.filter { !known.contains($0) }).prefix(mostParameters))
    return candidates.filter(chosen.contains)
  }
}
