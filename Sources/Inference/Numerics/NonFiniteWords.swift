package import Foundation

extension JSONEncoder.NonConformingFloatEncodingStrategy {
  /// JSON has no non-finite numbers: they are the words "Infinity", "-Infinity" and "NaN".
  package static var words: Self {
    .convertToString(positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  }
}

extension JSONDecoder.NonConformingFloatDecodingStrategy {
  /// From the words that an encoder writes.
  package static var words: Self {
    .convertFromString(positiveInfinity: "Infinity", negativeInfinity: "-Infinity", nan: "NaN")
  }
}
