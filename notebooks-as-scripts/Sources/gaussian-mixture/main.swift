// Nine Gaussians learned by neural Hamiltonian flows (Souveton et al. 2023, section 5, figures 2 and
// 4 to 7), and what goes beyond the paper.

import Foundation
import GenerativeStudy
import Inference
import Samplers

let options = NotebookOptions(
  "Learns nine Gaussians with the paper's six models, the same with cold momenta and with several momenta per point, and ours; existing flows are not trained again.",
  valued: [
    "spacing": "of the grid of Gaussians (default 3)",
    "hidden": "H of the paper's models (default 128)",
    "leapfrog-steps": "L of the paper's models (default 10)",
    "updates": "of the paper's models (default 150000)",
    "our-updates": "of ours (default 20000)",
    "models": "names, such as fixed-wide,everything (default all)",
    "patience": "checks without improvement after which training ends, of 100 (default never)",
    "rate": "of the paper's models (default 5e-4, constant as in the paper)",
    "output": "folder (default gaussian-mixture)",
  ],
  flags: [
    "cosine": "use a cosine learning-rate schedule for the paper's models, too",
    "quick": "H = 32, L = 2 and 600 updates of everything",
  ])
let isQuick = options.has("quick")
let grid = GaussianGrid(spacing: options.number("spacing", default: 3))
let hidden = options.count("hidden", default: isQuick ? 32 : 128)
let steps = options.count("leapfrog-steps", default: isQuick ? 2 : 10)
let updates = options.count("updates", default: isQuick ? 600 : 150_000)
let ourUpdates = options.count("our-updates", default: isQuick ? 600 : 20_000)
let peak = options.number("rate", default: isQuick ? 1e-2 : 5e-4)
let folder = try NotebookFolder(
  options.text(
    "output",
    default: "gaussian-mixture"
      + (grid.spacing == 3 ? "" : String(format: "-spacing-%g", grid.spacing))
      + (isQuick ? "-quick" : "")))
let patience = options.count("patience", default: 1000)
func cosine(_ peak: Double) -> LearningRate { .cosine(peak: peak, floor: peak / 1000, warmUp: 100) }
let paperRate = options.has("cosine") || isQuick ? cosine(peak) : .constant(peak)

