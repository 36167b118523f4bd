// Blocking work: system calls that may wait for a disk run here, off the threads that Swift's tasks share.

import Dispatch

/// Runs `body` on a thread that may block, and waits for it without blocking the caller's.
///
/// It waits for no other such work. Dispatch's global queues have as many threads as there are processors, and add to them
/// once a second: there, whoever asks for a page would wait for the clone of a tree. A serial queue gets a thread at once.
package func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue(label: "pobsync.blocking").async { continuation.resume(with: Swift.Result(catching: body)) }
  }
}
