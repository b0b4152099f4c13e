import Foundation

/// The destination of a catalog.
enum OutputPlace {
  /// Checks that a file can be created.
  ///
  /// - Throws: `CatalogError` if it exists and is not to be replaced, or its folder refuses.
  static func check(_ path: String, replacing: Bool) throws(CatalogError) {
    // Unlike `fileExists`, this also sees a link that leads nowhere.
    guard replacing || (try? FileManager.default.attributesOfItem(atPath: path)) == nil else {
      throw CatalogError(path, .exists)
    }
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    guard access(folder, W_OK) == 0 else {
      let reason = "\(String(cString: strerror(errno))) (folder \(folder))"
      throw CatalogError(path, .cannotCreate(reason: reason))
    }
  }
}
