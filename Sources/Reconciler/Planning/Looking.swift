// Looking: whether what the store has recorded of a host can be planned with, and what earlier tries at looking and pruning
// mean for the next. The same for hosts that are declared and for those that are retained.

import Engine
import Foundation
import Spec
import Store

extension ObservedHost {
  /// Where the store and the disk disagree, in words; nil if nothing is known of that.
  func disagreement(of host: HostName) -> String? {
    guard case .seen(let onDisk, _) = disk else { return nil }
    if let rename = pendingRename {
      // What is there under its name may be another's, and its own be elsewhere.
      return rename.to == host
        ? "its directory is still that of \(rename.from)" : "the directory of its name is still that of \(rename.to)"
    }
    if let prune = newestRun(.prune), prune.errorCode == RunErrorCode.planStale,
      (newestRun(.discover)?.id ?? 0) < prune.id
    {
      return "a prune met a snapshot that is not what the store has recorded"
    }
    // Nearly always the two are the same, which is soon told.
    if onDisk.count == recorded.count, recorded.allSatisfy({ onDisk.contains($0.id) }) { return nil }
    let known = Set(recorded.map(\.id))
    let unknown = onDisk.subtracting(known).count
    let missing = known.subtracting(onDisk).count
    let parts = [
      unknown > 0 ? "\(unknown) on disk that the store does not know" : nil,
      missing > 0 ? "\(missing) in the store that the disk does not hold" : nil,
    ].compactMap(\.self)
    return parts.isEmpty ? nil : "snapshots: " + parts.joined(separator: ", ")
  }

  /// In seconds.
  private static let restAfterCancel: TimeInterval = 3600

  /// What keeps a discovery, a prune or the emptying of the trash from being made again now.
  func rest(afterFailed kind: RunKind, of host: HostName, retries: Planner.Retries, now: Date) -> Hold? {
    guard let run = newestRun(kind), retries.count(run), let finished = run.finishedAt else { return nil }
    if run.state == .cancelled {
      // What is stopped for the load that it is comes again when that may be over.
      if kind == .emptyTrash {
        return Backoff.end(of: Self.restAfterCancel, since: finished, now: now).map { end in
          Hold(
            .retryLater,
            "the emptying of the trash was \(run.message ?? "cancelled"); it is taken up at \(Timestamp.short(end))",
            until: end)
        }
      }
      guard run.queuedAt >= desiredSince ?? .distantPast else { return nil }
      let byHand = kind == .prune ? "retention \(host) --apply" : "discover-snapshots --host \(host)"
      return Hold(
        .needsPerson,
        "the last \(kind.rawValue) run was \(run.message ?? "cancelled"); the next one comes after a change of the spec, "
          + "or by `pobsync \(byHand)`")
    }
    // What was cut off is taken up at once; only what is cut off again and again rests.
    let failures = attempts(at: kind) - (run.state == .interrupted ? 1 : 0)
    guard failures > 0 else { return nil }
    let pause = Backoff.pause(afterFailures: failures, seed: "\(kind.rawValue)/\(host)")
    guard let retry = Backoff.end(of: pause, since: finished, now: now) else { return nil }
    return Hold(
      .retryLater,
      "the last \(kind.rawValue) run \(run.state == .failed ? "failed" : "was cut off") (\(run.message ?? "")); the next one "
        + "comes at \(Timestamp.short(retry))", until: retry)
  }
}
