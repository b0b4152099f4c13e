import Foundation
import Inference

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
    case unreadable(reason: String)
    case gap(present: String)
    case twoKinds
    case empty
    case wrongFieldCount(found: Int, expected: Int)
    case notANumber(found: String)
    case impossibleWeight(found: Double)
    case unequalWeights
    case tooManyRepetitions(numbers: Double, most: Double)
    case tooShort(draws: Int)
    case damagedTable(reason: String)
    case contradiction(draw: Int, table: String)
    case noChains
    case severalRoots([String])
    case otherColumns(than: String)
    case noParameters
    case duplicateName(String)
    case duplicateRole(String)
    case tooManyColumns(found: Int)
    case lineTooLong
    case unequalRow(found: Int, expected: Int)
    case impossibleTemperature(Double)
    case unknownName(String, available: [String])
    case noColumn(String, available: [String])
    case nothingVaries
    case nameTaken(String)
    case nothingInCommon(String, [String], [String])
  }

  /// An error at a place.
  public init(path: String, line: Int? = nil, _ problem: Problem) {
    self.path = path
    self.line = line
    self.problem = problem
  }
}

extension ChainFileError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    "\(line.map { "\(path), line \($0)" } ?? path): \(reason)"
  }

  /// What is wrong, without the place.
  package var reason: String {
    switch problem {
    case .missing:
      "there is no such file; give the root of the chains, such as chains/jla_binned/hmc"
    case .unreadable(let reason): reason
    case .gap(let present):
      "there is no such file, though there is \(present); chains are numbered without gaps"
    case .twoKinds:
      "there are also chains with another sign before the number; move one kind elsewhere"
    case .empty: "the file is empty"
    case .wrongFieldCount(let found, let expected):
      "found \(found) numbers where weight, -log posterior and the parameters make \(expected)"
    case .notANumber(let found): "found '\(found)' where a number is expected"
    case .impossibleWeight(let found):
      "found \(found) among the weights, which are finite and not negative"
    case .unequalWeights:
      "the weights are not whole numbers of reasonable size, so this is not a Markov chain"
    case .tooManyRepetitions(let numbers, let most):
      "with draws repeated by their weights there are \(String(format: "%.3g", numbers))"
        + " numbers, more than \(String(format: "%.0f", most)); thin the draws"
    case .damagedTable(let reason): reason
    case .contradiction(let draw, let table):
      "draw \(draw) is not that of \(table); remove one of the files that does not belong here"
    case .noChains: "there are no chains in this folder"
    case .severalRoots(let roots):
      "the folder has several sets of chains (\(Self.list(roots))); name one, such as \(path)/\(roots[0])"
    case .otherColumns(let first): "its columns are not those of \(first)"
    case .noParameters: "none of its columns is a parameter"
    case .duplicateName(let name): "two columns have the name '\(name)'"
    case .duplicateRole(let what): "two columns have \(what)"
    case .tooManyColumns(let found):
      "found \(found) columns, more than \(ChainText.mostColumns)"
    case .lineTooLong: "the line has more than \(ChainText.longestLine >> 20) MB"
    case .unequalRow(let found, let expected):
      "found \(found) fields where there are \(expected) columns"
    case .impossibleTemperature(let value):
      "the temperature is \(value), and should be positive"
    case .unknownName(let name, let available):
      "there is no column '\(name)' to rename; there are \(Self.list(available))"
    case .noColumn(let name, let available):
      "there is no column '\(name)'; there are \(Self.list(available))"
    case .nothingVaries: "none of the parameters varies"
    case .nameTaken(let name): "there already is a column '\(name)'"
    case .nothingInCommon(let other, let own, let others):
      "no parameter is in \(other) too: \(Self.list(own)) here, \(Self.list(others)) there;"
        + " --rename a=b tells which are the same"
    case .tooShort(let draws): "found \(draws) usable draws where at least 4 are needed"
    }
  }

  private static func list(_ names: [String]) -> String {
    names.prefix(12).joined(separator: ", ") + (names.count > 12 ? ", …" : "")
  }
}
