import Analyses
import ArgumentParser
import Catalogs

/// `sn-infer convert`: writes a catalog as FITS or CSV.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a catalog and its covariance as one FITS file, or as CSV.",
    discussion: """
      A name that ends with .csv gives a comma-separated table and, in a second file, the covariance as text, with \
      .cov.txt added to the name; any other name gives FITS. Names and surveys of supernovae are kept as texts.
      """)

  @OptionGroup var input: CatalogOptions

  @Argument(help: "The file to write.")
  var output: String

  @Flag(name: [.short, .long], help: "Replace the file if it exists.")
  var force = false

  func run() throws {
    let catalog = try input.choice.read()
    var written = [output]
    if output.lowercased().hasSuffix(".csv") {
      if let matrix = try catalog.writeCSV(to: output, replacing: force) { written.append(matrix) }
    } else {
      try catalog.writeFITS(to: output, replacing: force)
    }
    print(Findings.Data(catalog))
    print("output      \(written.joined(separator: ", "))")
  }
}
