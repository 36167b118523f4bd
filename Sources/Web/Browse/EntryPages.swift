// Pages of what is in a snapshot: a directory with its entries, anything else with what there is to know of it.

import Engine
import Foundation
import HTTPTypes
import Spec
import Store

/// A directory, a page of it at a time.
struct DirectoryView: Sendable {
  struct Row: Sendable {
    let name: String
    let entryLink: String
    /// The class of its row.
    let sort: String
    let mode: String
    let owner: String
    let size: String
    let modified: ShownTime
    /// What a link says.
    let target: String?
    let fileLink: String?
  }

  let title: String
  let crumbs: [Crumb]
  let snapshot: String
  let count: String
  let rows: [Row]
  let first: String?
  let next: String?
  let archive: String
  let versions: String?
  let restore: String

  static let pageSize = 1000

  init(
    _ listing: SnapshotListing, at path: SnapshotPath, of snapshot: SnapshotAddress, isFirst: Bool, now: Date
  ) {
    title = path.name.map(SnapshotPath.shown) ?? snapshot.id.description.printable()
    crumbs = snapshot.crumbs(to: path)
    self.snapshot = "\(snapshot.id) of \(snapshot.host)".printable()
    count = Shown.plural(listing.total, "entry", "entries")
    rows = listing.entries.compactMap { entry in
      guard let inner = try? SnapshotPath(components: path.components + [entry.name]) else { return nil }
      return Row(entry, at: inner, of: snapshot, now: now)
    }
    let own = snapshot.link(.look, path)
    first = isFirst ? nil : own
    next = listing.next.map { "\(own)?after=\(PercentEncoding.encoded($0.text))" }
    archive = snapshot.link(.tar, path)
    versions = path == .root ? nil : "\(own)?versions"
    restore = snapshot.link(.restore, path)
  }
}

extension DirectoryView.Row {
  fileprivate init(_ entry: SnapshotEntry, at path: SnapshotPath, of snapshot: SnapshotAddress, now: Date) {
    name = SnapshotPath.shown(entry.name) + (entry.isDirectory ? "/" : "")
    entryLink = snapshot.link(.look, path)
    sort =
      switch entry.kind {
      case .directory: "dir"
      case .link: "link"
      default: "file"
      }
    mode = entry.modeText
    owner = "\(entry.user):\(entry.group)"
    size = entry.kind == .file ? Shown.size(entry.size) : Shown.nothing
    modified = Shown.time(entry.modified.date, now: now)
    target = entry.target.map(SnapshotPath.shown)
    fileLink = entry.kind == .file ? snapshot.link(.download, path) : nil
  }
}

/// Anything but a directory.
struct EntryView: Sendable {
  let title: String
  let crumbs: [Crumb]
  let path: String
  let snapshot: String
  let kind: String
  let size: String?
  let mode: String
  let owner: String
  let links: String?
  let modified: ShownTime
  let target: String?
  let download: String?
  let versions: String
  let restore: String

  init(_ entry: SnapshotEntry, at path: SnapshotPath, of snapshot: SnapshotAddress, now: Date) {
    title = SnapshotPath.shown(entry.name)
    crumbs = snapshot.crumbs(to: path)
    self.path = "\(path)"
    self.snapshot = "\(snapshot.id) of \(snapshot.host)".printable()
    kind = entry.kind.noun
    size = entry.kind == .file ? "\(Shown.size(entry.size)) (\(entry.size) bytes)" : nil
    mode = "\(entry.modeText) (0\(String(entry.mode, radix: 8)))"
    owner = "user \(entry.user), group \(entry.group)"
    links = entry.kind == .file && entry.links > 1 ? Shown.count(entry.links) : nil
    modified = Shown.time(entry.modified.date, now: now)
    target = entry.target.map(SnapshotPath.shown)
    download = entry.kind == .file ? snapshot.link(.download, path) : nil
    versions = "\(snapshot.link(.look, path))?versions"
    restore = snapshot.link(.restore, path)
  }
}

enum EntryPage {
  static func page(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let (snapshot, path) = (try request.snapshot(), try request.snapshotPath())
    if request.query("versions") != nil { return try await VersionsView.page(of: path, in: snapshot, site) }
    let place = try request.query("after").map { text throws(WebProblem) -> SnapshotListing.Place in
      guard let place = SnapshotListing.Place(text: text) else {
        throw .badRequest("`after` is no place in a directory")
      }
      return place
    }
    let tree = try await site.tree(of: snapshot)
    let now = site.now
    let title = "\(path == .root ? snapshot.id.description.printable() : "\(path)") of \(snapshot.host)"
    let (entry, listing) = try await site.looking { () throws -> (SnapshotEntry, SnapshotListing?) in
      let entry = try tree.entry(at: path)
      return (entry, entry.isDirectory ? try tree.list(path, after: place, limit: DirectoryView.pageSize) : nil)
    }
    guard let listing else {
      return .page(Page(title, in: .snapshots, .snapshotEntry, EntryView(entry, at: path, of: snapshot, now: now)))
    }
    let view = DirectoryView(listing, at: path, of: snapshot, isFirst: place == nil, now: now)
    return .page(Page(title, in: .snapshots, .snapshotDirectory, view))
  }
}
