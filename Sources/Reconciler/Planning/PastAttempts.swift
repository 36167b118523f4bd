// Past attempts: what earlier tries to make one backup mean for the next.

import Engine
import Foundation
import Spec
import Store

/// The tries at one backup that did not make a snapshot, the newest first.
struct PastAttempts {
  /// Which backup it is that was tried.
  enum Purpose: Hashable {
    /// The one that was due at a time.
    case firing(Date)
    /// The one that a text of `run_requested` asks for.
    case request(Remark)
  }

  private let purpose: Purpose
  private let runs: [Run]

  /// Tries before the last change of the desired state do not count, nor those before a backup that was good: what was
  /// wrong may be mended.
  init(for purpose: Purpose, of observed: ObservedHost, retries: Planner.Retries, now: Date) {
    self.purpose = purpose
    // A change that is dated further ahead was made before the clock was set back: it does not keep what fails from
    // resting.
    let changed = observed.desiredSince.flatMap { $0 <= now.addingTimeInterval(Self.skew) ? $0 : nil }
    let lastGood = observed.runs.filter { $0.kind == .backup && $0.state.isGood }.map(\.id).max() ?? 0
    runs = observed.runs
      .filter {
        $0.kind == .backup && purpose.isThat(of: $0) && $0.state.isFinished && !$0.state.isGood
          && ($0.id > lastGood || purpose.outlivesOthers($0)) && $0.errorCode != RunErrorCode.superseded
          && $0.queuedAt >= changed ?? .distantPast && retries.count($0)
      }
      .sorted { $0.id > $1.id }
  }

  /// In seconds: the clock of whoever changes the desired state may be ahead of ours by that much.
  private static let skew: TimeInterval = 60

  var count: Int { runs.count }

  /// What keeps the next try from being made now.
  /// - Parameter latest: until when it is made at all, if not for ever.
  func hold(host: HostName, nextFire: Date? = nil, missedAt latest: Date? = nil, now: Date) -> Hold? {
    let missed = latest?.addingTimeInterval(1)
    guard let newest = runs.first, let finished = newest.finishedAt else { return nil }
    let what = purpose.description
    let next = nextFire.map { ", or at \(Timestamp.short($0))" } ?? ""
    switch newest.retry {
    case .whenMended where purpose.isRequest:
      return Hold(
        .needsPerson,
        "\(what) failed, and fails again until somebody mends it: \(newest.sentence). It is tried again after a "
          + "change of the spec, or after another backup that is good: `pobsync backup \(host)`")
    case .whenAsked where purpose.isRequest:
      return Hold(
        .needsPerson,
        "\(what) was \(newest.message ?? "cancelled"); it is made after a change of the spec, such as another text")
    case .whenMended:
      return Hold(
        .needsPerson,
        "\(what) failed, and fails again until somebody mends it: \(newest.sentence). It is tried again after a "
          + "change of the spec, by `pobsync backup \(host) --kind scheduled`\(next)", until: missed)
    case .whenAsked:
      return Hold(
        .needsPerson,
        "\(what) was \(newest.message ?? "cancelled"); it is made by `pobsync backup \(host) --kind scheduled`\(next)",
        until: missed)
    case .afterPause:
      // Work that was cut off is taken up at once; only what is cut off again and again rests.
      let wasCutOff = newest.state == .interrupted
      let times = wasCutOff ? runs.prefix { $0.state == .interrupted }.count : count
      let failures = wasCutOff ? times - 1 : times
      guard failures > 0 else { return nil }
      let pause = Backoff.pause(afterFailures: failures, seed: "\(host)/\(purpose.seed)")
      guard let retry = Backoff.end(of: pause, since: finished, now: now) else { return nil }
      return Hold(
        .retryLater,
        "\(what) \(wasCutOff ? "was cut off" : "failed") "
          + "\(times == 1 ? "once" : "\(times) times"); it is tried again at \(Timestamp.short(retry))",
        until: [retry, missed].compactMap(\.self).min())
    }
  }
}

extension PastAttempts.Purpose: CustomStringConvertible {
  /// The backup in words.
  var description: String {
    switch self {
    case .firing(let due): "the backup of \(Timestamp.short(due))"
    case .request(let text): "the backup requested by the spec (\(text))"
    }
  }

  fileprivate var isRequest: Bool { if case .request = self { true } else { false } }

  /// What tells its pauses from those of other backups of the host.
  fileprivate var seed: String {
    switch self {
    case .firing(let due): "\(due.timeIntervalSince1970)"
    case .request(let text): text.description
    }
  }

  /// Whether a run tried this backup.
  fileprivate func isThat(of run: Run) -> Bool {
    switch self {
    case .firing(let due): run.scheduledFor == due
    case .request(let text): run.request.runRequested == text
    }
  }

  /// Whether a run still counts though another backup has been good since: what somebody has called off is not begun
  /// because the next scheduled one went well.
  fileprivate func outlivesOthers(_ run: Run) -> Bool { isRequest && run.state == .cancelled }
}

extension Run {
  /// The message without its full stop.
  fileprivate var sentence: String {
    let message = message ?? ""
    return message.hasSuffix(".") ? String(message.dropLast()) : message
  }

  fileprivate enum Retry {
    case afterPause, whenMended, whenAsked
  }

  fileprivate var retry: Retry {
    if state == .cancelled { return .whenAsked }
    let code = errorCode.flatMap(BackupFailure.Code.init(rawValue:))
    return code?.isMendedByTime == false ? .whenMended : .afterPause
  }
}
