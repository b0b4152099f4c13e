/// Tells a chain when it is time to report, and when to let another chain have its core.
struct Throttle {
  private let clock = ContinuousClock()
  private var nextReport: ContinuousClock.Instant
  private var nextTurn: ContinuousClock.Instant

  init() {
    let now = clock.now
    (nextReport, nextTurn) = (now, now + Self.turn)
  }

  /// Long compared with the cost of switching tasks, short compared with any time limit.
  private static let turn = Duration.milliseconds(20)

  /// True about four times per second, and the first time.
  mutating func shouldReport() -> Bool {
    let now = clock.now
    guard now > nextReport else { return false }
    nextReport = now + .milliseconds(250)
    return true
  }

  /// Lets waiting tasks run before this one continues, if its turn is over.
  ///
  /// Without it, of more chains than cores the last would begin when the first are done, and a time
  /// limit would leave them empty.
  mutating func makeWay() async {
    guard clock.now > nextTurn else { return }
    await Task.yield()
    nextTurn = clock.now + Self.turn
  }
}
