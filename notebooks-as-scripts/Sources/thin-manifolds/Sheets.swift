import Foundation
import Inference
import Samplers

/// A thin layer of points about a curve or a surface, with the directions across it.
struct Sheet: Sendable {
  let name: String
  let dimension: Int
  /// The standard deviation across it.
  let width: Double
  /// Points, D numbers each, with unit vectors across the layer at each.
  let draw: @Sendable (Int, Seed, String) -> (points: [Double], normals: [[Double]])

  /// A circle of radius 1.
  static func ring(width: Double) -> Sheet {
    Sheet(name: "ring", dimension: 2, width: width) { count, seed, purpose in
      var generator = RandomStream(seed: seed, purpose)
      var result = (points: [Double](), normals: [[Double]]())
      for _ in 0..<count {
        let angle = Double.random(in: 0..<2 * Double.pi, using: &generator)
        let normal = [cos(angle), sin(angle)]
        let radius = 1 + width * generator.nextStandardNormal()
        result.points += normal.map { radius * $0 }
        result.normals.append(normal)
      }
      return result
    }
  }

  /// A sheet rolled up in three dimensions: three quarters of a turn of a spiral, a height of 2.
  static func roll(width: Double) -> Sheet {
    Sheet(name: "roll", dimension: 3, width: width) { count, seed, purpose in
      var generator = RandomStream(seed: seed, purpose)
      var result = (points: [Double](), normals: [[Double]]())
      for _ in 0..<count {
        let turn = 1.5 * Double.pi * (1 + Double.random(in: 0..<1, using: &generator))
        let (dx, dz) = (cos(turn) - turn * sin(turn), sin(turn) + turn * cos(turn))
        let normal = [-dz / hypot(dx, dz), 0, dx / hypot(dx, dz)]
        let offset = width * generator.nextStandardNormal()
        let height = Double.random(in: -1..<1, using: &generator)
        let place = [turn * cos(turn) / 6, height, turn * sin(turn) / 6]
        result.points += zip(place, normal).map { $0 + offset * $1 }
        result.normals.append(normal)
      }
      return result
    }
  }

  /// A flow that learns it: many short Hamiltonians in sequence.
  func flow(
    _ hamiltonians: Int, time: Double, base: BaseDensity = .learnedNormal
  ) -> NeuralHamiltonianFlow {
    var architecture = FlowArchitecture()
    architecture.hamiltonians = hamiltonians
    architecture.leapfrogSteps = 1
    architecture.time = time
    architecture.kinetic = .network
    // Across a thin layer momenta are large, and the direction turns from place to place.
    architecture.momentumScale = .full
    architecture.activation = .tanh
    architecture.isResidual = true
    architecture.base = base
    return architecture.makeFlow(dimension: dimension, seed: 1)
  }
}
