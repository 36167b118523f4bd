// What wakes a loop: rung any number of times while it is busy, it wakes it once.

/// Lets a loop sleep until there may be something to do.
package final class Doorbell: Sendable {
  /// For one loop to iterate over.
  let rings: AsyncStream<Void>
  private let continuation: AsyncStream<Void>.Continuation

  package init() {
    (rings, continuation) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  package func ring() { continuation.yield() }

  /// Rings at each interval until the task is cancelled.
  func ring(every interval: Duration) async {
    while !Task.isCancelled {
      ring()
      try? await Task.sleep(for: interval)
    }
  }
}
