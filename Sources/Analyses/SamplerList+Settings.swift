public import Samplers

extension SamplerList {
  /// A sampler with its default settings, except for some counts, by their keys.
  ///
  /// - Parameters:
  ///   - type: the sampler.
  ///   - counts: such as `chains` and `draws`.
  public static func make(_ type: any Sampler.Type, _ counts: [String: Int]) -> any Sampler {
    func made<Made: Sampler>(_ type: Made.Type) -> Made {
      guard let usual = try? Tree(Made()) else { return Made() }
      let given = counts.filter { usual[$0.key] != nil }
      let settings = usual.overlaid(by: .map(given.map { ($0.key, .int($0.value)) }))
      return (try? settings.decode(type)) ?? Made()
    }
    return made(type)
  }
}
