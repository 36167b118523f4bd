// A run that a worker carries out: its progress and its log, and the switch that stops it.

import Engine
import Store

/// Why a run is stopped.
enum StopReason: Sendable, Hashable {
  /// Somebody, of this name, wants it cancelled.
  case person(String)
  case shutdown
  case leaseLost
}

/// One run at work.
final class RunningJob: Sendable {
  let run: Run
  let keeper: LeaseKeeper
  private let latest = Locked<TransferProgress?>(nil)
  private let said = Locked(Said())
  private let reason = Locked<StopReason?>(nil)
  private let stops: AsyncStream<Void>
  private let switchOff: AsyncStream<Void>.Continuation

  init(_ run: Run, keeper: LeaseKeeper) {
    self.run = run
    self.keeper = keeper
    (stops, switchOff) = AsyncStream.makeStream(of: Void.self, bufferingPolicy: .bufferingNewest(1))
  }

  /// The first reason for which it was stopped.
  var stopReason: StopReason? { reason.with { $0 } }

  func stop(_ why: StopReason) {
    reason.with { $0 = $0 ?? why }
    switchOff.yield()
  }

  func note(_ progress: TransferProgress) { latest.with { $0 = progress } }

  /// The newest progress, if there is any since the last time.
  func takeProgress() -> TransferProgress? {
    latest.with { progress in
      defer { progress = nil }
      return progress
    }
  }

  /// What is known of the log of the transfer.
  private struct Said {
    var log: TransferLog?
    /// How long the log was when it was last taken.
    var length = 0
    /// When that was, by the clock of elapsed time.
    var takenAt = -Double.infinity
  }

  func note(_ log: TransferLog) { said.with { $0 = Said(log: log) } }

  /// What there is of the log, if anything has come since the last time, and that is not just now.
  /// - Parameter elapsed: the time of the clock of elapsed time, in seconds.
  func takeLog(elapsed: Double) -> String? {
    said.with { said in
      guard let log = said.log, elapsed - said.takenAt >= Self.logPause else { return nil }
      guard let text = log.soFar(since: &said.length) else { return nil }
      said.takenAt = elapsed
      return text
    }
  }

  /// In seconds: a log is written whole each time.
  private static let logPause = 2.0

  /// Runs work, which is cancelled when the job is stopped, and waits for its own end.
  func untilStopped<Result: Sendable>(_ work: @escaping @Sendable () async -> Result) async -> Result {
    await withTaskGroup(of: Result?.self) { group in
      group.addTask { await work() }
      group.addTask {
        for await _ in self.stops { return nil }
        return nil
      }
      while let ended = await group.next() {
        group.cancelAll()
        if let result = ended { return result }
      }
      fatalError("the work always ends with a result")
    }
  }
}
