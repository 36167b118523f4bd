// The list of all snapshots, the newest first.

import Engine
import Foundation
import HTTPTypes
import Spec
import Store

struct SnapshotListView: Sendable {
  struct Row: Sendable {
    let host: String
    let name: String
    /// Nil for those who may not look into it.
    let rowLink: String?
    let badge: Badge
    let pin: Badge?
    let started: ShownTime
    let duration: String
    let files: String
    let size: String
    let added: String
    let remark: String?
  }

  struct Choice: Sendable {
    let value: String
    let isChosen: Bool
  }

  let host: String
  let kinds: [Choice]
  let statuses: [Choice]
  let isFiltered: Bool
  let rows: [Row]
  let first: String?
  let next: String?

  private static let pageSize = 100

  static func page(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let filter = try filter(request)
    let text = request.query("after") ?? ""
    let place = SnapshotListPlace(text: text)
    guard text.isEmpty || place != nil else { throw WebProblem.badRequest("`after` is no place in the list") }
    let found = try await site.store.snapshotPage(filter, after: place, limit: pageSize)
    let (now, mayLook) = (site.now, request.may(.operator))
    let view = SnapshotListView(
      host: filter.host?.description ?? "",
      kinds: SnapshotKind.allCases.map { Choice(value: $0.rawValue, isChosen: filter.kinds.contains($0)) },
      statuses: SnapshotStatus.allCases.map { Choice(value: $0.rawValue, isChosen: filter.statuses.contains($0)) },
      isFiltered: filter != SnapshotFilter(),
      rows: found.snapshots.map { Row($0, now: now, mayLook: mayLook) },
      first: place == nil ? nil : address(filter), next: found.next.map { address(filter, after: $0) })
    return .page(Page("Snapshots", in: .snapshots, .snapshotList, view))
  }

  private static func filter(_ request: WebRequest) throws(WebProblem) -> SnapshotFilter {
    func choice<Value: RawRepresentable<String>>(_ key: String, _: Value.Type) throws(WebProblem) -> Value? {
      guard let text = request.query(key), !text.isEmpty else { return nil }
      guard let value = Value(rawValue: text) else { throw .badRequest("there is no \(key) \(text.excerpt.quoted)") }
      return value
    }
    var filter = SnapshotFilter()
    if let kind = try choice("kind", SnapshotKind.self) { filter.kinds = [kind] }
    if let status = try choice("status", SnapshotStatus.self) { filter.statuses = [status] }
    if let text = request.query("host"), !text.isEmpty {
      guard let host = try? HostName(text: text) else {
        throw .badRequest("\(text.excerpt.quoted) cannot be the name of a host")
      }
      filter.host = host
    }
    return filter
  }

  private static func address(_ filter: SnapshotFilter, after place: SnapshotListPlace? = nil) -> String {
    let parts: [(String, String?)] = [
      ("host", filter.host?.description), ("kind", filter.kinds.first?.rawValue),
      ("status", filter.statuses.first?.rawValue),
      ("after", place?.text),
    ]
    let query = parts.compactMap { key, value in value.map { "\(key)=\(PercentEncoding.encoded($0))" } }
    return "/snapshots" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
  }
}

extension SnapshotListView.Row {
  fileprivate init(_ snapshot: Snapshot, now: Date, mayLook: Bool) {
    host = snapshot.host.description
    name = snapshot.id.description.printable()
    rowLink = mayLook ? SnapshotAddress(host: snapshot.host, id: snapshot.id).link(.look) : nil
    badge = Badge(snapshot.status)
    pin = snapshot.pin?.holds(at: now) == true ? Badge("pinned") : nil
    started = Shown.time(snapshot.startedAt, now: now)
    duration = Shown.duration(snapshot.stats.durationSeconds)
    files = snapshot.stats.files.map { Shown.count(Int(clamping: $0)) } ?? Shown.nothing
    size = Shown.size(snapshot.stats.apparentSizeBytes)
    added = Shown.size(snapshot.stats.uniqueApparentSizeBytes)
    // It names files.
    remark = mayLook ? snapshot.note?.printable(limit: 500) : nil
  }
}
