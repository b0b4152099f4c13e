public import Inference

/// The files that describe the columns of chains for GetDist and CosmoMC, next to the chains that
/// `ChainFiles` writes.
///
/// `.paramnames` names the columns, with a star at derived ones, `.ranges` gives the hard edges of the priors, `.properties.ini`
/// says that burn-in has been removed. Where the posterior is known, `.updated.yaml` describes it for Cobaya. There is never a `root.txt`, which GetDist would take
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
  /// The columns that only the texts have.
  private let density: DensityColumns?

  /// The header of chains.
  public init(
    root: String, columns: [Chain.Column], label: String, isIndependent: Bool = false
  ) {
    self.init(
      root: root, columns: columns, label: label, isIndependent: isIndependent, density: nil)
  }

  /// The header of chains whose texts may have further columns.
  init(
    root: String, columns: [Chain.Column], label: String, isIndependent: Bool = false,
    density: DensityColumns?
  ) {
    self.root = root
    self.columns = columns
    self.label = label
    self.isIndependent = isIndependent
    self.density = density
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
      + (density.map {
        [
          (
            name: "\(root).updated.yaml",
            content: CobayaDescription(density: $0, isIndependent: isIndependent).content
          )
        ]
      } ?? [])
  }

  /// The names and contents of the files of finished chains, all of one set of columns: this header, and
  /// `ROOT.N.txt` for each.
  static func files(
    of chains: [Chain], root: String, label: String, kind: SampleSet.Kind,
    density: DensityColumns?
  ) -> [(name: String, content: String)] {
    // What stands for a posterior has a log density of its own.
    let density = kind == .raw ? nil : density
    let header = GetDistHeader(
      root: root, columns: chains.first?.columns ?? [], label: label,
      isIndependent: kind != .chains, density: density)
    return chains.enumerated().map { index, chain in
      let text = DrawLines(chain, from: 0, density: density).text
      return (name: "\(root).\(index + 1).txt", content: String(decoding: text, as: UTF8.self))
    } + header.files
  }

  private var parameterNames: String {
    let names = columns.map { "\($0.name)\($0.isDerived ? "*" : "")\t\($0.label)\n" }
    guard let density else { return names.joined() }
    return names.joined() + zip(density.names, density.labels).map { "\($0)*\t\($1)\n" }.joined()
  }

  private var ranges: String {
    columns.map { column in
      func edge(_ bound: Double) -> String { bound.isFinite ? "\(bound)" : "N" }
      return "\(column.name)\t\(edge(column.lowerBound))\t\(edge(column.upperBound))\n"
    }.joined()
  }
}
