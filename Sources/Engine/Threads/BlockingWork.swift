// Blocking work: system calls that may wait for a disk run here, off the threads that Swift's tasks share.

import Dispatch

/// Runs `body` on a thread that may block, and waits for it without blocking the caller's.
///
/// It waits for no other such work. Dispatch's global queues have as many threads as there are processors, and add to them
/// once a second: there, whoever asks for a page would wait for the clone of a tree. A serial queue gets a thread at once.
package func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    onThreadOfItsOwn { continuation.resume(with: Swift.Result(catching: body)) }
  }
}

/// The same of what cannot fail.
package func unfailingly<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async -> Result {
  await withCheckedContinuation { continuation in
    onThreadOfItsOwn { continuation.resume(returning: body()) }
  }
}

private func onThreadOfItsOwn(_ body: @escaping @Sendable () -> Void) {
  DispatchQueue(label: "pobsync.blocking").async(execute: body)
}
