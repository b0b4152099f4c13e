import Inference
import Samplers

/// What is quoted of a parameter: the median with the distances to the 16 % and 84 % quantiles, a 95 % limit where the prior cuts
/// the posterior off, or nothing where only the prior limits it.
struct ParameterQuote: Sendable, Equatable {
  private enum Content: Sendable, Equatable {
    case interval(median: String, up: String, down: String)
    case limit(sign: String, String)
    case nothing
  }

  private let content: Content

  /// Nothing.
  static let nothing = "---"

  /// What is quoted; nil if there is nothing to quote from.
  init?(_ parameter: ParameterSummary, _ kind: ParameterConstraint.Kind, limit: Double?) {
    let quantiles = parameter.quantiles
    guard quantiles.count > 3, quantiles.allSatisfy(\.isFinite) else { return nil }
    guard kind == .interval else {
      guard kind != .unconstrained, let limit else {
        content = .nothing
        return
      }
      let decimals = Rounding.decimals(for: parameter.standardDeviation, digits: 2)
      content = .limit(
        sign: kind == .upperLimit ? "<" : ">", Rounding.number(limit, decimals: decimals))
      return
    }
    let (low, median, high) = (quantiles[1], quantiles[2], quantiles[3])
    let decimals = Rounding.decimals(for: min(high - median, median - low), digits: 2)
    content = .interval(
      median: Rounding.number(median, decimals: decimals),
      up: Rounding.number(high - median, decimals: decimals),
      down: Rounding.number(median - low, decimals: decimals))
  }

  init?(_ parameter: ParameterSummary, _ constraint: ParameterConstraint?) {
    self.init(parameter, constraint?.kind ?? .interval, limit: constraint?.limit)
  }

  /// In plain characters.
  var plain: String {
    switch content {
    case .interval(let median, let up, let down):
      up == down ? "\(median) ± \(up)" : "\(median) +\(up) −\(down)"
    case .limit(let sign, let number): "\(sign) \(number)"
    case .nothing: Self.nothing
    }
  }

  /// For LaTeX.
  var latex: String {
    func number(_ text: String) -> String { text.replacing("−", with: "-") }
    return switch content {
    case .interval(let median, let up, let down):
      up == down
        ? "$\(number(median)) \\pm \(up)$" : "$\(number(median))^{+\(up)}_{-\(down)}$"
    case .limit(let sign, let text): "$\(sign) \(number(text))$"
    case .nothing: Self.nothing
    }
  }

  /// A string of gnuplot.
  var gnuplot: String { GnuplotScript.literal(plain) }
}
