// The audit log, for admins: who did what, from where, and what it changed.

import Foundation
import HTTPTypes
import Spec
import Store

extension Route {
  static let auditPages: [Route] = [
    .get("/audit", .role(.admin), "Shows who did what, the latest first.") { request, site in
      .page(try await AuditPage.page(for: request, site))
    }
  ]
}

enum AuditPage {
  private static let rows = 50

  static func page(for request: WebRequest, _ site: Site) async throws -> Page {
    let filter = ["actor", "action", "subject"].map { (name: $0, value: request.query($0).flatMap(\.nonEmpty)) }
    var before: Int64?
    if let text = request.query("before").flatMap(\.nonEmpty) {
      guard let id = Int64(text), id > 0 else { throw WebProblem.badRequest("before is no number of an entry") }
      before = id
    }
    // One more than is shown tells whether there are more.
    let found = try await site.store.audit(
      before: before, actor: filter[0].value, action: filter[1].value, subject: filter[2].value, limit: rows + 1)
    let shown = found.prefix(rows)
    let query = filter.compactMap { field in field.value.map { "\(field.name)=\(PercentEncoding.encoded($0))&" } }
      .joined()
    let now = site.now
    let view = AuditView(
      actorFilter: filter[0].value ?? "", actionFilter: filter[1].value ?? "", subjectFilter: filter[2].value ?? "",
      isFiltered: !query.isEmpty, hasRows: !shown.isEmpty, rows: shown.map { AuditRow($0, now: now) },
      newest: before == nil ? nil : "/audit?\(query)",
      older: found.count > rows ? shown.last.map { "/audit?\(query)before=\($0.id)" } : nil)
    return Page("Audit", in: .audit, .audit, view)
  }
}

extension String {
  fileprivate var nonEmpty: String? { isEmpty ? nil : self }
}

private struct AuditView: Sendable {
  let actorFilter: String
  let actionFilter: String
  let subjectFilter: String
  let isFiltered: Bool
  let hasRows: Bool
  let rows: [AuditRow]
  let newest: String?
  let older: String?
}

private struct AuditRow: Sendable {
  let at: ShownTime
  let actor: String
  let role: String?
  let address: String
  let action: String
  let subject: String
  let subjectLink: String?
  let hasChanges: Bool
  let changes: [DiffLine]

  init(_ entry: AuditEntry, now: Date) {
    at = ShownTime(entry.at, now: now)
    actor = entry.actor.printable()
    role = entry.role?.rawValue
    address = entry.address.printable()
    action = entry.action
    subject = entry.subject.printable()
    subjectLink = Self.link(to: entry.subject)
    changes = AuditChanges.lines(from: entry.before, to: entry.after)
    hasChanges = !changes.isEmpty
  }

  /// The page of what something was done to, where there is one.
  private static func link(to subject: String) -> String? {
    let parts = subject.split(separator: "/", maxSplits: 1)
    let sections: [Substring: String] = ["host": "hosts", "run": "runs", "user": "users"]
    guard parts.count == 2, let section = sections[parts[0]], !parts[1].contains("/") else { return nil }
    return "/\(section)/\(PercentEncoding.encoded(parts[1]))"
  }
}

/// What differs between the two values of an entry.
enum AuditChanges {
  /// Entries may hold whole specs.
  private static let (mostLines, mostBytes) = (40, 64 << 10)

  /// The fields that differ, in the order of the later value.
  static func lines(from before: String?, to after: String?) -> [DiffLine] {
    guard let old = fields(before), let new = fields(after) else {
      return [DiffLine(style: .head, text: "changed, by more than is shown here")]
    }
    let (oldValues, newValues) = (Dictionary(old) { $1 }, Dictionary(new) { $1 })
    let keys = new.map(\.0) + old.map(\.0).filter { newValues[$0] == nil }
    let lines = keys.compactMap { key in line(key, from: oldValues[key], to: newValues[key]) }
    guard lines.count > mostLines else { return lines }
    return lines.prefix(mostLines) + [DiffLine(style: .head, text: "and \(lines.count - mostLines) more")]
  }

  private static func line(_ key: String, from old: String?, to new: String?) -> DiffLine? {
    switch (old, new) {
    case (nil, nil): nil
    case (nil, let new?): DiffLine(style: .added, text: "\(key): \(new)")
    case (let old?, nil): DiffLine(style: .removed, text: "\(key): \(old)")
    case (let old?, let new?): old == new ? nil : DiffLine(style: .changed, text: "\(key): \(old) → \(new)")
    }
  }

  /// The leaves of a value by their dotted path; nil if it is too large, or cannot be read.
  private static func fields(_ json: String?) -> [(String, String)]? {
    guard let json else { return [] }
    guard json.utf8.count <= mostBytes,
      let documents = try? YAML.parse(SourceText(name: "audit_log", bytes: Array(json.utf8))),
      let value = documents.first?.value
    else { return nil }
    let pairs = if case .map(let pairs) = value { pairs } else { [YAMLPair("value", value)] }
    return pairs.flattened().map { pair in
      let text = if case .string(let text) = pair.value { text } else { JSONWriter.compact(pair.value) }
      return (pair.key, text.printable(limit: 200))
    }
  }
}

extension Template {
  static let audit = Template(
    name: "audit",
    source: #"""
      <header class="page-head"><div><h1>Audit</h1><p class="sub">Who changed what, and from where</p></div></header>
      <form class="toolbar" method="get" action="/audit">
      <label><span>Who</span><input type="search" name="actor" value="{{actorFilter}}" placeholder="ann"></label>
      <label><span>Action</span><input type="search" name="action" value="{{actionFilter}}" placeholder="user.create, or user. for all"></label>
      <label class="grow"><span>On what</span><input type="search" name="subject" value="{{subjectFilter}}" placeholder="host/web-1, or host/ for all"></label>
      <button>Filter</button>{{#isFiltered}}<a class="button quiet" href="/audit">Clear</a>{{/isFiltered}}
      </form>
      {{^hasRows}}
      <div class="empty"><h2>Nothing is noted</h2><p>Every login and every change shows up here.</p></div>
      {{/hasRows}}
      {{#hasRows}}
      <div class="table"><table class="data stack">
      <thead><tr><th>When</th><th>Who</th><th>Action</th><th>On what</th><th>Change</th></tr></thead>
      <tbody>
      {{#rows}}
      <tr><td data-label="When">{{#at}}{{> time}}{{/at}}</td>
      <th scope="row" data-label="Who">{{actor}}<small>{{#role}}{{.}}, {{/role}}{{address}}</small></th>
      <td class="mono" data-label="Action">{{action}}</td>
      <td class="mono wrap" data-label="On what">{{#subjectLink}}<a href="{{.}}">{{subject}}</a>{{/subjectLink}}{{^subjectLink}}{{subject}}{{/subjectLink}}</td>
      <td class="wrap" data-label="Change">{{#hasChanges}}<pre class="diff">{{#changes}}{{> diff-line}}{{/changes}}</pre>{{/hasChanges}}</td></tr>
      {{/rows}}
      </tbody></table></div>
      {{/hasRows}}
      <nav class="pager" aria-label="Pages">{{#newest}}<a class="button small" href="{{.}}">Newest</a>{{/newest}}{{#older}}<a class="button small" rel="next" href="{{.}}">Older</a>{{/older}}</nav>
      """#)
}
