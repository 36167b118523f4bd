// Blocking work: system calls that may wait for a disk run here, off the threads that Swift's tasks share.

import Dispatch

/// Runs `body` on a thread that may block, and waits for it without blocking the caller's.
package func blocking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
  try await withCheckedThrowingContinuation { continuation in
    DispatchQueue.global().async { continuation.resume(with: Swift.Result(catching: body)) }
  }
}
