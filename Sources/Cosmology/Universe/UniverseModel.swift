public import Inference

/// How a universe expands, what fills it, and what its sound horizon follows from.
///
/// ```swift
/// let model = UniverseModel(FlatW0WaCDM(), content: .standard, soundHorizon: .computed)
/// ```
public struct UniverseModel: Sendable {
  /// Where the sound horizon at the drag epoch comes from.
  public enum SoundHorizon: String, NamedChoice {
    /// The parameter `h_rd`, h r_d in Mpc: all that distances without an absolute scale measure.
    case reduced
    /// The parameter `r_d` in Mpc, beside h.
    case free
    /// `EarlyUniverse` at ωb, ωbc, N_eff and the neutrino mass.
    case computed
  }

  /// The expansion.
  public let expansion: any ExpansionModel
  /// Radiation and neutrinos that follow h; nil for those of the expansion model.
  public let content: RelativisticContent?
  /// Where the sound horizon comes from.
  public let soundHorizon: SoundHorizon

  /// A model of the universe.
  ///
  /// - Parameters:
  ///   - expansion: the expansion; with content that follows h one of dark energy without radiation of its own.
  ///   - content: radiation and neutrinos that follow h.
  ///   - soundHorizon: computed only with content of 2.7255 K.
  /// - Throws: `UniverseError`.
  public init(
    _ expansion: any ExpansionModel, content: RelativisticContent? = nil,
    soundHorizon: SoundHorizon = .reduced
  ) throws(UniverseError) {
    if let content {
      guard let model = expansion as? any DarkEnergyModel else {
        throw .noEarlyUniverse(expansion.parameterNames)
      }
      guard model.radiation == .none else { throw .radiationTwice }
      if soundHorizon == .computed {
        guard content.temperature == 2.7255 else { throw .otherTemperature(content.temperature) }
        let fixed = [("n_eff", content.effectiveNeutrinos), ("m_nu", content.neutrinoMass)]
        for (name, value) in fixed {
          guard let value, let edge = EarlyUniverse.box.first(where: { $0.name == name })?.range,
            !edge.contains(value)
          else { continue }
          throw .outsideFit(name, value: value, range: edge)
        }
      }
    } else if soundHorizon == .computed {
      throw .soundHorizonWithoutContent
    }
    (self.expansion, self.content, self.soundHorizon) = (expansion, content, soundHorizon)
  }

  /// The parameters of the background: those of the expansion, h, and what varies of the content.
  public var backgroundNames: [String] {
    expansion.parameterNames + (content.map { ["h"] + $0.parameterNames } ?? [])
  }

  /// The rates at any epochs.
  func rates(at epochs: [Epoch]) -> any ExpansionRates {
    if let content, let model = expansion as? any DarkEnergyModel {
      return model.rates(at: epochs, content: content)
    }
    return expansion.rates(at: epochs)
  }
}

/// What can be wrong with a model of the universe, or with what is asked of it.
public enum UniverseError: Error, Equatable {
  /// An expansion model without matter and dark energy cannot carry radiation.
  case noEarlyUniverse([String])
  /// The expansion model has radiation of its own.
  case radiationTwice
  /// The fit of the sound horizon is for another temperature.
  case otherTemperature(Double)
  /// A computed sound horizon needs radiation.
  case soundHorizonWithoutContent
  /// A fixed value is outside the fit of the sound horizon.
  case outsideFit(String, value: Double, range: ClosedRange<Double>)
  /// A quantity needs the early universe.
  case needsEarlyUniverse(UniverseQuantity)
}

extension UniverseError: CustomStringConvertible {
  /// The error as a sentence.
  public var description: String {
    switch self {
    case .noEarlyUniverse(let names):
      "an expansion by \(names.joined(separator: ", ")) has no matter and dark energy, so that it says nothing of the early universe"
    case .radiationTwice: "radiation follows h already; leave out its fixed density"
    case .otherTemperature(let kelvin):
      "the sound horizon is known for a microwave background of 2.7255 K, not \(kelvin) K"
    case .soundHorizonWithoutContent: "the sound horizon cannot be computed without radiation"
    case .outsideFit(let name, let value, let range):
      "\(name) = \(value) is outside the range of the fit of the sound horizon, \(range.lowerBound) to \(range.upperBound)"
    case .needsEarlyUniverse(let quantity):
      "\(quantity.words) needs the early universe, whose sound horizon is computed from ωb, h and radiation"
    }
  }
}
