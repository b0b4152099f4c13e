public import Cosmology
import Files
import Foundation
import LinearAlgebra

extension DataVector {
  /// Writes a mean with a covariance in YAML, as `init(gaussian:)` reads it.
  ///
  /// Quantities are written in the units in which their names are read: distances in Mpc for a fiducial sound horizon become
  /// distances over the sound horizon.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - replacing: whether a file of that name may be replaced.
  ///   - remarks: comments at its beginning.
  /// - Throws: `CatalogError` for quantities that have no name in files, and where nothing can be written.
  public func writeGaussian(
    to path: String, replacing: Bool = false, remarks: [String] = []
  ) throws(CatalogError) {
    let text = try gaussianText(path, remarks)
    try OutputPlace.check(path, replacing: replacing)
    do {
      NewFile.sweep(for: path)
      let file = try NewFile(for: path)
      try file.append(Data(text.utf8))
      try file.commit(synced: true, naming: true)
    } catch {
      throw CatalogError(error.path, .cannotCreate(reason: error.reason))
    }
  }

  private func gaussianText(_ path: String, _ remarks: [String]) throws(CatalogError) -> String {
    var factors: [Double] = []
    for observable in observables {
      let read = try ObservableName(observable.name, parameters: [], in: path, line: nil).observable
      guard Set(read.factors) == Set(observable.factors) else {
        throw CatalogError(
          path, .cannotCreate(reason: "\(observable.name) is another quantity where files name it"))
      }
      factors.append(read.coefficient / observable.coefficient)
    }
    if let twice = observables.indices.first(where: { i in
      observables[..<i].contains { $0.name == observables[i].name }
    }) {
      throw CatalogError(
        path, .cannotCreate(reason: "\(observables[twice].name) is measured twice"))
    }
    let size = values.count
    let rows = (0..<size).map { i in
      (0..<size).map { "\(covariance[i, $0] * factors[i] * factors[$0])" }
        .joined(separator: ", ")
    }
    return remarks.map { "# \($0.filter { !$0.isNewline })\n" }.joined()
      + "names: [\(observables.map { "'\($0.name)'" }.joined(separator: ", "))]\n"
      + "mean: [\(zip(values, factors).map { "\($0 * $1)" }.joined(separator: ", "))]\n"
      + "covariance:\n" + rows.map { "  - [\($0)]\n" }.joined()
  }
}
