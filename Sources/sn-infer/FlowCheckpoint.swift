import Foundation
import Reports
import Samplers

/// Training on its way, in a file beside its output.
struct FlowCheckpoint {
  /// What makes a training what it is.
  struct Settings: Codable, Equatable {
    var architecture: FlowArchitecture
    var training: FlowTraining
    var seed: UInt64
    var fingerprint: String
  }

  private struct Content: Codable {
    var settings: Settings
    var state: FlowTrainingState
  }

  let path: String
  let settings: Settings

  /// The state to go on from; nil if there is none.
  func read(for flow: NeuralHamiltonianFlow) throws(FlowFileError) -> FlowTrainingState? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .words
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
      let content = try? decoder.decode(Content.self, from: data)
    else { throw FlowFileError(path: path, .damagedCheckpoint) }
    guard content.settings == settings else { throw FlowFileError(path: path, .otherCheckpoint) }
    guard content.state.fits(flow, settings.training) else {
      throw FlowFileError(path: path, .damagedCheckpoint)
    }
    return content.state
  }

  func write(_ state: FlowTrainingState) throws(FlowFileError) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .words
    guard let data = try? encoder.encode(Content(settings: settings, state: state)) else {
      throw FlowFileError(path: path, .cannotWrite(reason: "the state cannot be encoded"))
    }
    try FlowFile.write(data, to: path)
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }
}
