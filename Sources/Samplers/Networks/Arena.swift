/// Memory that batches are allocated from, freed all at once with the arena.
///
/// Evaluators allocate their memory once, from an arena that lives as long as they do, so
/// that steps of training allocate nothing. One thread at a time may use it.
public final class Arena<Scalar: BinaryFloatingPoint> {
  private var blocks: [UnsafeMutablePointer<Scalar>] = []

  /// An empty arena.
  public init() {}

  /// Memory for vectors of a dimension, filled with zeros.
  public func batch(rows: Int, count: Int) -> Batch<Scalar> {
    let block = UnsafeMutablePointer<Scalar>.allocate(capacity: max(1, rows * count))
    block.initialize(repeating: 0, count: max(1, rows * count))
    blocks.append(block)
    return Batch(block, rows: rows, count: count)
  }

  deinit { for block in blocks { block.deallocate() } }
}
