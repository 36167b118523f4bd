// Reading the disk for those who wait for a page: few at a time, and not for ever, for a disk that hangs gives no answer
// and no error, and nothing gets a thread back that waits for it.

import Dispatch
import Engine

/// One for each server.
final class DiskReaders: Sendable {
  private let busy = Locked(0)
  private let threads = DispatchQueue(label: "pobsync.web.disk", attributes: .concurrent)
  private let watch = DispatchQueue(label: "pobsync.web.disk.watch")
  private let patience: Double
  private let limit: Int

  /// - Parameters:
  ///   - patience: in seconds, how long somebody waits for the disk.
  ///   - limit: how many wait at a time, those included whom nobody waits for any more.
  init(patience: Double = 10, limit: Int = 16) {
    self.patience = patience
    self.limit = limit
  }

  /// Does something that waits for the disk.
  /// - Throws: a problem where it takes too long, or where too much of what was begun before has not ended yet.
  func read<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    let isFree = busy.with { busy in
      guard busy < limit else { return false }
      busy += 1
      return true
    }
    guard isFree else { throw Self.isSlow }
    return try await withCheckedThrowingContinuation { continuation in
      let waiting = Locked(Optional(continuation))
      threads.async { [busy] in
        let result = Swift.Result(catching: body)
        busy.with { $0 -= 1 }
        waiting.with { $0.take() }?.resume(with: result)
      }
      watch.asyncAfter(deadline: .now() + patience) {
        waiting.with { $0.take() }?.resume(throwing: Self.isSlow)
      }
    }
  }

  private static var isSlow: WebProblem {
    .tooBusy(
      "disk_slow", "The disk does not answer",
      remedy: "try again later; if it stays so, look at the disk of the backup root on the server")
  }
}
