public import Cosmology

/// A published data set that is part of the program, by name.
///
/// Each is a value in a file of its own, and a line in ``all``.
public struct PublishedData: Sendable {
  /// A likelihood of its own; the parts of a data set are independent.
  public enum Part: Sendable, Equatable {
    /// Numbers with normal errors.
    case measurement(DataVector)
    /// A likelihood on a grid.
    case table(LikelihoodTable)

    /// What it measures.
    public var observables: [Observable] {
      switch self {
      case .measurement(let measurement): measurement.observables
      case .table(let table): table.observables
      }
    }
  }

  /// What two data sets may both be made of, so that they must not be used together.
  public enum Information: Sendable, Hashable, CaseIterable {
    /// The spectra of DESI: the second release contains the first.
    case desiSpectra
    /// The same galaxies and quasars, or others in the same volume, seen by SDSS and by DESI.
    case clusteringVolume
    /// The angle of the sound horizon in the microwave background.
    case acousticAngle
    /// The abundances of light elements.
    case lightElements
    /// The distances to the hosts of near supernovae.
    case distanceLadder
  }

  /// The name by which it is asked for.
  public let name: String
  /// What it is, in a few words.
  public let title: String
  /// The papers, with their numbers at arXiv.
  public let citation: String
  /// What of it was compared with which published numbers.
  public let checked: String
  /// What it is made of that others may be made of too.
  public let information: Set<Information>
  /// The likelihoods, which are multiplied.
  public let parts: [Part]

  /// All data sets.
  public static let all: [PublishedData] = [
    desiDR1, desiDR2, sdssDR16, chronometers, microwaveBackground, acousticAngle, nucleosynthesis,
    nucleosynthesisWithNeutrinos, hubbleConstantRiess2022, hubbleConstantCCHP2025,
  ]

  /// The data set with a name; nil if there is none.
  public static func named(_ name: String) -> PublishedData? { all.first { $0.name == name } }

  /// The name under which ``excludes`` has supernovae with Cepheid calibrators.
  public static let calibrators = "calibrators"

  /// The other data sets that it must not be used with, as both would count the same information, by name with
  /// the reason.
  public var excludes: [String: String] {
    var reasons: [String: String] = [:]
    for other in Self.all where other.name != name {
      // The most specific comes first.
      let shared = Information.allCases.first {
        information.contains($0) && other.information.contains($0)
      }
      reasons[other.name] = shared?.reason
    }
    if information.contains(.distanceLadder) {
      reasons[Self.calibrators] = Information.distanceLadder.reason
    }
    return reasons
  }
}

extension PublishedData.Information {
  /// Why it must not be counted twice.
  public var reason: String {
    switch self {
    case .desiSpectra: "the second release of DESI contains the first"
    case .clusteringVolume:
      "SDSS and DESI map the same volume of the sky, with many of the same galaxies"
    case .acousticAngle: "both are the angle of the sound horizon in the microwave background"
    case .lightElements: "both are from the same abundances of light elements"
    case .distanceLadder: "both calibrate supernovae by distances to the same near galaxies"
    }
  }
}

extension PublishedData {
  /// What is part of the program is valid, which tests see to.
  static func valid<Value>(_ make: () throws(CatalogError) -> Value) -> Value {
    do throws(CatalogError) {
      return try make()
    } catch {
      preconditionFailure("\(error)")
    }
  }

  /// Rows of distances with their covariance, as they were published.
  static func acousticOscillations(
    _ text: String, covariance: String, _ name: String
  ) -> Part {
    .measurement(
      valid { () throws(CatalogError) in
        try DataVector(acousticText: text, covarianceText: covariance, name: name)
      })
  }

  /// log L on an even grid.
  static func table(
    _ observable: Observable, from lower: Double, to upper: Double, _ logLikelihoods: String,
    _ name: String
  ) -> Part {
    .table(
      valid { () throws(CatalogError) in
        try LikelihoodTable(
          logLikelihoods: numbers(logLikelihoods), of: observable, from: lower, to: upper, name)
      })
  }

  /// The numbers of a text.
  static func numbers(_ text: String) -> [Double] {
    text.split { $0.isWhitespace }.compactMap { Double($0) }
  }
}
