import Chains
import Foundation
import Inference

extension ChainPrior {
  /// The prior of named parameters from chains of this or another program, whose names for the same
  /// parameters are known.
  ///
  /// - Parameters:
  ///   - names: the parameters of the model.
  ///   - path: the root of the chains, one of their files, or their folder.
  /// - Throws: `AnalysisError` if the chains cannot be read or have no such parameter.
  init(of names: [String], reading path: String) throws(AnalysisError) {
    let content: ChainReader.Content
    do {
      content = try ChainReader(path: path).read()
    } catch {
      if error.problem == .missing { throw .unreadable(error.path) }
      throw .file(path: error.path, line: error.line, reason: error.reason)
    }
    let chains = content.chains
    guard let columns = chains.first?.columns else { throw .unreadable(path) }
    var notes = (content.notes + content.warnings).map { "\(path): \($0)" }
    var (draws, supports): ([[Double]], [(lower: Double, upper: Double)]) = ([], [])
    // Models have the Hubble constant in 100 km/s/Mpc.
    let names = names.map { ParameterAlias(of: $0)?.name == "h" ? "h" : $0 }
    for name in names {
      let place: Int
      var factor = 1.0
      if let own = columns.firstIndex(where: { $0.name == name }) {
        place = own
      } else {
        let known = columns.map(\.name)
        guard let found = ParameterAlias.place(of: name, among: known) else {
          let near = nearestName(to: [name], among: known).map { "; did you mean \($0)?" } ?? ""
          throw .file(
            path: path, line: nil,
            reason: "'\(name)' is none of the parameters \(known.joined(separator: ", "))\(near)")
        }
        place = found
        let typical = chains[0].column(place).first ?? 0
        factor = ParameterAlias(of: name)?.factor(from: typical, to: 0.7) ?? 1
        let unit = factor == 1 ? "" : ", divided by 100"
        notes.append("\(path): \(name) is its \(columns[place].name)\(unit)")
      }
      let column = columns[place]
      draws.append(chains.flatMap { $0.column(place).map { factor * $0 } })
      supports.append((factor * column.lowerBound, factor * column.upperBound))
    }
    self.init(
      names, source: path, draws: draws,
      weights: Chain.scalingWeights(of: chains).flatMap { Array($0.weights) }, supports: supports,
      notes: notes)
  }
}
