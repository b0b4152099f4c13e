import Inference
import Testing

@Suite struct NamedCovarianceTests {
  @Test(
    "the part of a model is found by its own names and by those of other programs, in its units")
  func part() {
    let known = NamedCovariance(
      ["H0", "other", "omegam", "w0"],
      [[4, 0, 0.1, 0], [0, 1, 0, 0], [0.1, 0, 0.01, 0], [0, 0, 0, 9]])
    let part = known.part(of: ["omega_m", "h", "w0", "M"])
    #expect(part.places == [0, 1, 2])
    #expect(zip(part.covariance[0], [0.01, 0.001, 0]).allSatisfy { abs($0 - $1) < 1e-15 })
    #expect(abs(part.covariance[1][1] - 4e-4) < 1e-15 && part.covariance[2][2] == 9)
    #expect(known.part(of: ["x"]).places.isEmpty)
    // In the model's own unit.
    #expect(NamedCovariance(["hubble"], [[1e-4]]).part(of: ["h"]).covariance == [[1e-4]])
  }

  @Test("what is no covariance has its flaw in words")
  func flaws() throws {
    #expect(NamedCovariance(["a", "b"], [[1, 0.5], [0.5, 1]]).flaw == nil)
    for (names, rows, words) in [
      (["a", "a"], [[1, 0], [0, 1]], "named twice"), (["a", "b"], [[1, 2], [2, 1]], "definite"),
      (["a", "b"], [[1, 0.5], [0, 1]], "symmetric"), (["a"], [[0]], "definite"),
      ([], [], "no param"),
    ] as [([String], [[Double]], String)] {
      let flaw = try #require(NamedCovariance(names, rows).flaw)
      #expect(flaw.contains(words), "\(flaw)")
    }
  }
}
