// Runs as lists beside other things show them: how far one has come, or how it ended.

import Engine
import Foundation
import Reconciler
import Spec
import Store

/// A run that goes on.
struct FleetProgress: Sendable {
  let runPath: String
  let runName: String
  let hostName: String
  let hostPath: String
  let kind: String
  /// For how long.
  let elapsed: String
  /// Nil while it is not known how much there is.
  let percent: Int?
  let details: String
  /// Nobody carries it out any more.
  let isAbandoned: Bool
  let isBeingCancelled: Bool

  init(_ run: Run, now: Date, isAtWork: Bool = true) {
    runPath = "/runs/\(run.id)"
    runName = "run \(run.id)"
    hostName = run.host.description
    hostPath = HostPath.host(run.host)
    kind = HostWords.kind(run.kind)
    elapsed = run.startedAt.map { now.timeIntervalSince($0).shownAsAge } ?? Shown.nothing
    let progress = run.progress
    // What is left to delete is counted in files: a share of bytes says nothing of it.
    percent = run.kind == .emptyTrash ? nil : progress.map { min(max($0.percent, 0), 100) }
    var parts: [String] = []
    if let percent { parts.append("\(percent) %") }
    if let bytes = progress?.bytes, bytes > 0 { parts.append(Shown.size(bytes)) }
    if let rate = progress?.rate, !rate.isEmpty { parts.append(rate.printable(limit: 40)) }
    if let left = progress?.remainingFiles, let known = progress?.knownFiles {
      parts.append("\(Shown.count(Int(clamping: left))) of \(Shown.count(Int(clamping: known))) files left")
    }
    if let left = progress?.remainingSnapshots { parts.append("\(Shown.plural(left, "snapshot")) left") }
    details = parts.joined(separator: ", ")
    isAbandoned = !isAtWork
    isBeingCancelled = run.cancelledBy != nil
  }
}

/// A run in a table of a host's runs.
struct HostRunLine: Sendable {
  let runPath: String
  let number: String
  let kind: String
  let badge: Badge
  let begun: ShownTime?
  let took: String
  let said: String?

  /// - Parameter mayOperate: whether the reader may see what the run says, which may hold addresses.
  init(_ run: Run, mayOperate: Bool, now: Date) {
    runPath = "/runs/\(run.id)"
    number = "\(run.id)"
    kind = HostWords.kind(run.kind)
    badge = Badge(run.state)
    begun = ShownTime(run.startedAt ?? run.queuedAt, now: now)
    took = Shown.duration(run.startedAt.flatMap { start in run.finishedAt?.timeIntervalSince(start) })
    let text = run.state.isFinished ? run.message ?? "" : run.reason
    said = mayOperate && !text.isEmpty ? text.printable(limit: 300) : nil
  }
}

extension Template {
  /// Within a `FleetProgress`.
  static let fleetProgress = Template(
    name: "fleet-progress",
    source: #"""
      <div class="progress">{{#.percent}}<progress max="100" value="{{.}}">{{.}} %</progress>{{/.percent}}{{^.percent}}<progress></progress>{{/.percent}}<span>{{details}}{{#isBeingCancelled}} (is being cancelled){{/isBeingCancelled}}{{#isAbandoned}} (its worker has ended){{/isAbandoned}}</span></div>
      """#)
}
