import Foundation

/// MontePython's `log.param`, which lists the parameters of the chains of its folder where no `.paramnames` does.
///
/// A line such as `data.parameters['omega_b'] = [2.24, None, None, 0.015, 0.01, 'cosmo']` has start, edges, width,
/// scale and role. Chains have the columns of those that vary, in order, and then the derived ones.
struct MontePythonLog {
  /// A column, as files beside chains name it.
  typealias Name = (name: String, label: String?, isDerived: Bool)

  static let fileName = "log.param"
  /// What stands before the number of a chain, `DATE_N__1.txt`.
  static let separator = "__"

  /// The columns, in order.
  private(set) var names: [Name] = []
  /// The hard edges of priors.
  private(set) var ranges: [String: (lower: Double, upper: Double)] = [:]

  /// Reads the log in the folder of chains; nil if there is none that lists parameters.
  ///
  /// - Parameter root: the root of the chains, with the folder.
  init?(besides root: String) {
    let folder = ChainFileName.split(root).folder
    guard let text = try? TextFile.read(folder == "." ? Self.fileName : folder + Self.fileName)
    else { return nil }
    var entries: [(name: String, fields: [String])] = []
    var places: [String: Int] = [:]
    // A literal in the loop would be parsed for each line.
    let pattern = /\s*data\.parameters\[\s*['"](.+?)['"]\s*\]\s*=\s*\[([^\]]*)\]/
    for line in text.split(whereSeparator: \.isNewline) {
      guard let match = line.prefixMatch(of: pattern) else { continue }
      let fields = match.2.split(separator: ",", omittingEmptySubsequences: false).map {
        $0.trimmingCharacters(in: CharacterSet(charactersIn: " \t'\""))
      }
      guard fields.count >= 6 else { continue }
      let name = String(match.1)
      // As in a dictionary, a later value takes the place of an earlier one.
      if let place = places[name] {
        entries[place].fields = fields
      } else {
        places[name] = entries.count
        entries.append((name, fields))
      }
    }
    func isDerived(_ fields: [String]) -> Bool { fields[5].hasPrefix("derived") }
    let varying = entries.filter { !isDerived($0.fields) && Double($0.fields[3]) != 0 }
    names =
      varying.map { ($0.name, nil, false) }
      + entries.filter { isDerived($0.fields) }.map { ($0.name, nil, true) }
    guard !names.isEmpty else { return nil }
    for entry in varying {
      // Before there was None, −1 stood for no edge.
      let edges = entry.fields[1...2].map { Double($0).flatMap { $0 == -1 ? nil : $0 } }
      let (lower, upper) = (edges[0] ?? -.infinity, edges[1] ?? .infinity)
      if lower < upper { ranges[entry.name] = (lower, upper) }
    }
  }
}
