import Foundation
public import Inference

/// Reads chains in the text format of GetDist and CosmoMC, whoever wrote them.
///
/// The chains of a root `out/fit` are `out/fit.1.txt`, … (Cobaya, sn-infer) or `out/fit_1.txt`, …
/// (CosmoMC); `out/fit.paramnames` names the columns. What `ChainFiles` wrote beside them, energies
/// and divergences, is read as well.
public struct GetDistReader: Sendable {
  /// The beginning of all file names, with the folder.
  public let root: String

  /// A reader for the files of a root.
  public init(root: String) {
    self.root = root
  }

  /// Reads all chains.
  ///
  /// - Throws: `ChainFileError` if there are none, or a line is not what the others are.
  public func read() throws(ChainFileError) -> [Chain] {
    let columns = try readColumns()
    var chains: [Chain] = []
    for separator in [".", "_"] {
      while let text = try? String(
        contentsOfFile: "\(root)\(separator)\(chains.count + 1).txt", encoding: .utf8)
      {
        let path = "\(root)\(separator)\(chains.count + 1).txt"
        let chain = try parse(text, path, columns)
        // Beside our own chains lies what the sampler noted; while they grow it may be ahead.
        let noted = try? CmdStanTable(columns: columns).read(
          "\(root)\(separator)\(chains.count + 1).csv")
        chains.append(noted?.values == chain.values ? noted ?? chain : chain)
      }
      if !chains.isEmpty { return chains }
    }
    throw ChainFileError(path: "\(root).1.txt", line: nil, .missing)
  }

  private func readColumns() throws(ChainFileError) -> [Chain.Column] {
    let path = "\(root).paramnames"
    guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
      throw ChainFileError(path: path, line: nil, .missing)
    }
    var columns: [Chain.Column] = []
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace).map(String.init)
      guard let first = words.first else { continue }
      // A star marks a derived parameter.
      let name = first.hasSuffix("*") ? String(first.dropLast()) : first
      let label = words.count > 1 ? words[1].prefix { $0 != "\t" && $0 != "#" } : ""
      columns.append(
        Chain.Column(
          name: name, label: label.isEmpty ? nil : label.trimmingCharacters(in: .whitespaces)))
    }
    guard !columns.isEmpty else { throw ChainFileError(path: path, line: nil, .empty) }
    return columns
  }

  private func parse(
    _ text: String, _ path: String, _ columns: [Chain.Column]
  ) throws(ChainFileError) -> Chain {
    var chain = Chain(columns: columns)
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
      .enumerated()
    {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      guard words.count == columns.count + 2 else {
        throw ChainFileError(
          path: path, line: index + 1,
          .wrongFieldCount(found: words.count, expected: columns.count + 2))
      }
      var numbers: [Double] = []
      for word in words {
        guard let number = Double(word), !number.isNaN else {
          throw ChainFileError(
            path: path, line: index + 1, .notANumber(found: String(word.prefix(40))))
        }
        numbers.append(number)
      }
      chain.append(Array(numbers[2...]), logDensity: -numbers[1], weight: numbers[0])
    }
    guard chain.count > 0 else { throw ChainFileError(path: path, line: nil, .empty) }
    return chain
  }
}

/// What is wrong with a chain file, and where.
public struct ChainFileError: Error, Equatable {
  /// The file.
  public let path: String
  /// The line, counted from 1.
  public let line: Int?
  /// What is wrong.
  public let problem: Problem

  /// What can be wrong.
  public enum Problem: Sendable, Equatable {
    case missing
    case empty
    case wrongFieldCount(found: Int, expected: Int)
    case notANumber(found: String)
    case unequalWeights
    case tooShort(draws: Int)
  }

  /// An error at a place.
  public init(path: String, line: Int?, _ problem: Problem) {
    self.path = path
    self.line = line
    self.problem = problem
  }
}

extension ChainFileError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    let place = line.map { "\(path), line \($0)" } ?? path
    let sentence =
      switch problem {
      case .missing:
        "there is no such file; give the root of the chains, such as chains/jla_binned/hmc"
      case .empty: "the file is empty"
      case .wrongFieldCount(let found, let expected):
        "found \(found) numbers where weight, -log posterior and the parameters make \(expected)"
      case .notANumber(let found): "found '\(found)' where a number is expected"
      case .unequalWeights:
        "the weights are not whole numbers of a reasonable size, so this is not a Markov chain"
      case .tooShort(let draws): "found \(draws) usable draws where at least 4 are needed"
      }
    return "\(place): \(sentence)"
  }
}
