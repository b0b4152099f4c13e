/// Derived quantities that know where their arguments are among the parameters of a model.
struct DerivedColumns: Sendable {
  let quantities: [DerivedQuantity]
  /// For each, where its arguments are among all parameters and the quantities, in this order.
  private let arguments: [[Int]]

  /// No quantities.
  static let none = DerivedColumns()

  private init() { (quantities, arguments) = ([], []) }

  /// Quantities of a model, in order.
  init(_ quantities: [DerivedQuantity], _ space: ParameterSpace) throws(DerivedQuantityError) {
    let parameters = space.parameters.map(\.name)
    var known = parameters
    var varying = Set((space.free + space.determined).map(\.name))
    var arguments: [[Int]] = []
    for quantity in quantities {
      let name = quantity.name
      guard isPlainWord(name), !name.hasSuffix("__") else { throw .unusableName(name) }
      if parameters.contains(name) { throw .nameOfParameter(name) }
      if known.contains(name) { throw .duplicate(name) }
      if name == "pi" { throw .nameOfNumber(name) }
      if let other = known.first(where: { $0.lowercased() == name.lowercased() }) {
        throw .nameAlike(name, other)
      }
      var places: [Int] = []
      for argument in quantity.arguments {
        guard let place = known.firstIndex(of: argument) else {
          if argument == name { throw .circular([name]) }
          throw .unknownArgument(argument, of: name, available: known)
        }
        places.append(place)
      }
      guard !varying.isDisjoint(with: quantity.arguments), quantity.formula?.constant == nil else {
        throw .constant(name)
      }
      known.append(name)
      varying.insert(name)
      arguments.append(places)
    }
    (self.quantities, self.arguments) = (quantities, arguments)
  }

  /// The columns of chains.
  var columns: [Chain.Column] {
    quantities.map { Chain.Column(name: $0.name, label: $0.label, isDerived: true) }
  }

  /// The values at those of all parameters.
  func values(at parameters: [Double]) -> [Double] {
    var known = parameters
    for (quantity, places) in zip(quantities, arguments) {
      known.append(quantity.value(places.map { known[$0] }))
    }
    return Array(known[parameters.count...])
  }
}

extension [Chain.Column] {
  /// Refuses a draw in which a derived quantity has no finite value.
  ///
  /// - Parameter values: those of the draw, one for each column.
  package func checkDerived(_ values: [Double]) throws(DerivedQuantityError) {
    for (column, value) in zip(self, values) where column.isDerived && !value.isFinite {
      let sampled = zip(self, values).filter { !$0.0.isDerived }.map { ($0.0.name, $0.1) }
      throw .notFinite(
        column.name, value: value,
        at: Dictionary(sampled, uniquingKeysWith: { first, _ in first }))
    }
  }
}
