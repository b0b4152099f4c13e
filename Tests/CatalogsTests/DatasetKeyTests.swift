import Catalogs
import Cosmology
import TestSupport
import Testing

/// Keys and lines of lists of files that are not understood.
@Suite struct DatasetKeyTests {
  let folder: TemporaryFolder
  init() throws {
    folder = try TemporaryFolder()
    _ = try folder.write(Twelve.table(), to: "t.csv")
    _ = try folder.write(Twelve.text(Twelve.covariance()), to: "covtot.txt")
  }

  private func read(_ text: String, name: String = "l.dataset") throws -> Catalog {
    try Catalog(reading: try folder.write(text, to: name))
  }

  private func refusal(_ text: String, name: String = "l.dataset") throws -> CatalogError {
    try #require(#expect(throws: CatalogError.self) { try read(text, name: name) })
  }

  @Test(
    "a key that is nearly one of a list",
    arguments: [
      ("mag_covmat_fiel = covtot.txt", "mag_covmat_file"),
      ("mag_covmat = covtot.txt", "mag_covmat_file"),
      ("magcovmat_file = covtot.txt", "mag_covmat_file"),
      ("covmat = covtot.txt", "mag_covmat_file"), ("cov_file: covtot.txt", "mag_covmat_file"),
      ("COVARIANCE = covtot.txt", "mag_covmat_file"), ("has_magcovmat = F", "has_mag_covmat"),
      ("pec_z = 0.001", "pecz"), ("intrinsic_disp = 0.1", "intrinsicdisp"),
    ])
  func near(line: String, meant: String) throws {
    let error = try refusal("data_file = t.csv\n\(line)\n")
    #expect(error.row == 2 && error.problem == .unknownKey(nearest: meant), "\(error.description)")
    #expect(error.description.contains("did you mean '\(meant)'"))
  }

  @Test(
    "keys that mean nothing are named, and lines that are none", arguments: ["l.dataset", "l.txt"])
  func unused(name: String) throws {
    let catalog = try read(
      "name = x\ndata_file = t.csv\nzmin = 0.1\nfoo = bar\nmag_covmat_file = covtot.txt\n"
        + "covmat_file = old.txt\nsome prose\n", name: name)
    #expect(catalog.covarianceSource == folder.path("covtot.txt"))
    for note in [
      "'zmin' is not used here", "'foo' is not used here",
      "'covmat_file' names a file that is not used here",
      "row 7 is not 'key = value', and is not used",
    ] { #expect(catalog.notes.contains(note), "\(catalog.notes)") }
    #expect(!catalog.notes.contains { $0.contains("'name'") })
  }

  @Test(
    "other lists are not followed",
    arguments: [
      "INCLUDE(base.dataset)", "DEFAULT(base.dataset)", "  include(base.dataset)", "DEFAULT(a=b)",
    ])
  func directives(line: String) throws {
    _ = try folder.write("mag_covmat_file = covtot.txt\n", to: "base.dataset")
    for text in ["data_file = t.csv\n\(line)\n", "\(line)\ndata_file = t.csv\n", "\(line)\n"] {
      let error = try refusal(text)
      #expect(error.description.contains("base.dataset") || line.contains("a=b"))
      guard case .listDirective = error.problem else {
        Issue.record("\(error.description)")
        return
      }
    }
  }

  @Test("a key without a file, and a line without a sign")
  func empty() throws {
    for (text, key) in [
      ("data_file = t.csv\nmag_covmat_file =\n", "mag_covmat_file"),
      ("name = x\ndata_file:\n", "data_file"),
      ("data_file = t.csv\nhas_mag_covmat = T\n\nmag_covmat_file =   \n", "mag_covmat_file"),
    ] {
      let error = try refusal(text)
      #expect(error.column == key && error.problem == .noFileName, "\(error.description)")
    }
    #expect(
      try read("data_file = t.csv\nhas_mag_covmat = F\nmag_covmat_file =\n").count == 12)
    #expect(
      try refusal("data_file = t.csv\nmag_covmat_file covtot.txt\n").problem
        == .noSign(found: "mag_covmat_file covtot.txt"))
  }

  @Test("what stands behind END is not used")
  func end() throws {
    let catalog = try read("data_file = t.csv\nEND\nmag_covmat_file = covtot.txt\n")
    #expect(catalog.covarianceSource == "column 'mu_err'")
    #expect(catalog.notes.contains("not used, because after END: mag_covmat_file"))
  }

  @Test("a list without its table")
  func noTable() throws {
    for text in ["name = x\n", "name = x\nfile = t.csv\n", "mag_covmat_file = covtot.txt\n"] {
      #expect(try refusal(text).problem == .lacksKey("data_file"))
    }
    #expect(
      try refusal("mag_covmat_file = covtot.txt\n", name: "l.txt").problem
        == .lacksKey("data_file"))
    for name in ["l.dataset", "l.txt"] {
      #expect(
        try refusal("data_fiel = t.csv\n", name: name).problem == .unknownKey(nearest: "data_file"))
    }
  }

  @Test("a file of the same name next to the list is read, and that is said")
  func beside() throws {
    let replaced = try read("data_file = /somewhere/t.csv\nmag_covmat_file = covtot.txt\n")
    let note =
      "files of the same names next to the .dataset are read in place of those in other folders that it names: "
    #expect(replaced.notes.contains(note + "data_file"), "\(replaced.notes)")
    let both = try read("data_file = /somewhere/t.csv\nmag_covmat_file = ../covtot.txt\n")
    #expect(both.notes.contains(note + "data_file, mag_covmat_file"), "\(both.notes)")
    for name in ["t.csv", "./t.csv", "%DATASETDIR%/t.csv"] {
      #expect(
        try !read("data_file = \(name)\n").notes.contains { $0.contains("next to the .dataset") },
        "\(name)"
      )
    }
  }
}
