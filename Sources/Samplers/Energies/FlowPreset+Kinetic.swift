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
    /// Whether its shape is free, so that before it has learned it is a kinetic energy only beside
    /// ½ pᵀ M p.
    public let isFreeForm: Bool
    private let make: @Sendable (Int, MultilayerPerceptron) -> Energy

    /// A choice.
    ///
    /// - Parameters:
    ///   - name: one that no other choice has.
    ///   - words: what it is.
    ///   - isFreeForm: whether before learning it is a kinetic energy only beside ½ pᵀ M p.
    ///   - make: the energy of momenta of a dimension, and of a network if there is one in it.
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
    ///   - network: what a network in it looks like.
    ///   - isSupported: whether a free form stands beside ½ pᵀ M p.
    func energy(dimension: Int, network: MultilayerPerceptron, isSupported: Bool) -> Energy {
      let energy = make(dimension, network)
      return isFreeForm && isSupported
        ? .sum([.quadratic(QuadraticEnergy(dimension: dimension)), energy]) : energy
    }
  }
}