let priors: [(String, BaseDensity)] = [
  ("soft-uniform", .softUniform(halfWidth: 3)), ("narrow", .normal(standardDeviation: 1)),
  ("wide", .normal(standardDeviation: 2.5)),
]
/// Six models of the paper's shape, one for each kinetic energy and base.
///
/// - Parameter isResidual: whether a network as K stands beside ½ p², and V beside a quadratic, so that there is
///   a kinetic energy from the beginning.
func sixModels(
  _ prefix: String = "", isResidual: Bool = false,
  _ model: (
    _ name: String, _ kinetic: FlowPreset.Kinetic, _ prior: String,
    _ shape: (inout FlowArchitecture) -> Void
  ) -> GenerativeModel
) -> [GenerativeModel] {
  [FlowPreset.Kinetic.fixed, .network].flatMap { kinetic in
    priors.map { prior, base in
      model("\(prefix)\(kinetic.rawValue)-\(prior)", kinetic, prior) {
        $0.kinetic = kinetic
        $0.base = base
        $0.hidden = hidden
        $0.leapfrogSteps = steps
        $0.isResidual = isResidual && kinetic == .network
      }
    }
  }
}
let paperModels = sixModels { name, _, _, shape in
  GenerativeModel(name, updates: updates, rate: paperRate, shape)
}
/// Short steps through many Hamiltonians. Noise keeps so many parameters from learning 5,000 points by
/// heart; the other cure is fresh points at every update, which tells what the number of points costs.
func everything(
  _ name: String, hamiltonians: Int, time: Double, noise: Double = 0,
  points: GenerativeModel.Points = .given
) -> GenerativeModel {
  GenerativeModel(
    name, updates: ourUpdates, rate: cosine(1e-2), points: points,
    training: { $0.dataNoise = noise }
  ) {
    $0.hamiltonians = hamiltonians
    $0.leapfrogSteps = 1
    $0.time = time
    $0.activation = .tanh
    $0.isResidual = true
    $0.kinetic = .network
    $0.base = .learnedNormal
  }
}
/// The paper's models with momenta that become cold, on new points at every update.
let coldModels = sixModels("cold-", isResidual: true) { name, _, _, shape in
  GenerativeModel(
    name, updates: updates, rate: cosine(5e-3), points: .fresh,
    training: { $0.cooling = MomentumCooling(to: 0.1) }, shape)
}
/// The paper's models trained by several momenta for each point. The rate is low, because at high ones the noise
/// of momenta gives the middle mode too much weight. A base N(0, I) has far to go: it takes larger momenta, twice
/// as many for each point, a higher rate, and an r that learns from weights.
let momentaModels = sixModels("momenta-", isResidual: true) { name, kinetic, prior, shape in
  let isNarrow = prior == "narrow"
  return GenerativeModel(
    name, updates: updates, rate: cosine(isNarrow ? 2e-3 : 1e-3), points: .freshBalanced,
    training: {
      $0.batchSize = 1024
      $0.momentaPerPoint = isNarrow ? 16 : 8
      $0.momentumEstimator = isNarrow ? .weighted : .bound
      // A matrix M that learns would make momenta hotter or colder; a network learns from the beginning.
      $0.heldKineticShare = kinetic == .fixed && !isNarrow ? 1 : 0
    }
  ) {
    shape(&$0)
    $0.initialMomentumScale = isNarrow ? 1.5 : 0.5
  }
}
let ourModels = [
  GenerativeModel("residual", updates: ourUpdates, rate: cosine(1e-2)) { $0.isResidual = true },
  GenerativeModel("learned-base", updates: ourUpdates, rate: cosine(1e-2)) {
    $0.base = .learnedNormal
  },
  GenerativeModel("two-hamiltonians", updates: ourUpdates, rate: cosine(1e-2)) {
    $0.hamiltonians = 2
  },
  GenerativeModel("four-hamiltonians", updates: ourUpdates, rate: cosine(5e-3)) {
    $0.hamiltonians = 4
    $0.base = .learnedNormal
  },
  everything("everything", hamiltonians: 16, time: 0.15, noise: 0.12),
  everything("everything-fresh", hamiltonians: 12, time: 0.2, points: .fresh),
]
let models = paperModels + coldModels + momentaModels + ourModels
let wanted = options.names("models", among: models.map(\.name))

print(
  """
  Nine Gaussians of covariance 0.25 I at spacing \(grid.spacing): entropy \(String(format: "%.4f", grid.entropy)) nats, the floor of −ELBO.
  5,000 points to learn from, batches of 512. Paper's models: H = \(hidden), L = \(steps), T = 1, \(updates) updates, rate \(rateText(paperRate)).
  Cold: p₀ from N(0, 0.5² I) to N(0, 0.1² I) while it learns, a rate along a cosine from 5e-3. Momenta: eight for each of 1,024 points, a rate from 1e-3 with p₀ ~ N(0, 0.5² I) or, \
  with a narrow base, sixteen, from 2e-3 with N(0, 1.5² I). Both learn from new points at every update.
  Ours: H = 32, L = 2, T = 1 (everything: L = 1, T = 0.15 or 0.2; fresh: new points at every update), \(ourUpdates) updates, a rate along a cosine.

  \("model".padded(20))parameters   −ELBO   ± error   K-sample  ± error  momenta  modes  worst mode   minima of V   s
  """)

