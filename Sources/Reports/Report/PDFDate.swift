import Foundation

/// The date of creation in a PDF, which cairo takes from the clock: it becomes that of
/// SOURCE_DATE_EPOCH, or the beginning of 1970, so that the same figure is the same file.
enum PDFDate {
  private static let key = Data("/CreationDate (D:".utf8)

  /// Changes the date in a file, in place; a file without one stays as it is.
  static func settle(_ path: String) throws {
    guard var data = FileManager.default.contents(atPath: path),
      let place = data.range(of: key, options: .backwards),
      let end = data[place.upperBound...].firstIndex(of: UInt8(ascii: ")"))
    else { return }
    // As long as before, since the table at the end counts bytes: YYYYMMDDHHmmSS and a time zone.
    let old = data[place.upperBound..<end]
    let new = Data(text.utf8).prefix(old.count)
    guard old.count >= 14 else { return }
    let zone = old.count == new.count ? Data() : Data("+00'00'00".utf8).prefix(old.count - 14)
    data.replaceSubrange(
      place.upperBound..<end, with: zone.isEmpty ? new : new.prefix(14) + zone)
    try data.write(to: URL(fileURLWithPath: path))
  }

  /// The date in the form of PDF.
  private static var text: String {
    let epoch = ProcessInfo.processInfo.environment["SOURCE_DATE_EPOCH"].flatMap { Int($0) } ?? 0
    var (seconds, parts) = (time_t(epoch), tm())
    gmtime_r(&seconds, &parts)
    return String(
      format: "%04d%02d%02d%02d%02d%02dZ", parts.tm_year + 1900, parts.tm_mon + 1, parts.tm_mday,
      parts.tm_hour, parts.tm_min, parts.tm_sec)
  }
}
