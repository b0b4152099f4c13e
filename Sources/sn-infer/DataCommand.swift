import ArgumentParser
import Catalogs

/// `sn-infer data`: lists the published data that `fit --with` knows.
struct DataCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "data", abstract: "List the published data that 'fit --with' knows.")

  func run() {
    for data in PublishedData.all { print("\(data)\n") }
  }
}
