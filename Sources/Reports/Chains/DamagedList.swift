import Foundation

/// The elements of a list of objects in a JSON document that is damaged somewhere, such as at its end.
struct DamagedList {
  /// The elements up to where the document ends, each as it stands there: an object, null or a part of
  /// one.
  private(set) var elements: [Data] = []

  /// Finds the first list under a key, in a document without spaces.
  init(_ document: Data, key: String) {
    guard let beginning = document.firstRange(of: Data("\"\(key)\":[".utf8)) else { return }
    var (element, depth, isInString, isEscaped) = (Data(), 0, false, false)
    for byte in document[beginning.upperBound...] {
      let character = Character(Unicode.Scalar(byte))
      if isInString {
        isInString = isEscaped || character != "\""
        isEscaped = !isEscaped && character == "\\"
      } else {
        switch character {
        case "\"": isInString = true
        case "{", "[": depth += 1
        case "}", "]": depth -= 1
        default: break
        }
        if depth < 0 || depth == 0 && character == "," {
          elements.append(element)
          element = Data()
          if depth < 0 { return }
          continue
        }
      }
      element.append(byte)
    }
    if !element.isEmpty { elements.append(element) }
  }
}
