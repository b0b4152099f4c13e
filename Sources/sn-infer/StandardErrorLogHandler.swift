import Logging
import Reports

/// Log lines for people: the level in small letters, then the message, on standard error.
struct StandardErrorLogHandler: LogHandler {
  var logLevel = Logger.Level.notice
  var metadata: Logger.Metadata = [:]

  init(label: String) {}

  subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  func log(event: LogEvent) {
    let level = event.level == .notice ? "note" : event.level.rawValue
    StandardError.write("\(level): \(event.message)\n".printable)
  }
}
