// SIGINT and SIGTERM during one command: the work is cancelled and comes to its own orderly end.

import UnixSignals

/// Runs `operation`; a signal that asks to stop cancels it, and its result is still returned.
func stoppingOnSignals<Result: Sendable>(
  _ operation: @escaping @Sendable () async throws -> Result
) async throws -> Result {
  try await withThrowingTaskGroup(of: Result?.self) { group in
    let signals = await UnixSignalsSequence(trapping: .sigint, .sigterm)
    group.addTask { try await operation() }
    group.addTask {
      for await _ in signals { return nil }
      return nil
    }
    while let result = try await group.next() {
      group.cancelAll()
      if let result { return result }
    }
    throw CancellationError()
  }
}
