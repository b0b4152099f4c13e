import ArgumentParser
import Catalogs

/// `sn-infer convert`: writes a catalog as FITS.
struct ConvertCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "convert",
    abstract: "Write a catalog and its covariance as one FITS file.")

  @OptionGroup var input: CatalogOptions

  @Argument(help: "The FITS file to write.")
  var output: String

  @Flag(name: [.short, .long], help: "Replace the file if it exists.")
  var force = false

  func run() throws {
    let catalog = try input.read()
    try catalog.writeFITS(to: output, replacing: force)
    print(CatalogText(catalog))
    print("output      \(output)")
  }
}
