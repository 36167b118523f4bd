// Time limits for work that waits for others.

private enum Outcome<Result: Sendable>: Sendable {
  case done(Result)
  case timeIsUp
  /// Whoever cancelled the whole has cancelled the work as well, whose end still counts.
  case stoppedWaiting
}

/// Runs `body`, and cancels it when so much time has passed; its end is waited for all the same.
///
/// - Returns: nil if the time ran out first.
package func withTimeLimit<Result: Sendable>(
  _ limit: Duration, _ body: @escaping @Sendable () async throws -> Result
) async throws -> Result? {
  try await withThrowingTaskGroup(of: Outcome<Result>.self) { group in
    group.addTask { .done(try await body()) }
    group.addTask {
      do { try await Task.sleep(for: limit) } catch { return .stoppedWaiting }
      return .timeIsUp
    }
    defer { group.cancelAll() }
    for try await outcome in group {
      switch outcome {
      case .done(let result): return result
      case .timeIsUp: return nil
      case .stoppedWaiting: continue
      }
    }
    return nil
  }
}
