/// The candidate that differs from one of the names by the fewest edits, if it is close enough to
/// be a typo.
package func nearestName(to names: [String], among candidates: [String]) -> String? {
  let distances = candidates.filter { !$0.isEmpty }.map { candidate in
    (
      name: candidate,
      edits: names.map { editDistance($0.lowercased(), candidate.lowercased()) }.min() ?? .max
    )
  }
  guard let best = distances.min(by: { $0.edits < $1.edits }) else { return nil }
  return best.edits <= max(1, best.name.count / 3) ? best.name : nil
}

/// The number of insertions, deletions and substitutions that turn one word into another
/// (Levenshtein 1966).
private func editDistance(_ first: String, _ second: String) -> Int {
  let (a, b) = (Array(first), Array(second))
  var previous = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var current = [i + 1]
    for (j, y) in b.enumerated() {
      current.append(min(previous[j + 1] + 1, current[j] + 1, previous[j] + (x == y ? 0 : 1)))
    }
    previous = current
  }
  return previous[b.count]
}
