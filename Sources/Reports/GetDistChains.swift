public import Inference

/// Chains in the text format of GetDist and CosmoMC, which the field's plotting tools read.
///
/// `root.1.txt`, … have a line a draw: weight, −log posterior, parameters; `.paramnames` names the columns, `.ranges` gives the
/// hard edges of the priors, `.properties.ini` says that no burn-in is left to remove. There is never a `root.txt`, which
/// GetDist would take for a chain. Numbers are the shortest decimals that read back to the same double.
public struct GetDistChains {
  /// The beginning of all file names, such as `hmc`.
  public let root: String
  /// The chains, all with the same columns.
  public let chains: [Chain]
  /// What plots call them.
  public let label: String

  /// Chains with the root of their file names.
  public init(root: String, _ chains: [Chain], label: String) {
    self.root = root
    self.chains = chains
    self.label = label
  }

  /// The names and contents of all files.
  public var files: [(name: String, content: String)] {
    var files = [
      (name: "\(root).paramnames", content: parameterNames),
      (name: "\(root).ranges", content: ranges),
      (name: "\(root).properties.ini", content: properties),
    ]
    for (index, chain) in chains.enumerated() {
      files.append((name: "\(root).\(index + 1).txt", content: Self.text(chain)))
    }
    return files
  }

  private var columns: [Chain.Column] { chains.first?.columns ?? [] }

  private var parameterNames: String {
    columns.map { "\($0.name)\t\($0.label)\n" }.joined()
  }

  private var ranges: String {
    columns.map { column in
      func edge(_ bound: Double) -> String { bound.isFinite ? "\(bound)" : "N" }
      return "\(column.name)\t\(edge(column.lowerBound))\t\(edge(column.upperBound))\n"
    }.joined()
  }

  private var properties: String {
    "label=\(label)\nsampler=mcmc\nburn_removed=T\n"
  }

  private static func text(_ chain: Chain) -> String {
    var text = ""
    for index in 0..<chain.count {
      text += "\(chain.weights[index]) \(-chain.logDensities[index])"
      for value in chain.draw(index) { text += " \(value)" }
      text += "\n"
    }
    return text
  }
}
