import Foundation
import Samplers
import Testing

@Suite struct GenerativeSavingTests {
  private func saved(_ sample: SampleFlow = .residual) throws -> SavedFlow {
    let dimension = sample.dimension
    return try SavedFlow(
      sample.flow(), columns: (1...dimension).map { "x\($0)" },
      standardisation: Standardisation(
        means: (0..<dimension).map { Double($0) - 0.1 },
        scales: (0..<dimension).map { 0.3 + Double($0) }),
      coordinates: "probit of the prior", notes: ["points": "5000"])
  }

  @Test("a saved flow is read back to the last bit", arguments: SampleFlow.allCases)
  func roundTrip(sample: SampleFlow) throws {
    let saved = try saved(sample)
    #expect(try SavedFlow(json: saved.json()) == saved)
  }

  /// A saved flow with something replaced in its text.
  private func refusal(
    _ target: String, _ replacement: String, of sample: SampleFlow = .residual
  ) throws -> SavedFlowError? {
    let text = String(decoding: try saved(sample).json(), as: UTF8.self)
    let changed = text.replacingOccurrences(of: target, with: replacement)
    let isChanged = changed != text
    try #require(isChanged, "nothing to replace: \(target)")
    return #expect(throws: SavedFlowError.self) { try SavedFlow(json: Data(changed.utf8)) }
  }

  @Test("what is no flow is refused by name")
  func refusals() throws {
    #expect(try refusal("sn-infer flow", "a cake") == .notASavedFlow)
    #expect(try refusal(#""version":1"#, #""version":5"#) == .unknownVersion(found: 5, newest: 4))
    #expect(
      try refusal(#"["x1","#, "[") == .wrongCount(of: "columns", found: 2, expected: 3))
    #expect(
      try refusal(#""scales":[0.3,"#, #""scales":["#)
        == .wrongCount(of: "scales", found: 2, expected: 3))
    #expect(
      try refusal(#""scales":[0.3,"#, #""scales":[0,"#)
        == .impossible(part: "standardisation", "finite means and positive scales"))
    let count = SampleFlow.residual.flow().parameters.count
    #expect(
      try refusal(#""parameters":["#, #""parameters":[1,"#)
        == .wrongParameterCount(found: count + 1, expected: count))
    #expect(
      try refusal(#""widths":[3,6,6,1]"#, #""widths":[2,6,6,1]"#)
        == .wrongShape(part: "potential of Hamiltonian 1", found: [2, 6, 6, 1], dimension: 3))
    #expect(
      try refusal(#""stepCount":3"#, #""stepCount":0"#)
        == .impossible(part: "number of leapfrog steps", "1 to 100000"))
    #expect(
      try refusal(#""dimension":3"#, #""dimension":-3"#)
        == .impossible(part: "dimension", "1 to 4096"))
    #expect(
      try refusal(#""halfWidth":3"#, #""halfWidth":-3"#, of: .fixedKinetic)
        == .impossible(part: "base density", "a positive width"))
    #expect(
      try refusal(#""kind":"network""#, #""kind":"magic""#)?.description.contains("damaged") == true
    )
    #expect(try refusal(#","stepCount":3"#, "")?.description.contains("'stepCount'") == true)
  }

  @Test("bytes that are no JSON, or cut short, are refused")
  func truncation() throws {
    let data = try saved().json()
    for length in [0, 1, 10, data.count / 2, data.count - 3] {
      #expect(throws: SavedFlowError.notASavedFlow) {
        try SavedFlow(json: data.prefix(length))
      }
    }
  }

  @Test("standardised points have mean 0 and scale 1, and come back")
  func standardisation() {
    let points = [1.0, 10, 2, 30, 6, 20]
    let standard = Standardisation(of: points, dimension: 2)
    let standardised = standard.standardise(points)
    let again = Standardisation(of: standardised, dimension: 2)
    for i in 0..<2 {
      #expect(abs(again.means[i]) < 1e-15 && abs(again.scales[i] - 1) < 1e-15)
    }
    for (a, b) in zip(points, standard.restore(standardised)) { #expect(abs(a - b) < 1e-14) }
    #expect(Standardisation(of: [2, 2, 2], dimension: 1).scales == [0])
  }
}
