/// What is wrong with a FITS file, without its place.
enum FITSFault: Error, Equatable {
  // The file and its headers.
  case notFITS
  case unexpectedRecord(found: String)
  case noEnd
  case tooManyCards(limit: Int)
  case truncated
  // Cards.
  case missing(String)
  case misplaced(expected: String, found: String)
  case misspelled(card: String)
  case contradiction(String)
  case wrongValue(String, found: String, expected: String)
  // What the cards announce.
  case tooLarge(String)
  case rowWidth(announced: Int, ofColumns: Int)
  case outsideRow(String)
  case notANumber(row: Int, found: String)
  // Compressed images.
  case tileCount(rows: Int, tiles: Int)
  case noColumn(String)
  case tile(Int, reason: String)
}

extension FITSFault: CustomStringConvertible {
  /// The fault in words.
  var description: String {
    switch self {
    case .notFITS: "the file does not begin with SIMPLE"
    case .unexpectedRecord(let found): "found '\(found)' where XTENSION or the end is expected"
    case .noEnd: "its header has no END before the file ends"
    case .tooManyCards(let limit): "the headers have more than \(limit) cards"
    case .truncated: "the file ends before the data that its header announces"

    case .missing(let key): "its header has no \(key)"
    case .misplaced(let expected, let found): "found '\(found)' where \(expected) is expected"
    case .misspelled(let card):
      "the card '\(card)' is not spelled as FITS demands:"
        + " the keyword in capitals from column 1, '= ' in columns 9 and 10"
    case .contradiction(let key): "its header has several values of \(key)"
    case .wrongValue(let key, let found, let expected):
      "\(key) is \(found.isEmpty ? "empty" : found) where \(expected) is expected"

    case .tooLarge(let what): "its header announces \(what), more than any file has"
    case .rowWidth(let announced, let ofColumns):
      "NAXIS1 announces rows of \(announced) bytes, but the columns have \(ofColumns)"
    case .outsideRow(let key): "\(key) places a column beyond the end of the row"
    case .notANumber(let row, let found):
      "found '\(found)' in row \(row) where a number is expected"

    case .tileCount(let rows, let tiles):
      "the compressed image has \(rows) rows where its \(tiles) tiles are expected"
    case .noColumn(let name): "the compressed image has no column \(name) of the right kind"
    case .tile(let number, let reason):
      "tile \(number) of the compressed image is damaged: \(reason)"
    }
  }
}
