public import Inference

/// The files that describe the columns of chains for GetDist and CosmoMC, next to the chains that
/// `ChainFiles` writes.
///
/// `.paramnames` names the columns, with a star at derived ones, `.ranges` gives the hard edges of the priors, `.properties.ini`
/// says that burn-in has been removed. There is never a `root.txt`, which GetDist would take
/// for a chain.
public struct GetDistHeader {
  /// The beginning of all file names, such as `hmc`.
  public let root: String
  /// The columns of the chains.
  public let columns: [Chain.Column]
  /// The label of the chains in plots.
  public let label: String

  /// Whether the draws are independent and weighted, not those of a Markov chain.
  public let isIndependent: Bool

  /// The header of chains.
  public init(
    root: String, columns: [Chain.Column], label: String, isIndependent: Bool = false
  ) {
    self.root = root
    self.columns = columns
    self.label = label
    self.isIndependent = isIndependent
  }

  /// The names and contents of the files.
  public var files: [(name: String, content: String)] {
    [
      (name: "\(root).paramnames", content: parameterNames),
      (name: "\(root).ranges", content: ranges),
      (
        name: "\(root).properties.ini",
        content:
          "label=\(label)\nsampler=\(isIndependent ? "uncorrelated" : "mcmc")\nburn_removed=T\n"
      ),
    ]
  }

  /// The names and contents of the files of finished chains, all of one set of columns: this header, and
  /// `ROOT.N.txt` for each.
  static func files(
    of chains: [Chain], root: String, label: String, isIndependent: Bool
  ) -> [(name: String, content: String)] {
    let header = GetDistHeader(
      root: root, columns: chains.first?.columns ?? [], label: label, isIndependent: isIndependent)
    return chains.enumerated().map { index, chain in
      let text = DrawLines(chain, from: 0).text
      return (name: "\(root).\(index + 1).txt", content: String(decoding: text, as: UTF8.self))
    } + header.files
  }

  private var parameterNames: String {
    columns.map { "\($0.name)\($0.isDerived ? "*" : "")\t\($0.label)\n" }.joined()
  }

  private var ranges: String {
    columns.map { column in
      func edge(_ bound: Double) -> String { bound.isFinite ? "\(bound)" : "N" }
      return "\(column.name)\t\(edge(column.lowerBound))\t\(edge(column.upperBound))\n"
    }.joined()
  }
}
