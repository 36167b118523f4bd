// The versions of a file: which of a host's snapshots hold it, and which hold the same.

import Engine
import Foundation
import HTTPTypes
import Spec
import Store

struct VersionsView: Sendable {
  struct Row: Sendable {
    let modified: ShownTime
    let size: String
    let mode: String
    let count: String
    let target: String?
    let newest: Holder?
    let oldest: Holder?
    let fileLink: String?
  }

  /// A snapshot that holds a version.
  struct Holder: Sendable {
    let name: String
    let holderLink: String
  }

  let title: String
  let crumbs: [Crumb]
  let host: String
  let path: String
  let rows: [Row]
  /// How many snapshots do not hold it.
  let without: String?
  let unseen: String?

  static func page(of path: SnapshotPath, in snapshot: SnapshotAddress, _ site: Site) async throws -> WebResponse {
    let host = snapshot.host
    let ids = try await site.store.snapshotRecords(of: host).map(\.id)
    let directory = try await site.directory(of: host)
    let found = try await site.looking { try directory.versions(of: path, in: ids) }
    let now = site.now
    let view = VersionsView(
      title: path.name.map(SnapshotPath.shown) ?? "/", crumbs: snapshot.crumbs(to: path, in: "Versions"),
      host: host.description, path: "\(path)",
      rows: found.versions.map { Row($0, at: path, of: host, now: now) },
      without: found.without.isEmpty ? nil : Shown.plural(found.without.count, "snapshot"),
      unseen: found.unseen == 0 ? nil : Shown.plural(found.unseen, "older snapshot"))
    return .page(Page("Versions of \(path) of \(host)", in: .snapshots, .snapshotVersions, view))
  }
}

extension VersionsView.Row {
  fileprivate init(_ version: FileVersion, at path: SnapshotPath, of host: HostName, now: Date) {
    func holder(_ id: SnapshotID) -> VersionsView.Holder {
      VersionsView.Holder(
        name: id.description.printable(), holderLink: SnapshotAddress(host: host, id: id).link(.look, path))
    }
    modified = Shown.time(version.entry.modified.date, now: now)
    size = version.entry.kind == .file ? Shown.size(version.entry.size) : version.entry.kind.noun
    mode = version.entry.modeText
    count = Shown.plural(version.snapshots.count, "snapshot")
    target = version.entry.target.map(SnapshotPath.shown)
    newest = version.snapshots.first.map(holder)
    oldest = version.snapshots.count > 1 ? version.snapshots.last.map(holder) : nil
    fileLink =
      version.entry.kind == .file
      ? version.snapshots.first.map { SnapshotAddress(host: host, id: $0).link(.download, path) } : nil
  }
}
