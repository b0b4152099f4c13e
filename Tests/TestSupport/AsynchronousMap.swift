extension Sequence {
  /// What an asynchronous function makes of each element, one after the other.
  public func mapInTurn<Value>(
    _ body: (Element) async throws -> Value
  ) async throws -> [Value] {
    var results: [Value] = []
    for element in self { results.append(try await body(element)) }
    return results
  }
}
