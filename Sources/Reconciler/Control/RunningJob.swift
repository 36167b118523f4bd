// A run that a worker carries out: its progress, and the switch that stops it.

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
