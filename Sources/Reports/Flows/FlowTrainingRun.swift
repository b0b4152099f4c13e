import Foundation
public import Inference
public import Samplers

/// Training of a flow on the rows of a table, with checkpoints and a file at the end.
public struct FlowTrainingRun: Sendable {
  private let samples: FlowSamples
  private let data: FlowTrainingData
  private let flow: NeuralHamiltonianFlow
  private let symmetry: Symmetry?
  private let penalties: [EquivariancePenalty]
  private let training: FlowTraining
  private let seed: UInt64
  private let checkpoint: FlowCheckpoint

  /// The note of a saved flow that tells its symmetry, as it was typed.
  public static let symmetryNote = "symmetry"

  /// A training on rows.
  ///
  /// - Parameters:
  ///   - samples: the rows.
  ///   - heldOut: the fraction of them that is held out.
  ///   - isStandardised: whether columns have mean 0 and standard deviation 1 for the flow.
  ///   - architecture: of the flow.
  ///   - training: how it is trained.
  ///   - seed: the seed of all random numbers.
  ///   - output: the file for the flow; the checkpoint is next to it.
  public init(
    _ samples: FlowSamples, heldOut: Double, isStandardised: Bool, _ architecture: FlowArchitecture,
    _ training: FlowTraining, seed: UInt64, output: String
  ) throws(FlowFileError) {
    (self.samples, self.training, self.seed) = (samples, training, seed)
    do {
      data = try FlowTrainingData(
        samples.rows, heldOut: heldOut, standardised: isStandardised,
        symmetry: architecture.symmetry, seed: Seed(seed))
    } catch {
      throw FlowFileError(path: samples.path, .data(error))
    }
    symmetry = architecture.symmetry
    let rows = data.training
    penalties =
      architecture.isPenalised
      ? architecture.symmetry.map {
        [
          EquivariancePenalty(
            $0.generators, positions: rows, tolerance: 1e-5, initialMultiplier: 0.1)
        ]
      } ?? []
      : []
    let givenCount = samples.rows.givenCount
    flow = architecture.makeFlow(
      dimension: samples.rows.columns.count - givenCount, givenCount: givenCount, seed: Seed(seed))
    checkpoint = FlowCheckpoint(
      path: "\(output).checkpoint",
      settings: .init(
        architecture: architecture, training: training, seed: seed, fingerprint: data.fingerprint))
  }

  /// The description of samples and flow.
  public var introduction: String {
    """
    samples     \(samples.path): \(samples.rows.count) rows of \(columnText)\(leftOut)
    held out    \(data.heldOutCount) rows
    flow        \(FlowWords.summary(of: flow))\(symmetryText)
    """
  }

  private var columnText: String {
    let (names, givenCount) = (samples.rows.columns, samples.rows.givenCount)
    let learned = names.dropLast(givenCount).joined(separator: ", ")
    return givenCount == 0
      ? learned : "\(learned), given \(names.suffix(givenCount).joined(separator: ", "))"
  }

  private var symmetryText: String {
    guard let symmetry else { return "" }
    return "\nsymmetry    \(symmetry.name), \(penalties.isEmpty ? "exact" : "by a penalty")"
  }

  /// Whether there is something to learn of the symmetry: by the energies, or by r.
  private var movesRows: Bool {
    symmetry?.isRelative == false && (!penalties.isEmpty || flow.finalMomentum.frame == nil)
  }

  private var leftOut: String {
    samples.notes.map { "\nnote        \($0)" }.joined()
  }

  /// Its progress, in a line.
  public var progressText: ProgressText {
    let (name, volume) = (boundName, data.logVolume)
    return ProgressText { training in
      String(
        format: "training    %3d %%  step %d of %d  %@ %.4f held out, %.4f learned",
        100 * training.step / training.stepCount, training.step, training.stepCount, name,
        volume - training.score, volume + training.loss)
    }
  }

  /// The state in which training stopped; nil if there is none.
  public func storedState() throws(FlowFileError) -> FlowTrainingState? {
    try checkpoint.read(for: flow)
  }

