import Inference

extension Batch where Scalar: NetworkScalar {
  /// Fills the batch with standard normal deviates.
  func fillWithStandardNormals(using generator: inout some RandomNumberGenerator) {
    withUnsafeTemporaryAllocation(of: Double.self, capacity: 64) { buffer in
      buffer.initialize(repeating: 0)
      guard let start = buffer.baseAddress else { return }
      for i in 0..<rows {
        for first in Swift.stride(from: 0, to: count, by: 64) {
          let size = Swift.min(64, count - first)
          var span = UnsafeMutableBufferPointer(rebasing: buffer[0..<size]).mutableSpan
          generator.fillWithStandardNormals(&span)
          Scalar.take(start, to: row(i) + first, count: size)
        }
      }
    }
  }
}