// As many points of each mode, so that neither what is learned nor what is kept leans to a mode.
let data = grid.drawBalanced(5000, seed: 1, "training")
let heldOut = grid.drawBalanced(5000, seed: 1, "held-out")
let test = grid.draw(20_000, seed: 1, "test")
let logDensities = grid.logDensities(test)
func freshPoints(for model: GenerativeModel) -> ((inout RandomStream) -> [Double])? {
  switch model.points {
  case .given: nil
  case .fresh: { grid.draw(model.training.batchSize, using: &$0) }
  case .freshBalanced: { grid.drawBalanced(model.training.batchSize, using: &$0) }
  }
}
/// The standard error of a mode's weight among 20,000 draws.
let modeError = (8.0 / 81 / 20_000.0).squareRoot()
let header = [
  "model,hidden,leapfrog_steps,time,hamiltonians,parameters,updates,best_after,negative_elbo,"
    + "elbo_error,negative_importance,importance_error,efficiency,modes,worst_mode_sigma,minima,"
    + "minima_at_modes,seconds,rate,spacing,batch,momenta,points,date"
]
func rateText(_ rate: LearningRate) -> String {
  switch rate {
  case .constant(let rate): String(format: "%g", rate)
  case .cosine(let peak, _, _): String(format: "cosine from %g", peak)
  }
}
let today = ISO8601DateFormatter().string(from: Date()).prefix(10)
/// Name, shape, number of updates and spacing, by which a row replaces that of an earlier run.
func settings(_ row: String) -> [Substring] {
  let fields = row.split(separator: ",")
  return Array(fields.prefix(7) + fields.dropFirst(19).prefix(1))
}
let earlier = (try? String(contentsOfFile: folder.path("results.csv"), encoding: .utf8)) ?? ""
var rows =
  earlier.hasPrefix(header[0])
  ? earlier.split(separator: "\n").dropFirst().map(String.init) : []
var trained: [(model: GenerativeModel, flow: NeuralHamiltonianFlow)] = []
for var model in models where wanted.contains(model.name) {
  model.training.patience = patience
  let result = try await model.train(
    on: data, fresh: freshPoints(for: model), heldOut: heldOut, in: folder)
  trained.append((model, result.flow))
  let report = try await DensityReport(
    result.flow, at: test, logDensities: logDensities, entropy: grid.entropy,
    importanceCount: isQuick ? 200 : 2000)
  let draws = try await HamiltonianMap(result.flow).sample(20_000).points.positions
  let weights = grid.counts(nearest: draws).map { Double($0) / 20_000 }
  let worst = weights.map { abs($0 - 1 / 9.0) / modeError }.reduce(0, max)
  let landscape = try await EnergyLandscape(result.flow, block: 0, edge: 1.6 * grid.spacing)
  let atModes = grid.centers.filter { center in
    landscape.minima.contains { hypot($0.x - center.x, $0.y - center.y) < 0.3 }
  }
  let shape = model.architecture
  let row = String(
    format: "%@,%d,%d,%g,%d,%d,%d,%d,%.4f,%.4f,%.4f,%.4f,%.3f,%d,%.2f,%d,%d,%.0f,%@,%g,%d,%d,%@,%@",
    model.name, shape.hidden, shape.leapfrogSteps, shape.time, shape.hamiltonians,
    result.flow.parameters.count, result.records.last?.step ?? 0, result.updates,
    report.negativeEvidence, report.evidenceError, report.negativeImportance,
    report.importanceError, report.efficiency, weights.filter { $0 > 0.5 / 9 }.count, worst,
    landscape.minima.count, atModes.count, result.seconds, rateText(model.training.learningRate),
    grid.spacing, model.training.batchSize, model.training.momentaPerPoint, model.points.rawValue,
    String(today))
  rows.removeAll { settings($0) == settings(row) }
  rows.append(row)
  try folder.write((header + rows).joined(separator: "\n") + "\n", to: "results.csv")
  print(
    model.name.padded(20)
      + String(
        format:
          "%10d  %.4f    %.4f     %.4f   %.4f    %.3f  %5d  %7.1f σ   %2d, %d at modes  %4.0f",
        result.flow.parameters.count, report.negativeEvidence, report.evidenceError,
        report.negativeImportance, report.importanceError, report.efficiency,
        weights.filter { $0 > 0.5 / 9 }.count, worst, landscape.minima.count, atModes.count,
        result.seconds
      ))
  fflush(nil)
  try await MixtureFigures(name: model.name, flow: result.flow, grid: grid, draws: draws)
    .write(to: folder)
}
print(
  """

  'momenta' is the share of 1,000 momenta that count in the K-sample bound; 'modes' have at least half of their weight;
  'worst mode' is the weight farthest from 1/9, in standard errors of 20,000 draws.
  """)
try MixtureFigures.draw(trained.map(\.model.name), in: folder, edge: 1.6 * grid.spacing)
