/// The progress of one chain.
public struct SamplingProgress: Sendable {
  /// The chain, from 0.
  public let chain: Int
  /// The transitions of the warm-up that are done.
  public let warmUpCount: Int
  /// The transitions of the warm-up; 0 for a continued chain, which has none.
  public let totalWarmUp: Int
  /// The draws made; 0 during warm-up.
  public let drawCount: Int
  /// The draws wanted.
  public let totalDraws: Int
  /// The divergent transitions among them.
  public let divergenceCount: Int

  /// A report with all its numbers.
  public init(
    chain: Int, warmUpCount: Int = 0, totalWarmUp: Int = 0, drawCount: Int, totalDraws: Int,
    divergenceCount: Int
  ) {
    self.chain = chain
    self.warmUpCount = warmUpCount
    self.totalWarmUp = totalWarmUp
    self.drawCount = drawCount
    self.totalDraws = totalDraws
    self.divergenceCount = divergenceCount
  }
}
