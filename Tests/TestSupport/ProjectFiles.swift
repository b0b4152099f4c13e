public import Foundation
public import Testing

/// Where the project's own files are, and the larger collection of published catalogs that may lie
/// next to it.
public enum ProjectFiles {
  /// The folder of the package.
  public static let package = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

  /// A file of the bundled data.
  public static func data(_ name: String) -> String {
    package.appendingPathComponent("data/\(name)").path
  }

  /// A file of the collection next to the checkout, or nil where that is absent.
  public static func shared(_ name: String) -> String? {
    let path = package.deletingLastPathComponent().appendingPathComponent("shared/\(name)").path
    return FileManager.default.fileExists(atPath: path) ? path : nil
  }
}

extension Trait where Self == ConditionTrait {
  /// Leaves a test out where a file of the collection next to the checkout is absent.
  public static func needs(_ name: String) -> Self {
    .enabled(if: ProjectFiles.shared(name) != nil, "\(name) is not beside this checkout")
  }
}
