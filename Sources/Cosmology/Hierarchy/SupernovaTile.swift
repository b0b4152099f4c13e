/// Eight supernovae, quantity by quantity, for loops over vector lanes; lanes behind the last one have
/// weight 0.
struct SupernovaTile: Sendable {
  typealias Lanes = SIMD8<Double>

  /// m_B minus `zeroPoint`.
  var magnitude = Lanes.zero
  /// What distances leave out: 5 log₁₀[(1 + z_HEL) u c/H₀ / 10 pc] for h = 0.7, with u = ln(1 + z).
  var zeroPoint = Lanes.zero
  var shape = Lanes.zero
  var color = Lanes.zero
  var magnitudeVariance = Lanes.one
  var shapeVariance = Lanes.one
  var colorVariance = Lanes.one
  var magnitudeShape = Lanes.zero
  var magnitudeColor = Lanes.zero
  var shapeColor = Lanes.zero
  /// The redshift minus its mean in the population, in units of the population's range.
  var place = Lanes.zero
  /// 1 for massive hosts.
  var massive = Lanes.zero
  /// The probability of being of type Ia.
  var probability = Lanes.one
  var weight = Lanes.zero
}

/// Supernovae that share a population, a scatter and a limit.
struct SupernovaCell: Sendable {
  var population: Int?
  var scatter: Int?
  var limit: Int?
  /// Its tiles.
  var tiles: Range<Int>
}
