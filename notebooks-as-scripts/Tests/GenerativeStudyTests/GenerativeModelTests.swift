import Foundation
import GenerativeStudy
import Samplers
import Testing

@Suite struct GenerativeModelTests {
  private let grid = GaussianGrid(spacing: 3)

  private func folder() throws -> NotebookFolder {
    try NotebookFolder(
      FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString).path)
  }

  private func model(
    rate: Double = 1e-2, points: GenerativeModel.Points = .given
  ) -> GenerativeModel {
    GenerativeModel(
      "small", updates: 40, rate: .cosine(peak: rate, floor: 0, warmUp: 0), points: points,
      training: { $0.batchSize = 64 }
    ) { $0.hidden = 8 }
  }

  @Test("a training that is there is not done again; one of other points or settings is another")
  func kept() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    let data = grid.drawBalanced(300, seed: 1, "training")
    let heldOut = grid.drawBalanced(300, seed: 1, "held-out")
    let first = try await model().train(on: data, heldOut: heldOut, in: folder)
    #expect(first.records.last?.step == 40)
    let again = try await model().train(on: data, heldOut: heldOut, in: folder)
    #expect(again.flow == first.flow && again.records == first.records)
    let saved = try SavedFlow(
      json: Data(contentsOf: URL(fileURLWithPath: folder.path("small.json"))))
    #expect(saved.flow == first.flow && saved.columns == ["x", "y"])

    let others = grid.drawBalanced(300, seed: 2, "training")
    let another = try await model().train(on: others, heldOut: heldOut, in: folder)
    #expect(another.flow.parameters != first.flow.parameters)
    let slower = try await model(rate: 1e-3).train(on: data, heldOut: heldOut, in: folder)
    #expect(slower.flow.parameters != first.flow.parameters)
    let judged = try await model().train(on: data, heldOut: others, in: folder)
    #expect(judged.records != first.records)

    var calls = 0
    func trainFresh() async throws -> GenerativeModel.Trained {
      try await model(points: .freshBalanced).train(
        on: data,
        fresh: {
          calls += 1
          return grid.drawBalanced(64, using: &$0)
        }, heldOut: heldOut, in: folder)
    }
    let fresh = try await trainFresh()
    #expect(fresh.flow.parameters != first.flow.parameters && calls == 40)
    #expect(try await trainFresh().flow == fresh.flow)
    #expect(calls == 40)
  }

  @Test("patience ends a training that gets no better")
  func patience() async throws {
    let folder = try folder()
    defer { try? FileManager.default.removeItem(atPath: folder.path) }
    let points = grid.draw(100, seed: 1, "points")
    let stuck = GenerativeModel(
      "stuck", updates: 500, rate: .constant(1e-12), training: { $0.patience = 3 }
    ) { $0.hidden = 4 }
    let result = try await stuck.train(on: points, heldOut: points, in: folder)
    #expect(try #require(result.records.last).step < 500)
  }
}
