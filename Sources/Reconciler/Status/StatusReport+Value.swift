// The status report for programs: the value that JSON and YAML show.

import Engine
import Foundation
package import Spec
import Store

extension StatusReport {
  package var value: YAMLValue {
    .map([
      YAMLPair("at", .string(Timestamp.text(at))),
      YAMLPair("problems", .list(problems().map(YAMLValue.string))),
      YAMLPair("service", service.value),
      YAMLPair("backup_root", backupRoot.value),
      YAMLPair("hosts", hosts.value),
      YAMLPair("running", .list(running.map { $0.progressValue(at: at, isAtWork: service.isAtWork($0)) })),
      YAMLPair("queue", queue.value),
      YAMLPair("failed", .list(failed.map { $0.value(at: at) })),
      YAMLPair("late", .list(late.map { $0.value(at: at) })),
      YAMLPair("waiting", .list(waiting.map { $0.value(at: at) })),
      YAMLPair("pauses", .list(pauses.map(\.value))),
      YAMLPair("suspensions", .list(suspensions.map(\.value))),
      YAMLPair("requests", .list(requests.map(\.value))),
      YAMLPair("next_fires", .list(nextFires.map(\.value))),
    ])
  }
}

private func time(_ date: Date?) -> YAMLValue { date.map { .string(Timestamp.text($0)) } ?? .null }
private func text(_ text: String?) -> YAMLValue { text.map(YAMLValue.string) ?? .null }
private func number(_ number: (some BinaryInteger)?) -> YAMLValue { number.map { .int(Int64($0)) } ?? .null }

/// In whole seconds.
private func seconds(from start: Date?, to end: Date) -> YAMLValue {
  number(start.map { Int(end.timeIntervalSince($0).rounded()) })
}

extension ServiceStatus {
  package var value: YAMLValue {
    .map([
      YAMLPair("controller", controller?.value ?? .null), YAMLPair("workers", .list(workers.map(\.value))),
    ])
  }
}

extension ServiceProcess {
  package var value: YAMLValue {
    .map([
      YAMLPair("name", .string(name)), YAMLPair("kind", .string(kind.rawValue)), YAMLPair("pid", number(pid)),
      YAMLPair("machine", text(machine)), YAMLPair("alive", .bool(isAlive)),
      YAMLPair("serves_queue", .bool(servesQueue)), YAMLPair("since", time(since)), YAMLPair("heard_at", time(heardAt)),
    ])
  }
}

extension BackupRootStatus {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("path", text(path?.description)), YAMLPair("available_bytes", number(space?.available)),
      YAMLPair("total_bytes", number(space?.total)), YAMLPair("problem", text(problem)),
      YAMLPair("adopted", .bool(isAdopted)),
    ])
  }
}

extension HostCounts {
  fileprivate var value: YAMLValue {
    let counts = [
      ("declared", declared), ("ready", ready), ("due", due), ("late", late), ("failed", failed), ("waiting", waiting),
      ("paused", paused), ("suspended", suspended), ("unknown", unknown), ("unobserved", unobserved),
      ("retained", retained),
    ]
    return .map(counts.map { YAMLPair($0.0, .int(Int64($0.1))) })
  }
}

extension Run {
  fileprivate func progressValue(at now: Date, isAtWork: Bool) -> YAMLValue {
    .map([
      YAMLPair("id", .int(id)), YAMLPair("host", .string(host.description)), YAMLPair("kind", .string(kind.rawValue)),
      YAMLPair("reason", .string(reason)), YAMLPair("worker", text(worker)),
      YAMLPair("worker_alive", .bool(isAtWork)), YAMLPair("started_at", time(startedAt)),
      YAMLPair("seconds", seconds(from: startedAt, to: now)), YAMLPair("percent", number(progress?.percent)),
      YAMLPair("bytes", number(progress?.bytes)), YAMLPair("rate", text(progress?.rate)),
      YAMLPair("known_files", number(progress?.knownFiles)),
      YAMLPair("remaining_files", number(progress?.remainingFiles)),
      YAMLPair("remaining_snapshots", number(progress?.remainingSnapshots)),
      YAMLPair("cancelled_by", text(cancelledBy)),
    ])
  }
}

extension QueueStatus {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("length", .int(Int64(length))),
      YAMLPair(
        "first",
        .list(
          first.map { queued in
            .map([
              YAMLPair("id", .int(queued.run.id)), YAMLPair("host", .string(queued.run.host.description)),
              YAMLPair("kind", .string(queued.run.kind.rawValue)), YAMLPair("reason", .string(queued.run.reason)),
              YAMLPair("queued_at", time(queued.run.queuedAt)), YAMLPair("waits_for", .string(queued.waitsFor)),
            ])
          })),
    ])
  }
}

extension HostTrouble {
  fileprivate func value(at now: Date) -> YAMLValue {
    .map([
      YAMLPair("host", .string(host.description)), YAMLPair("reason", .string(reason)),
      YAMLPair("message", .string(message)), YAMLPair("since", time(since)), YAMLPair("newest_good", time(newestGood)),
      YAMLPair("age_seconds", seconds(from: newestGood, to: now)),
    ])
  }
}

extension PauseStatus {
  package var value: YAMLValue {
    .map([
      YAMLPair("host", text(host?.description)), YAMLPair("until", time(pause.until)),
      YAMLPair("reason", text(pause.reason)), YAMLPair("actor", .string(pause.actor)),
      YAMLPair("paused_at", time(pause.pausedAt)),
    ])
  }
}

extension SuspensionStatus {
  fileprivate var value: YAMLValue {
    let (extent, schedule): (String, String?) =
      switch suspension.extent {
      case .everything: ("everything", nil)
      case .host: ("host", nil)
      case .schedule(let name): ("schedule", name.description)
      }
    return .map([
      YAMLPair("extent", .string(extent)), YAMLPair("schedule", text(schedule)),
      YAMLPair("reason", text(suspension.reason?.description)), YAMLPair("count", .int(Int64(count))),
      YAMLPair("hosts", .list(hosts.map { .string($0.description) })),
    ])
  }
}

extension DeclaredRequest {
  var value: YAMLValue {
    .map([
      YAMLPair("host", .string(host.description)), YAMLPair("requested", text(requested?.description)),
      YAMLPair("done", text(done?.description)), YAMLPair("done_at", time(doneAt)), YAMLPair("open", .bool(isOpen)),
    ])
  }
}

extension NextFire {
  fileprivate var value: YAMLValue {
    .map([
      YAMLPair("at", time(at)), YAMLPair("schedule", .string(schedule.description)),
      YAMLPair("count", .int(Int64(count))), YAMLPair("hosts", .list(hosts.map { .string($0.description) })),
    ])
  }
}
