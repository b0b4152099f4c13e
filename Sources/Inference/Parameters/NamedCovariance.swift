/// The covariance of named parameters, as files of Cobaya and GetDist have it.
public struct NamedCovariance: Sendable, Equatable, Codable {
  /// The parameters, as whoever wrote it calls them.
  public let names: [String]
  /// The matrix, row by row.
  public let covariance: [[Double]]

  /// A covariance; see `flaw` for what is wrong with it.
  ///
  /// - Parameters:
  ///   - names: the parameters.
  ///   - covariance: a symmetric positive definite matrix, row by row.
  public init(_ names: [String], _ covariance: [[Double]]) {
    self.names = names
    self.covariance = covariance
  }

  /// Names that occur twice, sizes that differ, numbers that are not finite, or a matrix that is no covariance.
  public var flaw: String? {
    if let twice = names.first(where: { name in names.count { $0 == name } > 1 }) {
      return "'\(twice)' is named twice"
    }
    if names.isEmpty { return "it names no parameters" }
    return MultivariateNormalPrior(names, mean: names.map { _ in 0 }, covariance: covariance).flaw
  }

  /// The part that belongs to parameters of a model, in its units.
  ///
  /// Names that are not the model's count if they are known to stand for one of its parameters. The Hubble
  /// constant, in another name than the model's, is in km/s/Mpc if its standard deviation is above 0.15.
  ///
  /// - Parameter names: the parameters of the model.
  /// - Returns: the places of those that the covariance has among the names, and their covariance.
  public func part(of names: [String]) -> (places: [Int], covariance: [[Double]]) {
    var found: [(place: Int, own: Int, factor: Double)] = []
    for (place, name) in names.enumerated() {
      if let own = self.names.firstIndex(of: name) {
        found.append((place, own, 1))
        continue
      }
      guard let own = ParameterAlias.place(of: name, among: self.names, except: names) else {
        continue
      }
      let isInKilometres =
        ParameterAlias(of: name)?.name == "h" && covariance[own][own] > 0.15 * 0.15
      found.append((place, own, isInKilometres ? 0.01 : 1))
    }
    return (
      found.map(\.place),
      found.map { a in found.map { b in a.factor * b.factor * covariance[a.own][b.own] } }
    )
  }
}
