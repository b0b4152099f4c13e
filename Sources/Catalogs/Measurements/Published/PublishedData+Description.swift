import Cosmology

extension PublishedData: CustomStringConvertible {
  /// Name, title, numbers, citation, checks, and what it must not be used with, in lines of at most 80 columns.
  public var description: String {
    let count = parts.reduce(0) { $0 + $1.observables.count }
    let redshifts = parts.flatMap(\.observables).compactMap(\.redshift)
    var numbers = "\(count) \(count == 1 ? "number" : "numbers")"
    if let low = redshifts.min(), let high = redshifts.max(), high > 0 {
      numbers += ", z from \(low) to \(high)"
    }
    var lines = [name] + wrapped("\(title) (\(numbers))")
    lines += wrapped("source: \(citation)") + wrapped("checked: \(checked)")
    if !excludes.isEmpty {
      lines += wrapped("not with \(excludes.keys.sorted().joined(separator: ", "))")
    }
    return lines.joined(separator: "\n")
  }
}

/// A text in indented lines of at most 80 columns.
private func wrapped(_ text: String) -> [String] {
  var (lines, line) = ([String](), "  ")
  for word in text.split(separator: " ") {
    if line.count + word.count > 78 {
      lines.append(line)
      line = "  "
    }
    line += (line.count > 2 ? " " : "") + word
  }
  return lines + [line]
}
