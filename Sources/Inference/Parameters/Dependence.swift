/// How parameters depend on each other: through requirements, joint priors and formulas.
///
/// A requirement that is linear in all its parameters bounds each of them by those before it, so that no
/// interval is ever empty; another bounds the last parameter that it can be solved for.
struct Dependence: Sendable {
  /// The map from coordinates to parameters.
  let map: TriangularMap
  /// The places of the free parameters that have bounds, or a joint prior.
  let entangled: Set<Int>
  /// The ends of free parameters that are the same whatever the others are, by place.
  let supports: [Int: (lower: Double, upper: Double)]

  init(
    _ parameters: [Parameter], requiring texts: [String], joint: [any JointPrior]
  ) throws(ModelError) {
    let builder = try DependenceBuilder(parameters, joint)
    (map, entangled, supports) = try builder.solve(texts)
  }
}

/// Puts parameters in order and solves requirements.
private struct DependenceBuilder {
  let parameters: [Parameter]
  let names: [String]
  /// The places of free parameters, in the order of columns.
  let free: [Int]
  /// What a parameter that is not free is in terms of those that are.
  var replacements: [String: Expression] = [:]
  /// What joint priors say of free parameters, by place, and the places of those before.
  var conditionals: [Int: (conditional: ConditionalPrior, before: [Int])] = [:]

  init(_ parameters: [Parameter], _ joint: [any JointPrior]) throws(ModelError) {
    let known = parameters.map(\.name)
    (self.parameters, names) = (parameters, known)
    var determined: [String: Expression] = [:]
    for prior in joint {
      let places = prior.names.compactMap { name in known.firstIndex(of: name) }
      for (k, conditional) in prior.conditionals.enumerated() {
        conditionals[places[k]] = (conditional, Array(places.prefix(k)))
        if case .determined(let form) = conditional {
          determined[known[places[k]]] = Expression(form, prior.names)
        }
      }
    }
    for parameter in parameters {
      if let formula = parameter.formula { determined[parameter.name] = formula }
      if let value = parameter.prior.fixedValue { replacements[parameter.name] = Expression(value) }
    }
    let own = determined
    free = parameters.indices.filter { parameters[$0].isFree && own[known[$0]] == nil }
    // Formulas of formulas become formulas of free parameters, in as many rounds as are needed.
    var open = known.filter { own[$0] != nil }
    while !open.isEmpty {
      let ready = open.filter { name in
        own[name]?.names.allSatisfy { !open.contains($0) } ?? true
      }
      guard !ready.isEmpty else { throw .circular(open) }
      for name in ready {
        guard let formula = own[name] else { continue }
        try check(formula, known)
        replacements[name] = formula.replacing(replacements)
      }
      open.removeAll(where: ready.contains)
    }
  }

  private func support(_ place: Int) -> (lower: Double, upper: Double) {
    parameters[place].prior.support
  }

  /// A requirement that is not linear.
  private struct Curved {
    let text: String
    let formula: Expression
    /// The places that it can be solved for, the last first, with where they are bounded.
    let targets: [(place: Int, bound: Expression, isUpper: Bool)]
  }

  func solve(_ texts: [String]) throws(ModelError) -> (
    TriangularMap, Set<Int>, [Int: (lower: Double, upper: Double)]
  ) {
    var linear: [(text: String, coefficients: [String: Double], constant: Double)] = []
    var curved: [Curved] = []
    for text in texts {
      let inequalities: [Inequality]
      do { inequalities = try Inequality.parse(text) } catch { throw .formula(text, error) }
      var isEmpty = true
      for inequality in inequalities {
        try check(inequality.difference, names)
        let formula = inequality.difference.replacing(replacements)
        let bounds = formula.bounds { place in
          names.firstIndex(of: formula.names[place]).map(support) ?? (-.infinity, .infinity)
        }
        if bounds.lower >= 0 || formula.constant.map({ !($0 < 0) }) == true {
          throw .neverFulfilled([text])
        }
        if bounds.upper <= 0 { continue }
        isEmpty = false
        if let form = formula.linearForm {
          linear.append((text, form.coefficients, form.constant))
        } else {
          curved.append(try solved(text, formula))
        }
      }
      if isEmpty { throw .alwaysFulfilled(text) }
    }
    guard let (order, targets) = order(curved) else {
      throw .circular(curved.map(\.text) + conditionals.keys.sorted().map { names[$0] })
    }

    let supports = order.map(support)
    let rows = linear.map { condition in
      LinearConditions.Row(
        coefficients: order.map { condition.coefficients[names[$0]] ?? 0 },
        constant: condition.constant, sources: [condition.text])
    }
    let triangle: LinearConditions
    do {
      triangle = try LinearConditions(rows, supports: supports)
    } catch {
      switch error {
      case .impossible(let sources): throw .neverFulfilled(texts.filter(sources.contains))
      case .tooMany(let sources): throw .tooManyConsequences(texts.filter(sources.contains))
      }
    }

    var steps: [TriangularMap.Step] = []
    var (entangled, ends): (Set<Int>, [Int: (lower: Double, upper: Double)]) = ([], [:])
    for (position, place) in order.enumerated() {
      var step = TriangularMap.Free(
        place: place, coordinate: free.firstIndex(of: place) ?? 0, prior: parameters[place].prior)
      if let (conditional, before) = conditionals[place],
        case .scaled(let prior, let location, let scale) = conditional
      {
        step = TriangularMap.Free(
          place: place, coordinate: step.coordinate, prior: prior,
          location: bound(location, before), scale: bound(scale, before))
        entangled.insert(place)
      }
      for row in triangle.bounding[position] {
        let c = row.coefficients[position]
        let others = order.indices.filter { $0 != position && row.coefficients[$0] != 0 }
        let bound = Bound.linear(
          constant: -row.constant / c,
          terms: others.map { (order[$0], -row.coefficients[$0] / c) })
        if c > 0 { step.uppers.append(bound) } else { step.lowers.append(bound) }
        entangled.formUnion([place] + others.map { order[$0] })
      }
      for target in targets where target.place == place {
        let bound = bound(target.bound)
        if target.isUpper { step.uppers.append(bound) } else { step.lowers.append(bound) }
        entangled.formUnion([place] + bound.places)
      }
      let own = support(place)
      ends[place] = (
        step.lowers.compactMap(\.constant).reduce(own.lower, max),
        step.uppers.compactMap(\.constant).reduce(own.upper, min)
      )
      steps.append(.free(step))
    }
    for place in parameters.indices where !parameters[place].isFixed && !free.contains(place) {
      if let formula = replacements[names[place]] {
        steps.append(.determined(place: place, bound(formula)))
      }
    }
    let fixed = parameters.map { $0.prior.fixedValue ?? 0 }
    return (TriangularMap(steps: steps, fixed: fixed), entangled, ends)
  }

