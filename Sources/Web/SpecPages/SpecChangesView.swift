// How the desired state came to be what it is: who changed which resource, by what way, from what to what.

import Foundation
import Spec
import Store

struct SpecChangesView: Sendable {
  let subject: String
  let isFiltered: Bool
  let changes: [ChangeView]
  /// That there are more.
  let older: [String]

  struct ChangeView: Sendable {
    let time: ShownTime
    let resource: String
    let path: String
    let action: String
    let actor: String
    let origin: String
    let lines: [DiffLine]
  }

  private static let standard = 100
  private static let most = 1000

  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let limit = try request.count("limit", default: standard, in: 1...most)
    let subject = request.query("resource") ?? ""
    var changes: [SpecChange]
    if subject.isEmpty {
      // One more than is shown tells whether there are more.
      changes = try await site.store.specChanges(limit: limit + 1)
    } else {
      let parts = subject.split(separator: "/", maxSplits: 1).map(String.init)
      let id = try EditTarget.named(parts.count == 2 ? parts[1] : nil, kind: parts.first)
      changes = try await site.store.specChanges(of: id)
    }
    let more = changes.count > limit
    changes = Array(changes.prefix(limit))
    let view = SpecChangesView(
      subject: subject, isFiltered: !subject.isEmpty, changes: changes.map { ChangeView($0, now: site.now) },
      older: more && limit < most && subject.isEmpty ? ["/spec/changes?limit=\(min(limit * 2, most))"] : [])
    return .page(Page("Changes of the spec", in: .spec, .specChanges, view))
  }
}

extension SpecChangesView.ChangeView {
  fileprivate init(_ change: SpecChange, now: Date) {
    time = ShownTime(change.at, now: now)
    resource = "\(change.resource)"
    path = change.resource.editPath
    action = change.action.rawValue
    actor = change.origin.actor
    origin = change.origin.source
    let (before, after) = change.values
    let kind: ResourceChange.Kind =
      switch change.action {
      case .created: .created
      case .configured: .configured
      case .deleted: .deleted
      }
    let difference = ResourceChange(of: change.resource, kind, from: before, to: after)
    lines = Array(difference.lines.dropFirst())
  }
}

extension Template {
  static let specChanges = Template(
    name: "spec-changes",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/spec">Spec</a><span aria-current="page">Changes</span></nav>
      <header class="page-head"><div><h1>Changes of the spec</h1><p class="sub">The newest first.</p></div></header>
      <form class="toolbar" method="get" action="/spec/changes"><label class="grow"><span>Resource</span><input type="search" name="resource" value="{{subject}}" placeholder="schedule/nightly"></label><button>Filter</button>{{#isFiltered}}<a class="button quiet" href="/spec/changes">Clear</a>{{/isFiltered}}</form>
      {{#changes}}<section class="card"><div class="section-head"><h2><a href="{{path}}">{{resource}}</a> {{action}}</h2><span class="dim">{{#time}}{{> age}}{{/time}} by {{actor}} ({{origin}})</span></div><pre class="diff">{{#lines}}{{> diff-line}}{{/lines}}</pre></section>{{/changes}}
      {{^changes}}<div class="empty"><h2>No changes</h2><p>Nothing has been declared yet.</p></div>{{/changes}}
      {{#older}}<nav class="pager" aria-label="Pages"><a class="button small" rel="next" href="{{.}}">Show more</a></nav>{{/older}}

      """#)
}