  /// Trains, and leaves a checkpoint every half minute and where it is stopped.
  ///
  /// - Parameters:
  ///   - state: where an earlier training stopped.
  ///   - context: where to run.
  /// - Returns: the flow with the best parameters seen, and the state; its `step` is less than the
  ///   settings' if it was stopped.
  public func train(
    from state: FlowTrainingState?, in context: RunContext
  ) async throws -> (flow: NeuralHamiltonianFlow, state: FlowTrainingState) {
    let hasFailed = SharedFlag()
    var (nextSave, failure) = (ContinuousClock.now + .seconds(30), FlowFileError?.none)
    var place = context
    place.stop = context.stop.or { hasFailed.isRaised }
    let result = try await FlowTrainer(
      training, penalties: penalties, symmetry: movesRows ? symmetry : nil
    ).train(
      flow, on: data.training, heldOut: data.heldOut, from: state, in: place
    ) { state in
      if let event = state.progress(of: training.stepCount) { context.events(event) }
      guard ContinuousClock.now > nextSave else { return }
      nextSave = .now + .seconds(30)
      do throws(FlowFileError) { try checkpoint.write(state) } catch {
        failure = error
        hasFailed.raise()
      }
    }
    if let failure { throw failure }
    if context.stop.isRequested, result.state.step < training.stepCount {
      try checkpoint.write(result.state)
    }
    return result
  }

  /// Saves the flow, and describes its quality.
  ///
  /// - Parameters:
  ///   - trained: the flow.
  ///   - state: how its training ended.
  ///   - output: the file.
  ///   - notes: what else a reader of the file should know.
  public func save(
    _ trained: NeuralHamiltonianFlow, _ state: FlowTrainingState, to output: String,
    notes: [String: String]
  ) async throws -> String {
    let scores = state.records.filter(\.score.isFinite)
    guard let best = state.bestRecord, best.score.isFinite, let last = scores.last else {
      throw FlowFileError(path: samples.path, .nothingLearned)
    }
    let bound = String(format: "%.4f", data.logVolume - best.score)
    var own = [
      "samples": samples.path, "rows": "\(samples.rows.count - data.heldOutCount)",
      "steps": "\(state.step)", "seed": "\(seed)", "momenta": "\(training.momentaPerPoint)",
      "held-out \(lossName)": bound,
    ]
    if let symmetry { own[Self.symmetryNote] = symmetry.name }
    let json: Data
    do throws(SavedFlowError) {
      json = try SavedFlow(
        trained, columns: samples.rows.columns, standardisation: data.standardisation,
        edges: samples.rows.edges, notes: notes.merging(own) { $1 }
      ).json()
    } catch {
      throw FlowFileError(path: output, .content(error))
    }
    try FlowFile.write(json, to: output)
    checkpoint.remove()
    var lines = state.notes.map { "note        \($0)" }
    lines += [
      "\(boundName.padding(toLength: 11, withPad: " ", startingAt: 0)) \(bound) nats at the held-out rows, after \(best.step) steps",
      "output      \(output)",
    ]
    if let symmetry { lines.append(try await InvarianceText(symmetry, of: trained).description) }
    if let cooling = training.cooling, let scales = trained.initialMomentumScales {
      lines.append("cooled      p₀ \(FlowWords.initialMomenta(of: trained))")
      if scales[0] > 1.01 * cooling.end {
        lines.append(
          "note        the best flow precedes the end of cooling: train for more --steps")
      }
    }
    // The loss of the last steps is at rows that were learned.
    if best.step < state.step / 2, last.score < best.score - 0.05 {
      lines.append(
        "note        the held-out rows were fitted best early: fewer --steps or a smaller --hidden would do"
      )
    }
    return lines.joined(separator: "\n")
  }

  /// The loss, which for several momenta is only a bound.
  private var lossName: String { training.momentaPerPoint == 1 ? "−ELBO" : "−log p" }

  /// The label of its values.
  private var boundName: String { training.momentaPerPoint == 1 ? lossName : "\(lossName) ≤" }
}