  private func bound(_ formula: Expression) -> Bound {
    func place(_ name: String) -> Int { names.firstIndex(of: name) ?? 0 }
    if let form = formula.linearForm {
      return .linear(
        constant: form.constant,
        terms: formula.names.compactMap { name in
          form.coefficients[name].map { (place(name), $0) }
        })
    }
    return .formula(formula, places: formula.names.map(place))
  }

  private func bound(_ form: LinearForm, _ places: [Int]) -> Bound? {
    .linear(
      constant: form.constant,
      terms: zip(places, form.coefficients).filter { $0.1 != 0 }.map { ($0, $1) })
  }

  /// Solves for all parameters that the requirement is linear in, with a factor of one sign.
  private func solved(_ text: String, _ formula: Expression) throws(ModelError) -> Curved {
    let targets = free.reversed().compactMap { place -> (Int, Expression, Bool)? in
      guard formula.names.contains(names[place]),
        let (slope, constant) = formula.affine(in: names[place])
      else { return nil }
      let bounds = slope.bounds { index in
        names.firstIndex(of: slope.names[index]).map(support) ?? (-.infinity, .infinity)
      }
      guard bounds.lower >= 0 || bounds.upper <= 0, bounds.lower < bounds.upper || bounds.lower != 0
      else { return nil }
      return (place, .bound(slope: slope, constant: constant), bounds.upper > 0)
    }
    guard !targets.isEmpty else { throw .notSolvable(text, parameters: formula.names) }
    return Curved(text: text, formula: formula, targets: targets)
  }

  /// An order in which every parameter comes after those that it depends on, the columns' wherever that
  /// leaves a choice, and what each requirement that is not linear bounds; nil if there is none.
  private func order(
    _ curved: [Curved]
  ) -> (order: [Int], targets: [(place: Int, bound: Expression, isUpper: Bool)])? {
    var tries = 4096
    func choose(
      _ chosen: [(place: Int, bound: Expression, isUpper: Bool)]
    ) -> (order: [Int], targets: [(place: Int, bound: Expression, isUpper: Bool)])? {
      tries -= 1
      guard tries > 0, let order = sorted(chosen) else { return nil }
      if chosen.count == curved.count { return (order, chosen) }
      for target in curved[chosen.count].targets {
        if let found = choose(chosen + [target]) { return found }
      }
      return nil
    }
    return choose([])
  }

  private func sorted(_ chosen: [(place: Int, bound: Expression, isUpper: Bool)]) -> [Int]? {
    var before: [Int: Set<Int>] = conditionals.mapValues { Set($0.before).intersection(free) }
    for target in chosen {
      let others = target.bound.names.compactMap { name in names.firstIndex(of: name) }
      before[target.place, default: []].formUnion(others)
    }
    var (order, left) = ([Int](), free)
    while !left.isEmpty {
      guard let next = left.first(where: { before[$0]?.isDisjoint(with: left) ?? true }) else {
        return nil
      }
      order.append(next)
      left.removeAll { $0 == next }
    }
    return order
  }
}

extension Expression {
  /// A linear form of named parameters as a formula.
  fileprivate init(_ form: LinearForm, _ names: [String]) {
    var (text, node) = ("\(form.constant)", Node.number(form.constant))
    for (place, c) in form.coefficients.enumerated() {
      text += " + \(c) \(names[place])"
      node = .operation(.sum, node, .operation(.product, .number(c), .parameter(place)))
    }
    self.init(text, Array(names.prefix(form.coefficients.count)), node)
  }
}

/// Refuses a formula that names a parameter that there is not.
private func check(_ formula: Expression, _ names: [String]) throws(ModelError) {
  if let name = formula.names.first(where: { !names.contains($0) }) {
    throw .unknownInFormula(name, formula: formula.text, available: names)
  }
}
