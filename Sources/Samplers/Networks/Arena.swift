/// Memory that batches are cut from, freed all at once when the arena goes.
///
/// What computes with batches takes its memory once, from an arena that lives as long as it does, so
/// that steps of training allocate nothing. One thread at a time may use it.
public final class Arena<Scalar: BinaryFloatingPoint> {
  private var blocks: [UnsafeMutablePointer<Scalar>] = []

  /// An arena that has given nothing away.
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
