/// All that a Markov chain needs to continue after its last draw, bit for bit as if it had never
/// stopped.
public struct ChainCheckpoint: Codable, Sendable, Equatable {
  /// The number of draws made.
  public var drawCount: Int
  /// The coordinates of the last draw; log density and gradient are recomputed.
  public var position: [Double]
  /// The tuned step size.
  public var stepSize: Double
  /// The elements of the tuned inverse mass matrix, as its metric stores them.
  public var inverseMasses: [Double]
  /// The random numbers to come.
  public var random: RandomStream
  /// How far the warm-up has come; nil when it is over.
  public var warmUp: WarmUpCheckpoint?

  /// A checkpoint with all its parts.
  public init(
    drawCount: Int, position: [Double], stepSize: Double, inverseMasses: [Double],
    random: RandomStream, warmUp: WarmUpCheckpoint? = nil
  ) {
    (self.drawCount, self.position, self.stepSize, self.inverseMasses, self.random, self.warmUp) = (
      drawCount, position, stepSize, inverseMasses, random, warmUp
    )
  }
}

/// All that a warm-up needs to continue, besides what the chain itself does.
public struct WarmUpCheckpoint: Codable, Sendable, Equatable {
  /// The number of transitions made.
  public var transitionCount: Int
  /// The stage in which the last of them was, from 0.
  public var stage: Int
  /// The state of the step size's adaptation.
  public var averaging: [Double]
  /// The state of the metric's estimate: how many positions, their mean, and their scatter.
  public var estimate: [Double]

  /// A checkpoint with all its parts.
  public init(transitionCount: Int, stage: Int, averaging: [Double], estimate: [Double]) {
    self.transitionCount = transitionCount
    self.stage = stage
    self.averaging = averaging
    self.estimate = estimate
  }
}

/// Where chains are kept while they grow.
///
/// A chain hands its draws over and continues at once; `flush` waits until they are stored.
public protocol ChainStore: Sendable {
  /// A folder for draws that do not fit in memory; by default none.
  var scratchFolder: String? { get }

  /// The stored part of a chain; nil if there is none. Changes nothing: all chains are read before
  /// the first continues.
  func resume(
    chain index: Int, columns: [Chain.Column]
  ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)?

  /// Takes over the draws of a chain from a given one on, replacing any stored there, and the
  /// checkpoint of its end; does not wait for them to be stored. During warm-up there are
  /// no draws, and only the checkpoint is new.
  ///
  /// - Throws: `StorageError` if draws that were handed over earlier could not be stored.
  func append(
    _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
  ) throws(StorageError)

  /// Waits until all that was handed over is stored.
  ///
  /// - Throws: `StorageError` if it cannot be stored.
  func flush() async throws(StorageError)
}

extension ChainStore {
  /// None.
  public var scratchFolder: String? { nil }
}

/// A store that keeps nothing.
public struct NoStore: ChainStore {
  /// The store.
  public init() {}
  /// Always nil.
  public func resume(
    chain index: Int, columns: [Chain.Column]
  ) throws(StorageError) -> (chain: Chain, checkpoint: ChainCheckpoint)? { nil }
  /// Does nothing.
  public func append(
    _ chain: Chain, from first: Int, _ checkpoint: ChainCheckpoint, chain index: Int
  ) throws(StorageError) {}
  /// Does nothing.
  public func flush() async throws(StorageError) {}
}

/// Why chains could not be stored or continued.
public struct StorageError: Error, Equatable, CustomStringConvertible {
  /// The file.
  public let path: String
  /// What is wrong with it.
  public let reason: String

  /// An error with its file and reason.
  public init(path: String, reason: String) {
    self.path = path
    self.reason = reason
  }

  /// The error as a sentence.
  public var description: String { "\(path): \(reason)" }
}
