import Inference
import Samplers

/// Rows in the flow's coordinates, cut in two at random by groups.
struct FlowTrainingData {
  let standardisation: Standardisation
  let training, heldOut: [Double]
  let heldOutCount: Int
  /// A number that other rows, or other options of theirs, do not have.
  let fingerprint: String

  /// The least number of rows that a flow may learn from; so few fit anything.
  private static let leastRows = 20

  init(_ samples: FlowSamples, heldOut fraction: Double, standardised: Bool, seed: UInt64) throws {
    let (dimension, count) = (samples.columns.count, samples.drawCount)
    guard count >= Self.leastRows else {
      throw FlowFileError(
        path: samples.path, .tooFewRows(found: count, needed: Self.leastRows))
    }
    let natural = Standardisation(of: samples.rows, dimension: dimension)
    for (i, name) in samples.columns.enumerated() {
      let (mean, scale) = (natural.means[i], natural.scales[i])
      // Rounding leaves a constant column with a scale of its last digits.
      if scale <= 1e-13 * abs(mean) || scale == 0 {
        throw FlowFileError(path: samples.path, .constantColumn(name))
      }
      guard scale.isFinite, mean.isFinite else {
        throw FlowFileError(path: samples.path, .implausibleScale(column: name))
      }
    }
    standardisation = standardised ? natural : Standardisation(dimension: dimension)
    var order = Array(samples.groups.indices)
    var generator = RandomStream(seed: seed, "held-out rows")
    order.shuffle(using: &generator)
    let heldOutGroups = max(1, Int(fraction * Double(order.count)))
    let rows = standardisation.standardise(samples.rows)
    func pick(_ chosen: some Sequence<Int>) -> [Double] {
      chosen.flatMap { index in
        let group = samples.groups[index]
        return rows[group.lowerBound * dimension..<group.upperBound * dimension]
      }
    }
    heldOut = pick(order.prefix(heldOutGroups))
    training = pick(order.dropFirst(heldOutGroups))
    heldOutCount = heldOut.count / dimension
    // FNV-1a over the bits.
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for value in training + heldOut { hash = (hash ^ value.bitPattern) &* 0x0000_0100_0000_01b3 }
    fingerprint = String(hash, radix: 16)
  }
}
