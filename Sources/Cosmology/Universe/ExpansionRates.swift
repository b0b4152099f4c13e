import Inference

/// 1/E and its derivatives at fixed epochs, with whatever depends on these alone prepared.
protocol ExpansionRates: Sendable {
  /// Writes 1/E at all epochs, then its derivative with respect to each parameter; false where the model has none.
  ///
  /// - Parameter inverseRates: (1 + parameters) × epochs elements, overwritten.
  func evaluate(_ parameters: Span<Double>, inverseRates: inout MutableSpan<Double>) -> Bool
}

extension ExpansionModel {
  /// The rates at some epochs, without content that follows h.
  func rates(at epochs: [Epoch]) -> any ExpansionRates {
    if let model = self as? any FriedmannModel, epochs.count % 4 == 0 {
      return FriedmannTable(model, nil, epochs)
    }
    return ModelRates(epochs: epochs, model: self)
  }
}

/// Those of a model as it is.
struct ModelRates<Model: ExpansionModel>: ExpansionRates {
  let epochs: [Epoch]
  let model: Model

  func evaluate(_ parameters: Span<Double>, inverseRates: inout MutableSpan<Double>) -> Bool {
    model.evaluate(parameters, at: epochs.span, inverseRates: &inverseRates)
  }
}

extension DarkEnergyModel {
  /// The rates at some epochs, with content that follows h.
  func rates(at epochs: [Epoch], content: RelativisticContent) -> any ExpansionRates {
    if let model = self as? any FriedmannModel, epochs.count % 4 == 0,
      let growth = RelativisticGrowth(content, epochs)
    {
      return FriedmannTable(model, growth, epochs)
    }
    return ContentRates(self, content, epochs)
  }
}

extension RelativisticGrowth {
  /// That of neutrinos that do not vary; nil for others.
  fileprivate init?(_ content: RelativisticContent, _ epochs: [Epoch]) {
    guard let number = content.effectiveNeutrinos, let mass = content.neutrinoMass else {
      return nil
    }
    let neutrinos = content.neutrinos(number, mass: mass)
    self.init(
      density: neutrinos.radiationDensity,
      growths: epochs.map { neutrinos.growth(at: $0).value })
  }
}

/// Those of a model of dark energy with radiation and neutrinos that follow h, behind whose parameters come h and what
/// varies of the content.
struct ContentRates<Model: DarkEnergyModel>: ExpansionRates {
  let epochs: [Epoch]
  let model: Model
  private let content: RelativisticContent
  /// For neutrinos that do not vary.
  private let prepared: RelativisticGrowth?
  private let dimension: Int

  init(_ model: Model, _ content: RelativisticContent, _ epochs: [Epoch]) {
    (self.epochs, self.model, self.content) = (epochs, model, content)
    dimension = model.parameterNames.count + 1
    prepared = RelativisticGrowth(content, epochs)
  }

  func evaluate(_ parameters: Span<Double>, inverseRates: inout MutableSpan<Double>) -> Bool {
    guard parameters[dimension - 1] > 0 else { return false }
    if let prepared {
      return model.evaluate(
        parameters, at: epochs.span, content: prepared, inverseRates: &inverseRates)
    }
    let (h, count) = (parameters[dimension - 1], epochs.count)
    let (number, mass) = content.values(behind: dimension, parameters)
    guard number > 0, mass >= 0 else { return false }
    let neutrinos = content.neutrinos(number, mass: mass)
    let growths = epochs.map { neutrinos.growth(at: $0) }
    let growth = RelativisticGrowth(
      density: neutrinos.radiationDensity, growths: growths.map(\.value))
    guard
      model.evaluate(
        parameters.extracting(0..<dimension), at: epochs.span, content: growth,
        inverseRates: &inverseRates)
    else { return false }
    // The growth of dark energy follows from the derivative in h, whatever the model.
    for i in 0..<count {
      let rate = inverseRates[i]
      let factor = -0.5 * rate * rate * rate
      let byHubble = inverseRates[dimension * count + i] / factor
      let darkEnergy = (0.5 * byHubble * h * h * h + growths[i].value) / growth.density
      var row = dimension + 1
      if content.effectiveNeutrinos == nil {
        inverseRates[row * count + i] =
          factor / (h * h) * (growths[i].byNeutrinos - neutrinos.radiationSlope * darkEnergy)
        row += 1
      }
      if content.neutrinoMass == nil {
        inverseRates[row * count + i] = factor / (h * h) * growths[i].byMass
      }
    }
    return true
  }
}

extension RelativisticContent {
  /// N_eff and the mass, fixed or from the parameters from a place on.
  func values(
    behind place: Int, _ parameters: Span<Double>
  ) -> (effectiveNeutrinos: Double, mass: Double) {
    let number = effectiveNeutrinos ?? parameters[place]
    let mass =
      neutrinoMass ?? parameters[place + (effectiveNeutrinos == nil ? 1 : 0)]
    return (number, mass)
  }
}
