public import Chains
import Analyses
import Foundation
public import Inference
public import Samplers

/// One side of a comparison: chains from disk with what is known of them.
public struct ComparedChains: Sendable {
  /// Its name in sentences: the root of the files.
  public let root: String
  /// The draws.
  public let draws: ComparedDraws
  /// Their outcome from the `summary.json` in the same folder.
  public let outcome: SamplerOutcome
  /// Notes for a reader, in sentences.
  public let notes: [String]
  /// What casts doubt on the chains, in sentences.
  public let failures: [String]

  /// Reads the two sides of a comparison, with the names of the first for the parameters of the second that are
  /// known to be the same.
  ///
  /// - Parameters:
  ///   - first: the root of chains, one of their files, or their folder.
  ///   - second: the same of the others.
  ///   - burnIn: the fraction of each Markov chain to leave out.
  ///   - renames: other names for columns of either side.
  /// - Throws: `ChainFileError`, also if no parameter is in both.
  public static func pair(
    _ first: String, _ second: String, burnIn: Double, renames: ParameterRenames = .init()
  ) throws(ChainFileError) -> (ComparedChains, ComparedChains) {
    let readers = (try ChainReader(path: first), try ChainReader(path: second))
    var (a, b) = (try readers.0.read(), try readers.1.read())
    var (notesOfA, notesOfB) = (a.notes + a.warnings, b.notes + b.warnings)
    let used = try renames.apply(&a.chains, readers.0.root)
      .union(renames.apply(&b.chains, readers.1.root))
    try renames.check(used, in: a.chains[0].columns + b.chains[0].columns, first)
    notesOfB += ParameterRenames.match(&b.chains, to: a.chains)
    let names = (a.chains[0].columns.map(\.name), b.chains[0].columns.map(\.name))
    guard names.0.contains(where: names.1.contains) else {
      throw ChainFileError(
        path: readers.0.root, .nothingInCommon(readers.1.root, names.0, names.1))
    }
    if sharesDraws(a.chains, b.chains) {
      notesOfB.append(
        "draws are those of \(readers.0.root), so that agreement says nothing: the errors are of independent draws"
      )
    }
    let sides = (
      try PreparedChains(
        a.chains, readers.0.root, paths: a.paths, isWeighted: a.isUncorrelated ? true : nil,
        isTruncated: false, burnIn: burnIn, tempered: a.tempered),
      try PreparedChains(
        b.chains, readers.1.root, paths: b.paths, isWeighted: b.isUncorrelated ? true : nil,
        isTruncated: false, burnIn: burnIn, tempered: b.tempered)
    )
    notesOfA += sides.0.notes
    notesOfB += sides.1.notes
    return (
      ComparedChains(readers.0.root, sides.0, notesOfA),
      ComparedChains(readers.1.root, sides.1, notesOfB)
    )
  }

  /// Whether one has draws of the other, in the parameters that both have, to single precision.
  private static func sharesDraws(_ first: [Chain], _ second: [Chain]) -> Bool {
    let names = first[0].columns.map(\.name).filter(second[0].columns.map(\.name).contains)
    let parts = (first + second).map { chain in
      let places = names.compactMap { name in chain.columns.firstIndex { $0.name == name } }
      var part = Chain(columns: places.map { chain.columns[$0] })
      for index in 0..<chain.count {
        let draw = chain.draw(index)
        part.append(places.map { Double(Float(draw[$0])) }, logDensity: 0)
      }
      return part
    }
    return CopiedDraws(in: parts).stretches.contains {
      $0.original < first.count && $0.chain >= first.count
    }
  }

  private init(_ root: String, _ prepared: PreparedChains, _ notes: [String]) {
    let (folder, name) = ChainFileName.split(root)
    self.root = root
    draws = prepared.draws
    var damages: [String] = []
    outcome = Findings(reading: "\(folder)/summary.json", &damages).outcomes[name] ?? .init()
    self.notes = notes.map { "\(root): \($0)" }
    failures = prepared.failures.map { "\(root): \($0)" }
  }

  /// Given draws, with what is known of them.
  public init(_ name: String, _ draws: ComparedDraws, _ outcome: SamplerOutcome) {
    root = name
    self.draws = draws
    self.outcome = outcome
    (notes, failures) = ([], [])
  }
}
