// One run: what it is, how far it is or how it ended, and what its programs said.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct RunView: Sendable {
  let number: Int64
  let kind: String
  let host: String
  let hostPath: String
  let badge: Badge
  let reason: String?
  let source: String
  let message: String?
  /// What it waits for, while it is queued.
  let waitsFor: String?
  let isAtWork: Bool
  let progress: ShownProgress?
  let queued: ShownTime
  let due: ShownTime?
  let started: ShownTime?
  let finished: ShownTime?
  let waited: String
  let took: String
  let snapshot: String?
  let snapshotPath: String
  let exitCode: String?
  let errorCode: String?
  let worker: String?
  let figures: [ShownFigure]
  let hasFigures: Bool
  let rows: [RunRow]
  let hasAttempts: Bool
  let log: ShownLog?
  let mayCancel: Bool
  let isStopping: Bool
  let mayRetry: Bool

  /// - Parameters:
  ///   - attempts: those for the same time of the same schedule, this one among them.
  ///   - reader: who looks.
  init(_ run: Run, waitsFor: String?, attempts: [Run], reader: RunReader, now: Date) {
    number = run.id
    kind = run.kind.words
    host = run.host.description
    let hostPath = "/hosts/\(PercentEncoding.encoded(run.host.description))"
    self.hostPath = hostPath
    badge = Badge(run.state)
    // What a run says may hold addresses, and names of schedules and accounts.
    reason = reader.mayOperate ? run.reason.printable() : nil
    source = reader.mayOperate ? run.source : run.trigger.rawValue
    message = reader.mayOperate && run.state != .queued ? run.message?.printable(limit: 4000) : nil
    self.waitsFor = reader.mayOperate ? waitsFor?.printable() : nil
    isAtWork = run.state == .running
    progress = run.state == .running ? ShownProgress(run.progress) : nil
    queued = ShownTime(run.queuedAt, now: now)
    due = Shown.time(run.scheduledFor, now: now)
    started = Shown.time(run.startedAt, now: now)
    finished = Shown.time(run.finishedAt, now: now)
    waited = Shown.duration((run.startedAt ?? run.finishedAt ?? now).timeIntervalSince(run.queuedAt))
    took = Shown.duration(run.startedAt.map { (run.finishedAt ?? now).timeIntervalSince($0) })
    // While a backup is under way, its snapshot has no name yet.
    snapshot = run.snapshot.map { "\($0.kind.rawValue)/\($0.name)" }
    snapshotPath = run.snapshot.map { "\(hostPath)/snapshots/\($0.kind.rawValue)/\($0.name)" } ?? ""
    exitCode = run.exitCode.map { "\($0)" }
    errorCode = run.errorCode
    worker = reader.mayOperate ? run.worker : nil
    figures = run.stats.map(ShownFigure.all) ?? []
    hasFigures = !figures.isEmpty
    rows = attempts.map { RunRow($0, mayOperate: reader.mayOperate, now: now) }
    hasAttempts = attempts.count > 1
    log = reader.mayOperate ? ShownLog(run) : nil
    isStopping = run.state == .running && run.cancelledBy != nil
    mayCancel = reader.mayOperate && !run.state.isFinished && run.cancelledBy == nil
    mayRetry = run.mayBeRetried && reader.mayRetry(run)
  }
}

extension Run {
  /// Whether it removes snapshots, or writes over what is on a host.
  var needsAdmin: Bool {
    switch (kind, request.parameters) {
    case (.prune, _), (.emptyTrash, _): true
    case (.restore, .restore(let order)?):
      if case .remote = order.target { false } else { !order.isRehearsal }
    case (.restore, nil): true
    default: false
    }
  }
}

/// What whoever looks at a run may do.
struct RunReader: Sendable, Hashable {
  let role: Role?

  init(_ request: WebRequest) { role = request.identity?.role }

  var mayOperate: Bool { role.map { $0 >= .operator } ?? false }

  /// What removes snapshots, or writes over what is there, is asked for again only by those who may ask for it at all.
  func mayRetry(_ run: Run) -> Bool {
    guard let role else { return false }
    return role >= (run.needsAdmin ? .admin : .operator)
  }
}

/// How far a run is.
struct ShownProgress: Sendable, Hashable {
  let percent: Int
  let words: String

  init?(_ progress: TransferProgress?) {
    guard let progress else { return nil }
    percent = min(max(progress.percent, 0), 100)
    var parts = ["\(percent) %"]
    if let left = progress.remainingSnapshots {
      parts.append("\(Shown.plural(left, "snapshot")) left")
    } else {
      parts.append(Shown.size(progress.bytes))
      if !progress.rate.isEmpty { parts.append(progress.rate.printable(limit: 30)) }
    }
    if let known = progress.knownFiles, let remaining = progress.remainingFiles {
      parts.append("\(Shown.count(Int(clamping: known - remaining))) of \(Shown.count(Int(clamping: known))) files")
    }
    words = parts.joined(separator: ", ")
  }
}

/// One of the figures of a transfer.
struct ShownFigure: Sendable, Hashable {
  let name: String
  let value: String

  /// Those that are known.
  static func all(_ stats: SnapshotStats) -> [ShownFigure] {
    func files(_ name: String, _ number: Int64?) -> ShownFigure? {
      number.map { ShownFigure(name: name, value: Shown.count(Int(clamping: $0))) }
    }
    func bytes(_ name: String, _ number: Int64?) -> ShownFigure? {
      number.map { ShownFigure(name: name, value: Shown.size($0)) }
    }
    return [
      files("Files", stats.files), files("Made anew", stats.createdFiles),
      files("Transferred", stats.transferredFiles), bytes("Size of all files", stats.apparentSizeBytes),
      bytes("Data that crossed the network", stats.literalDataBytes), bytes("Data found here", stats.matchedDataBytes),
      bytes("Size of new files", stats.uniqueApparentSizeBytes), bytes("Received", stats.receivedBytes),
      bytes("Sent", stats.sentBytes), bytes("Free on the disk then", stats.availableBytes),
    ].compactMap(\.self)
  }
}
