extension String {
  /// The text as a field of comma-separated values (RFC 4180).
  package var quotedForCSV: String {
    contains { ",\"\n\r".contains($0) } ? "\"" + replacing("\"", with: "\"\"") + "\"" : self
  }
}
