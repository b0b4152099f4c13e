/// A label such as `\Omega_\mathrm{m}`, parsed so that it can be drawn, printed and shown on a
/// page.
///
/// It reads the part of LaTeX's mathematics that labels of parameters are made of: Greek letters,
/// `_` and `^`, braces, `\mathrm`, `\rm`, `\text` and a few signs. Letters are italic unless specified
/// otherwise, digits and capital Greek letters upright. For an unknown command its name
/// is shown.
public struct MathLabel: Sendable, Equatable {
  /// Where a piece stands.
  public enum Script: Sendable {
    case line, lower, upper
  }

  /// A piece of text in one style.
  public struct Piece: Sendable, Equatable {
    /// The characters.
    public var text: String
    /// Whether they are italic.
    public var isItalic: Bool
    /// Whether they are an index or a power.
    public var script: Script
  }

  /// The pieces in order.
  public private(set) var pieces: [Piece] = []

  /// Reads LaTeX without dollar signs.
  public init(latex: String) {
    var characters = Array(latex.filter { $0 != "$" })[...]
    parse(&characters, isItalic: true, .line, depth: 0)
  }

  /// A label in plain characters, such as `Ωₘ` without its index: `Ω_m`.
  public var plain: String {
    var (text, script) = ("", Script.line)
    for piece in pieces {
      if piece.script != script, piece.script != .line {
        text += piece.script == .lower ? "_" : "^"
      }
      script = piece.script
      text += piece.text
    }
    return text
  }

  /// Whether a LaTeX command, without its backslash, may appear in labels.
  static func isKnown(_ command: String) -> Bool {
    symbols[command] != nil || upright.contains(command) || italic.contains(command)
      || [",", ";", ":", " ", "!", "rm", "left", "right"].contains(command)
  }

  private static let upright: Set = ["mathrm", "text", "textrm", "mathsf"]
  private static let italic: Set = ["mathit", "mathbf", "mathcal", "boldsymbol"]

  /// The label as gnuplot's enhanced text.
  var gnuplot: String {
    pieces.map { piece in
      let text = GnuplotScript.escaped(piece.text)
      let styled = piece.isItalic ? "{/:Italic \(text)}" : text
      return switch piece.script {
      case .line: styled
      case .lower: "_{\(styled)}"
      case .upper: "^{\(styled)}"
      }
    }.joined()
  }

  // MARK: Reading

  private mutating func parse(
    _ rest: inout ArraySlice<Character>, isItalic: Bool, _ script: Script, depth: Int
  ) {
    var isItalic = isItalic
    // No real label is that deep; a hostile one must not exhaust the stack.
    guard depth < 20 else { return rest = [] }
    while let character = rest.popFirst() {
      switch character {
      case "}": return
      case "{": parse(&rest, isItalic: isItalic, script, depth: depth + 1)
      case "_", "^":
        let inner = character == "_" ? Script.lower : .upper
        parseArgument(&rest, isItalic, script == .line ? inner : script, depth)
      case "\\":
        let name = command(&rest)
        switch name {
        case _ where Self.upright.contains(name): parseArgument(&rest, false, script, depth)
        case _ where Self.italic.contains(name): parseArgument(&rest, true, script, depth)
        case "rm": isItalic = false
        case "left", "right", "displaystyle", "!": break
        case ",", ";", ":", " ", "quad": append(" ", false, script)
        default:
          if let symbol = Self.symbols[name] {
            append(symbol.text, symbol.isItalic, script)
          } else {
            append(name, false, script)
          }
        }
      case " ", "\t", "\n", "\r", "\r\n": continue
      default:
        append(String(character), isItalic && character.isLetter, script)
      }
    }
  }

  /// One character, one command or one group.
  private mutating func parseArgument(
    _ rest: inout ArraySlice<Character>, _ isItalic: Bool, _ script: Script, _ depth: Int
  ) {
    while rest.first == " " { rest.removeFirst() }
    guard let first = rest.popFirst() else { return }
    switch first {
    case "{": parse(&rest, isItalic: isItalic, script, depth: depth + 1)
    case "\\":
      let name = command(&rest)
      var inner = Array("\\\(name)")[...]
      let isStyle = Self.upright.contains(name) || Self.italic.contains(name)
      if isStyle, rest.first == "{" {
        rest.removeFirst()
        parse(&rest, isItalic: Self.italic.contains(name), script, depth: depth + 1)
      } else {
        parse(&inner, isItalic: isItalic, script, depth: depth + 1)
      }
    default: append(String(first), isItalic && first.isLetter, script)
    }
  }

  private func command(_ rest: inout ArraySlice<Character>) -> String {
    let letters = rest.prefix { $0.isASCII && $0.isLetter }
    let name = letters.isEmpty ? rest.prefix(1) : letters
    rest = rest.dropFirst(name.count)
    return String(name)
  }

  private mutating func append(_ text: String, _ isItalic: Bool, _ script: Script) {
    let text = String(text.filter { !$0.unicodeScalars.contains { $0.properties.isControl } })
    guard !text.isEmpty else { return }
    if let last = pieces.last, last.isItalic == isItalic, last.script == script {
      pieces[pieces.count - 1].text += text
    } else {
      pieces.append(Piece(text: text, isItalic: isItalic, script: script))
    }
  }

  private static let symbols: [String: (text: String, isItalic: Bool)] = {
    var symbols: [String: (String, Bool)] = [:]
    let small = [
      "alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ε", "varepsilon": "ε",
      "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ", "iota": "ι", "kappa": "κ",
      "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "pi": "π", "rho": "ρ", "sigma": "σ",
      "tau": "τ", "upsilon": "υ", "phi": "φ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
    ]
    let upright = [
      "Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ",
      "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω", "times": "×", "cdot": "·", "pm": "±",
      "odot": "⊙", "infty": "∞", "equiv": "≡", "sim": "~", "ln": "ln ", "log": "log ",
      "dagger": "†", "ast": "*", "star": "*", "prime": "′", "_": "_", "%": "%", "&": "&", "#": "#",
    ]
    for (name, text) in small { symbols[name] = (text, true) }
    for (name, text) in upright { symbols[name] = (text, false) }
    return symbols
  }()
}

extension Unicode.Scalar.Properties {
  /// Whether the scalar is a control character, a line separator or one that turns the direction
  /// of writing.
  fileprivate var isControl: Bool {
    switch generalCategory {
    case .control, .lineSeparator, .paragraphSeparator, .format: true
    default: false
    }
  }
}
