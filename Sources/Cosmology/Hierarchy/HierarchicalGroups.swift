/// How a hierarchical model divides supernovae, and the tiles in which they are evaluated.
struct HierarchicalGroups: Sendable {
  let populations: SupernovaGroups
  let scatters: SupernovaGroups
  let limits: SupernovaGroups
  /// The range of redshifts of each population.
  let widths: [Double]
  /// The place of each supernova in the range of its population: u = (z − mean) / range, 0 if that is a point.
  let places: [Double]

  init(_ redshifts: [Double], _ model: HierarchicalModel) {
    let count = redshifts.count
    let populations =
      model.standardises ? SupernovaGroups(model.populations, count: count) : .none
    scatters = model.hasScatter ? SupernovaGroups(model.scatters, count: count) : .none
    limits = model.limits.map { SupernovaGroups($0, count: count) } ?? .none
    var places = [Double](repeating: 0, count: count)
    var widths: [Double] = []
    for population in populations.labels.indices {
      let members = populations.indices.indices.filter { populations.indices[$0] == population }
      let own = members.map { redshifts[$0] }
      let mean = own.reduce(0, +) / Double(own.count)
      let width = (own.max() ?? 0) - (own.min() ?? 0)
      widths.append(width)
      for i in members where width > 0 { places[i] = (redshifts[i] - mean) / width }
    }
    self.populations = populations
    self.places = places
    self.widths = widths
  }

  /// The supernovae of each cell: those that share all groups.
  var cells: [(cell: SupernovaCell, members: [Int])] {
    func group(_ groups: SupernovaGroups, _ i: Int) -> Int {
      groups.indices.isEmpty ? -1 : groups.indices[i]
    }
    let count = places.count
    let keys = (0..<count).map { i in
      [group(populations, i), group(scatters, i), group(limits, i)]
    }
    var members: [[Int]: [Int]] = [:]
    for i in 0..<count { members[keys[i], default: []].append(i) }
    var first = 0
    return members.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { key, members in
      let tiles = first..<first + (members.count + 7) / 8
      first = tiles.upperBound
      func index(_ value: Int) -> Int? { value < 0 ? nil : value }
      return (
        SupernovaCell(
          population: index(key[0]), scatter: index(key[1]), limit: index(key[2]), tiles: tiles),
        members
      )
    }
  }
}
