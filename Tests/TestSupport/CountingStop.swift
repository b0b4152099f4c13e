public import Inference
import Synchronization

extension StopSignal {
  /// A signal that is on after a number of questions.
  public static func after(_ count: Int) -> StopSignal {
    let asked = Counter()
    return StopSignal { asked.number.add(1, ordering: .relaxed).oldValue >= count }
  }

  private final class Counter: Sendable { let number = Atomic(0) }
}
