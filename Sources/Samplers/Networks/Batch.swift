/// A view of many vectors, one per column: each coordinate of all of them is contiguous, so
/// that one loop serves the whole batch.
///
/// Element i of vector n is at `start[i * stride + n]`. The memory is not owned.
public struct Batch<Scalar> {
  /// The first coordinate of the first vector.
  public let start: UnsafeMutablePointer<Scalar>
  /// The dimension of the vectors.
  public let rows: Int
  /// The number of vectors.
  public let count: Int
  /// The distance between the starts of rows, at least `count`.
  public let stride: Int

  /// A view of memory.
  @inlinable
  public init(_ start: UnsafeMutablePointer<Scalar>, rows: Int, count: Int, stride: Int? = nil) {
    self.start = start
    self.rows = rows
    self.count = count
    self.stride = stride ?? count
  }

  /// One coordinate of all vectors.
  @inlinable
  public func row(_ index: Int) -> UnsafeMutablePointer<Scalar> { start + index * stride }

  /// The vectors in a range.
  @inlinable
  public func columns(_ range: Range<Int>) -> Batch {
    Batch(start + range.lowerBound, rows: rows, count: range.count, stride: stride)
  }

  /// Some of the coordinates of all vectors.
  @inlinable
  public func slice(_ range: Range<Int>) -> Batch {
    Batch(start + range.lowerBound * stride, rows: range.count, count: count, stride: stride)
  }

  /// Coordinate i of vector n.
  @inlinable
  public subscript(row: Int, column: Int) -> Scalar {
    get { start[row * stride + column] }
    nonmutating set { start[row * stride + column] = newValue }
  }
}

extension Batch where Scalar: NetworkScalar {
  /// Sets all elements to zero.
  public func clear() { Scalar.clear(self) }
}
