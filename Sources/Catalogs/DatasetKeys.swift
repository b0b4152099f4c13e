import Cosmology
import Inference

/// The keys that a list of files may have.
enum DatasetKeys {
  static let data = "data_file"
  static let velocity = "pecz"
  static let scatter = "intrinsicdisp"
  static let massFlag = "twoscriptmfit"
  static let massCut = "scriptmcut"

  private static let files =
    [data] + LightCurveSample.Block.allCases.map { "\($0.listName)_covmat_file" }
  private static let flags =
    [massFlag] + LightCurveSample.Block.allCases.map { "has_\($0.listName)_covmat" }
  private static let numbers = [velocity, scatter, massCut]
  /// What a list is called, which changes nothing.
  private static let title = "name"

  /// Whether a key says something here.
  static func isKnown(_ key: String) -> Bool {
    key == title || (files + flags + numbers).contains(key)
      || (key.hasPrefix(scatter) && Int(key.dropFirst(scatter.count)) != nil)
  }

  /// Whether keys are those of such a list, whatever its name is.
  static func areOfList(_ keys: Set<String>) -> Bool {
    keys.contains(where: files.contains) || nearestName(to: [data], among: Array(keys)) != nil
  }

  /// The key that an unknown one may have been meant to be, of those that a list lacks; nil if it is
  /// no slip of the pen, and announces no covariance either.
  ///
  /// - Parameter isFlag: whether its value is one of a flag.
  static func meant(by key: String, isFlag: Bool, present: Set<String>) -> String? {
    let candidates = (isFlag ? flags : files + numbers).filter { !present.contains($0) }
    let hasCovariance = files.contains { $0 != data && present.contains($0) }
    return nearestName(to: [key], among: candidates)
      ?? (key.contains("cov") && !hasCovariance && !isFlag ? files[1] : nil)
  }
}
