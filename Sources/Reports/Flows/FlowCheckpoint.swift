import Foundation
import Inference
public import Samplers

/// Training in progress, in a file next to its output.
public struct FlowCheckpoint: Sendable {
  /// The identity of a training.
  public struct Settings: Sendable, Codable, Equatable {
    /// The flow.
    public var architecture: FlowArchitecture
    /// How it is trained.
    public var training: FlowTraining
    /// The seed of all random numbers.
    public var seed: UInt64
    /// A fingerprint of the rows.
    public var fingerprint: String

    /// All of it.
    public init(
      architecture: FlowArchitecture, training: FlowTraining, seed: UInt64, fingerprint: String
    ) {
      self.architecture = architecture
      self.training = training
      self.seed = seed
      self.fingerprint = fingerprint
    }
  }

  private struct Content: Codable {
    var settings: Settings
    var state: FlowTrainingState
  }

  /// The file.
  public let path: String
  /// The training that it belongs to.
  public let settings: Settings

  /// The checkpoint of a training.
  public init(path: String, settings: Settings) {
    self.path = path
    self.settings = settings
  }

  /// The state to go on from; nil if there is none.
  public func read(for flow: NeuralHamiltonianFlow) throws(FlowFileError) -> FlowTrainingState? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .words
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
      let document = SealedJSON.content(of: data),
      let content = try? decoder.decode(Content.self, from: document)
    else { throw FlowFileError(path: path, .damagedCheckpoint) }
    guard content.settings == settings else { throw FlowFileError(path: path, .otherCheckpoint) }
    guard content.state.fits(flow, settings.training) else {
      throw FlowFileError(path: path, .damagedCheckpoint)
    }
    return content.state
  }

  /// Writes a state.
  public func write(_ state: FlowTrainingState) throws(FlowFileError) {
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .words
    guard let data = try? encoder.encode(Content(settings: settings, state: state)) else {
      throw FlowFileError(path: path, .cannotWrite(reason: "the state cannot be encoded"))
    }
    try FlowFile.write(SealedJSON.seal(data), to: path)
  }

  /// Removes the file.
  public func remove() { try? FileManager.default.removeItem(atPath: path) }
}
