public import Inference

/// The files that tell GetDist and CosmoMC what the columns of chains are, beside the chains that
/// `ChainFiles` writes.
///
/// `.paramnames` names the columns, with a star at derived ones, `.ranges` gives the hard edges of the priors, `.properties.ini`
/// says that no burn-in is left to remove. There is never a `root.txt`, which GetDist would take
/// for a chain.
public struct GetDistHeader {
  /// The beginning of all file names, such as `hmc`.
  public let root: String
  /// The columns of the chains.
  public let columns: [Chain.Column]
  /// What plots call the chains.
  public let label: String

  /// Whether the draws are independent ones with weights, not those of a Markov chain.
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
