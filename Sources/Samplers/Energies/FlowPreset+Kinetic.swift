extension FlowPreset {
  /// A kinetic energy that is chosen by name; every kind of energy brings its own.
  public struct Kinetic: RawRepresentable, CaseIterable, Hashable, Sendable, Codable {
    /// Those of all kinds.
    public static var allCases: [Kinetic] { Energy.kinds.compactMap { $0.kineticChoice } }

    /// All names with what they stand for, as a list in a sentence.
    public static var listing: String {
      allCases.map { "\($0.rawValue) (\($0.words))" }.joined(separator: ", ")
    }

    /// The name.
    public let rawValue: String
    /// What it is, in a few words.
    public let words: String
    /// Whether its shape is free, so that before training it is a kinetic energy only when added to
    /// ½ pᵀ M p.
    public let isFreeForm: Bool
    private let make: @Sendable (Int, MultilayerPerceptron) -> Energy

    /// A choice.
    ///
    /// - Parameters:
    ///   - name: one that no other choice has.
    ///   - words: what it is.
    ///   - isFreeForm: whether before training it is a kinetic energy only when added to ½ pᵀ M p.
    ///   - make: makes the energy from the dimension of momenta, and the network if it has one.
    public init(
      _ name: String, _ words: String, isFreeForm: Bool = false,
      _ make: @escaping @Sendable (_ dimension: Int, _ network: MultilayerPerceptron) -> Energy
    ) {
      (rawValue, self.words, self.isFreeForm, self.make) = (name, words, isFreeForm, make)
    }

    /// The choice of a name, if there is one.
    public init?(rawValue: String) {
      guard let choice = Self.allCases.first(where: { $0.rawValue == rawValue }) else { return nil }
      self = choice
    }

    /// The energy.
    ///
    /// - Parameters:
    ///   - dimension: of momenta.
    ///   - network: the shape of a network in it.
    ///   - isSupported: whether ½ pᵀ M p is added to a free form.
    func energy(dimension: Int, network: MultilayerPerceptron, isSupported: Bool) -> Energy {
      let energy = make(dimension, network)
      return isFreeForm && isSupported
        ? .sum([.quadratic(QuadraticEnergy(dimension: dimension)), energy]) : energy
    }
  }
}
