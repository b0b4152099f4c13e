public import Analyses
public import Inference

extension Forecast {
  /// The same with the area of the smallest region of the posterior's draws that holds 68.27 % of two parameters.
  public func measuringArea(of draws: SampleSet) -> Forecast {
    guard merit.parameters.count == 2 else { return self }
    let set = DrawSet(draws.label, draws.chains)
    guard let i = set.index(of: merit.parameters[0]), let j = set.index(of: merit.parameters[1]),
      let density = PlaneDensity(
        set.values(i), set.values(j), weights: set.weights, bounds: (set.bounds(i), set.bounds(j)),
        effectiveSampleSize: min(set.effectiveSampleSizes[i], set.effectiveSampleSizes[j]))
    else { return self }
    var forecast = self
    forecast.merit.fullArea = density.area(enclosing: 0.6827)
    return forecast
  }

  /// Writes a page with the figures of a forecast.
  ///
  /// - Parameters:
  ///   - folder: where the result is written.
  ///   - draws: those of the posterior, if there are any.
  /// - Returns: notes for the user, in sentences.
  /// - Throws: `OutputError`.
  public func writeFigures(
    to folder: String, _ draws: SampleSet?
  ) async throws(OutputError) -> [String] {
    if ReportFolder.holdsRun(folder) {
      return ["\(folder) is the folder of a run, which keeps its own figures"]
    }
    let figures: [(any Figure)?] = [ForecastEllipse(self, draws), ErrorBudgetChart(self)]
    let report = Report(
      title: "Forecast", galleries: [.init("Forecast", figures.compactMap(\.self))])
    return try await ReportFolder(folder).write(report)
  }
}

extension PlaneDensity {
  /// The area of the smallest region that holds a probability.
  ///
  /// Cells are counted by the part of their area where the density, linear between nodes, is above the level: with 8 × 8 points
  /// in each.
  func area(enclosing probability: Double) -> Double {
    let (level, points) = (level(enclosing: probability), 8)
    let (stepX, stepY) = (x[1] - x[0], y[1] - y[0])
    var inside = 0
    for i in 0..<x.count - 1 {
      for j in 0..<y.count - 1 {
        let corner = i * y.count + j
        let corners = [
          values[corner], values[corner + 1], values[corner + y.count],
          values[corner + y.count + 1],
        ]
        let above = corners.count { $0 >= level }
        if above == 4 {
          inside += points * points
        } else if above > 0 {
          for p in 0..<points {
            for q in 0..<points {
              let u = (Double(p) + 0.5) / Double(points)
              let v = (Double(q) + 0.5) / Double(points)
              let low = corners[0] * (1 - v) + corners[1] * v
              let high = corners[2] * (1 - v) + corners[3] * v
              if low * (1 - u) + high * u >= level { inside += 1 }
            }
          }
        }
      }
    }
    return stepX * stepY * Double(inside) / Double(points * points)
  }
}
