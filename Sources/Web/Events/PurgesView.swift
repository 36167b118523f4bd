// The list of purges: what was deleted, why, and by whom.

import Engine
import Foundation
import Spec
import Store

struct PurgesView: Sendable {
  let hostFilter: String
  let isFiltered: Bool
  let rows: [PurgeRow]
  let hasRows: Bool
  let pager: HistoryPager

  init(_ page: HistoryPage<RecordedPurge>, host: HostName?, now: Date) {
    hostFilter = host?.description ?? ""
    isFiltered = host != nil
    rows = page.entries.map { PurgeRow($0.purge, now: now) }
    hasRows = !page.entries.isEmpty
    pager = HistoryPager(page, at: "/purges", filters: [("host", host?.description ?? "")], key: \.id)
  }
}

/// A purge on a line of a list.
struct PurgeRow: Sendable {
  let at: ShownTime
  let host: String
  let hostPath: String
  let kind: String
  let name: String
  let path: String
  let reason: String
  let action: String
  let actor: String

  init(_ purge: Purge, now: Date) {
    at = ShownTime(purge.at, now: now)
    host = purge.host.description
    hostPath = "/hosts/\(PercentEncoding.encoded(purge.host.description))"
    kind = purge.kind.rawValue
    name = purge.name.printable()
    path = purge.path.printable(limit: 1000)
    reason = purge.reason.printable(limit: 1000)
    action = purge.action.rawValue.replacing("_", with: " ")
    actor = purge.actor.printable(limit: 80)
  }
}

extension Template {
  static let purges = Template(
    name: "purges",
    source: #"""
      <header class="page-head"><div><h1>Purges</h1><p class="sub">Every snapshot that was deleted, why, and by whom. This record outlives the snapshot and its host.</p></div></header>
      <form class="toolbar" method="get" action="/purges">
        <label class="grow"><span>Host</span><input type="search" name="host" value="{{hostFilter}}" placeholder="Any host" autocomplete="off"></label>
        <button>Filter</button>{{#isFiltered}}<a class="button quiet" href="/purges">Clear</a>{{/isFiltered}}
      </form>
      <div id="live" data-live>
      {{#hasRows}}<div class="table"><table class="data stack">
      <thead><tr><th>When</th><th>Host</th><th>Snapshot</th><th>Why</th><th>How</th><th>By</th></tr></thead>
      <tbody>{{#rows}}<tr>
        <td data-label="When">{{#at}}{{> time}}{{/at}}</td>
        <td data-label="Host"><a href="{{hostPath}}">{{host}}</a></td>
        <td class="mono" data-label="Snapshot">{{kind}}/{{name}}<small>{{path}}</small></td>
        <td class="wrap" data-label="Why">{{reason}}</td>
        <td data-label="How">{{action}}</td>
        <td data-label="By">{{actor}}</td>
      </tr>{{/rows}}</tbody></table></div>{{/hasRows}}
      {{^hasRows}}<div class="empty"><h2>No purges</h2><p>{{#isFiltered}}Nothing of this host was ever deleted.{{/isFiltered}}{{^isFiltered}}Nothing was ever deleted.{{/isFiltered}}</p></div>{{/hasRows}}
      {{#pager}}{{> history-pager}}{{/pager}}
      </div>
      """#)
}
