import LinearAlgebra
import Testing

@Suite struct WeightedMomentsTests {
  @Test("weights count as copies of a point would")
  func copies() {
    // (0, 0), twice (3, 0), and (0, 6): a quarter, a half and a quarter.
    let weighted = WeightedMoments([0, 0, 3, 0, 0, 6], [1, 2, 1], dimension: 2)
    let copied = WeightedMoments([0, 0, 3, 0, 3, 0, 0, 6], [1, 1, 1, 1], dimension: 2)
    for moments in [weighted, copied] {
      #expect(moments.mean == [1.5, 1.5])
      #expect(moments.covariance.elements == [2.25, -2.25, -2.25, 6.75])
    }
  }

  @Test("only the ratios of weights count")
  func ratios() {
    let points = [1, 2, -1, 4, 0.5, 0.25]
    let small = WeightedMoments(points, [0.125, 0.25, 0.5], dimension: 2)
    let large = WeightedMoments(points, [1, 2, 4], dimension: 2)
    #expect(small.mean == large.mean)
    #expect(small.covariance == large.covariance)
  }

  @Test("a point without weight need not be finite")
  func withoutWeight() {
    let moments = WeightedMoments([1, .nan, 3], [1, 0, 1], dimension: 1)
    #expect(moments.mean == [2])
    #expect(moments.covariance.elements == [1])
  }
}
