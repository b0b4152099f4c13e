import LinearAlgebra

extension SupernovaSample {
  /// Sixteen hexadecimal digits that change with any number of the sample: the FNV-1a hash of all
  /// bits.
  public var fingerprint: String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    func absorb(_ values: [Double]) {
      for value in values {
        for shift in stride(from: 0, to: 64, by: 8) {
          hash = (hash ^ (value.bitPattern >> shift & 0xff)) &* 0x0000_0100_0000_01b3
        }
      }
    }
    absorb(redshifts)
    absorb(heliocentricRedshifts)
    absorb(magnitudes)
    switch covariance {
    case .total(let matrix): absorb(matrix.elements)
    case .independent(let errors): absorb(errors)
    }
    if quantity == .apparentMagnitude { absorb([1]) }
    let digits = String(hash, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
