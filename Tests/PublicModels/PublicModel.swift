import Foundation
public import Inference

/// A posterior of posteriordb (Magnusson et al. 2025), a public benchmark of Bayesian inference, with the
/// moments of the 10,000 independent draws that are published there as its reference.
///
/// Data and moments are in `public-models.json`; https://github.com/stan-dev/posteriordb, release 1.0.
public struct PublicModel: Sendable, CustomStringConvertible {
  /// What it is called.
  public let description: String
  /// The posterior.
  public let posterior: Posterior
  /// Mean and standard deviation of each quantity, with their standard errors.
  public let reference: [String: Moments]

  /// Whether chains that begin far out in the prior can stay in a mode of almost no mass, so that they
  /// are to begin near the mode.
  public let beginsNearMode: Bool

  /// A mean and a standard deviation, each with its standard error.
  public struct Moments: Sendable {
    /// The mean.
    public let mean: Double
    /// The standard error of the mean.
    public let meanError: Double
    /// The standard deviation.
    public let deviation: Double
    /// The standard error of the standard deviation.
    public let deviationError: Double
  }

  /// All models; a new one is a file and a line here.
  public static var all: [PublicModel] {
    get throws {
      [
        try .schools, try .centredSchools, try .regression, try .autoregression, try .movingAverage,
        try .volatility, try .mixture,
      ]
    }
  }

  init(
    _ description: String, _ name: String, beginsNearMode: Bool = false,
    _ posterior: (Data) throws -> Posterior
  ) throws {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("public-models.json")
    let records = try JSONDecoder().decode(
      [String: Record].self, from: Foundation.Data(contentsOf: file))
    guard let record = records[name] else { throw MissingRecord(name: name) }
    self.description = description
    self.beginsNearMode = beginsNearMode
    self.posterior = try posterior(record.data)
    reference = record.reference.mapValues {
      Moments(mean: $0[0], meanError: $0[1], deviation: $0[2], deviationError: $0[3])
    }
  }

  typealias Data = [String: [Double]]

  private struct MissingRecord: Error { let name: String }

  private struct Record: Decodable {
    let data: Data
    let reference: [String: [Double]]
  }
}
