/// How far a chain has come.
public struct SamplingProgress: Sendable {
  /// The chain, from 0.
  public let chain: Int
  /// The draws made; 0 during warm-up.
  public let drawCount: Int
  /// The draws wanted.
  public let totalDraws: Int
  /// The divergent transitions among them.
  public let divergenceCount: Int

  /// A report with all its numbers.
  public init(chain: Int, drawCount: Int, totalDraws: Int, divergenceCount: Int) {
    self.chain = chain
    self.drawCount = drawCount
    self.totalDraws = totalDraws
    self.divergenceCount = divergenceCount
  }
}
