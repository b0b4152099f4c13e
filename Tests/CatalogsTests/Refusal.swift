import Catalogs
import Foundation
import TestSupport
import Testing

/// A table with files next to it and options, and the sentence that must come of it, with DIR for
/// the folder.
struct Refusal: CustomTestStringConvertible, Sendable {
  static let goodTable = "z,mu,mu_err\n0.1,38.3,0.2\n0.5,42.2,0.1\n"

  let testDescription: String
  let files: [String: String]
  let options: Catalog.Options
  let sentence: String

  init(
    _ description: String, table: String = goodTable, covariance: String? = nil,
    beside others: [String: String] = [:], options: Catalog.Options = .init(), _ sentence: String
  ) {
    testDescription = description
    var files = others
    files["table"] = table
    files["covariance"] = covariance
    self.files = files
    self.options = options
    self.sentence = sentence
  }

  /// Reads the table and compares what is said.
  func check(in folder: TemporaryFolder) throws {
    for (name, text) in files { _ = try folder.write(text, to: name) }
    var options = options
    if files["covariance"] != nil { options.covariance = folder.path("covariance") }
    let error = try #require(
      #expect(throws: CatalogError.self) { try Catalog(reading: folder.path("table"), options) })
    #expect(error.description.replacingOccurrences(of: folder.path, with: "DIR") == sentence)
  }
}
