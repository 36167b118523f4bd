// A snapshot in the table of its host, and what becomes of it.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct HostSnapshotLine: Sendable {
  let snapshotPath: String
  let id: String
  let kind: String
  let badge: Badge
  let isPinned: Bool
  let begun: ShownTime
  let size: String
  let new: String
  let files: String
  let took: String
  /// The word that its row is coloured by; nil for one that stays.
  let rowStyle: String?
  let fateText: String
  /// Where its tree is walked; nil for those who may not.
  let treePath: String?

  init(_ snapshot: Snapshot, in report: HostReport, mayOperate: Bool) {
    snapshotPath = HostPath.snapshot(snapshot.id, of: report.host)
    id = snapshot.id.name.description.printable()
    kind = snapshot.id.kind.rawValue
    badge = Badge(snapshot.status)
    isPinned = snapshot.pin?.holds(at: report.at) ?? false
    begun = Shown.time(snapshot.startedAt, now: report.at)
    size = Shown.size(snapshot.stats.apparentSizeBytes)
    new = Shown.size(snapshot.stats.uniqueApparentSizeBytes)
    files = snapshot.stats.files.map { Shown.count(Int(clamping: $0)) } ?? Shown.nothing
    took = Shown.duration(snapshot.stats.durationSeconds)
    let fate = report.fate(of: snapshot)
    rowStyle = fate?.isKept ?? true ? nil : "late"
    fateText = report.words(for: fate)
    treePath = mayOperate ? HostPath.tree(snapshot.id, of: report.host) : nil
  }
}

extension HostSnapshotLine: NamedView {
  func child(named name: String) -> Any? {
    switch name {
    case "snapshotPath": ViewText(snapshotPath)
    case "id": ViewText(id)
    case "kind": ViewText(kind)
    case "badge": badge
    case "isPinned": isPinned
    case "begun": begun
    case "size": ViewText(size)
    case "new": ViewText(new)
    case "files": ViewText(files)
    case "took": ViewText(took)
    case "rowStyle": rowStyle.map(ViewText.init)
    case "fateText": ViewText(fateText)
    case "treePath": treePath.map(ViewText.init)
    default: nil
    }
  }
}

extension HostReport {
  /// What becomes of a snapshot, in words.
  func words(for fate: SnapshotFate?) -> String {
    guard let fate else { return "kept: there is no retention policy" }
    let reasons = fate.reasons.joined(separator: ", ").printable(limit: 500)
    guard !fate.isKept else { return "kept: \(reasons)" }
    let prunes = effective?.schedule?.declared.prune == true || retained?.expiry != nil
    return (prunes ? "goes with the next prune: " : "would go if it were pruned: ") + reasons
  }
}
