public import Inference

extension Analysis {
  /// The parameters of a complete analysis, such as that of a run's record, with their priors: without its data.
  ///
  /// - Parameter columns: the names of the columns of its chains, which give the order.
  /// - Throws: `ModelError` if they are no space of parameters.
  public func space(inOrderOf columns: [String]) throws(ModelError) -> ParameterSpace {
    let own = params.map(\.name)
    // Their own priors are replaced by those that they have together.
    let shared = joint.flatMap(\.prior.names).filter { !own.contains($0) }
      .map { Parameter($0, prior: .improperFlat) }
    let all = params + shared
    let sampled = columns.compactMap { name in all.first { $0.name == name } }
    let others = all.filter { parameter in !sampled.contains { $0.name == parameter.name } }
    return try ParameterSpace(sampled + others, requiring: require, joint: joint.map(\.prior))
  }
}
