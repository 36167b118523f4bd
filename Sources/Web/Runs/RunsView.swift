// The list of runs, the newest first.

import Engine
import Foundation
import Spec
import Store

struct RunsView: Sendable {
  let hostFilter: String
  let states: [FilterChoice]
  let kinds: [FilterChoice]
  let triggers: [FilterChoice]
  let isFiltered: Bool
  let rows: [RunRow]
  let hasRows: Bool
  let pager: HistoryPager

  init(_ page: HistoryPage<Run>, _ filter: RunFilter, mayOperate: Bool, now: Date) {
    hostFilter = filter.host?.description ?? ""
    states = FilterChoice.all(chosen: filter.states)
    kinds = FilterChoice.all(chosen: filter.kinds)
    triggers = FilterChoice.all(chosen: filter.triggers)
    isFiltered = filter != RunFilter()
    rows = page.entries.map { RunRow($0, mayOperate: mayOperate, now: now) }
    hasRows = !rows.isEmpty
    var filters: [(name: String, value: String)] = [("host", filter.host?.description ?? "")]
    filters += filter.states.map { ("state", $0.rawValue) }
    filters += filter.kinds.map { ("kind", $0.rawValue) }
    filters += filter.triggers.map { ("trigger", $0.rawValue) }
    pager = HistoryPager(page, at: "/runs", filters: filters, key: \.id)
  }
}

/// A run on a line of a list.
struct RunRow: Sendable {
  let number: Int64
  let style: String
  let host: String
  let hostPath: String
  let kind: String
  let badge: Badge
  /// What came of it, or why it is made.
  let words: String
  /// Who asked, or what.
  let source: String
  let queued: ShownTime
  let took: String
  /// How far it is, in percent.
  let percent: Int?

  /// - Parameter mayOperate: whether the reader may see what a run says, which may hold addresses and names of accounts.
  init(_ run: Run, mayOperate: Bool, now: Date) {
    number = run.id
    style = run.state == .failed ? "failed" : ""
    host = run.host.description
    hostPath = "/hosts/\(PercentEncoding.encoded(host))"
    kind = run.kind.words
    badge = Badge(run.state)
    words = mayOperate ? (run.message ?? run.reason).printable() : run.errorCode.map(HostWords.reason) ?? ""
    source = mayOperate ? run.source : run.trigger.rawValue
    queued = ShownTime(run.queuedAt, now: now)
    took = Shown.duration(run.startedAt.map { (run.finishedAt ?? now).timeIntervalSince($0) })
    percent = run.progress.map { min(max($0.percent, 0), 100) }
  }
}

extension RunKind {
  /// As people say it: `empty trash`.
  var words: String { rawValue.replacing("_", with: " ") }
}

extension Run {
  /// What asked for it, with the name of a person who did.
  var source: String {
    guard let person = request.requestedBy else { return trigger.rawValue }
    return "\(person.printable(limit: 80)), by \(trigger == .web ? "the web" : "the command line")"
  }
}

extension Template {
  static let runs = Template(
    name: "runs",
    source: #"""
      <header class="page-head"><div><h1>Runs</h1><p class="sub">What was done, is done and waits to be done, the newest first.</p></div></header>
      <form class="toolbar" method="get" action="/runs">
        <label class="grow"><span>Host</span><input type="search" name="host" value="{{hostFilter}}" placeholder="Any host" autocomplete="off"></label>
        <label><span>State</span><select name="state"><option value="">Any</option>{{#states}}<option value="{{value}}"{{#isSelected}} selected{{/isSelected}}>{{text}}</option>{{/states}}</select></label>
        <label><span>Kind</span><select name="kind"><option value="">Any</option>{{#kinds}}<option value="{{value}}"{{#isSelected}} selected{{/isSelected}}>{{text}}</option>{{/kinds}}</select></label>
        <label><span>Asked for by</span><select name="trigger"><option value="">Any</option>{{#triggers}}<option value="{{value}}"{{#isSelected}} selected{{/isSelected}}>{{text}}</option>{{/triggers}}</select></label>
        <button>Filter</button>{{#isFiltered}}<a class="button quiet" href="/runs">Clear</a>{{/isFiltered}}
      </form>
      <div id="live" data-live>
      {{#hasRows}}{{> run-table}}{{/hasRows}}
      {{^hasRows}}<div class="empty"><h2>No runs</h2><p>{{#isFiltered}}No run is like that.{{/isFiltered}}{{^isFiltered}}Nothing has been queued yet. The controller queues a backup when a schedule is due.{{/isFiltered}}</p></div>{{/hasRows}}
      {{#pager}}{{> history-pager}}{{/pager}}
      </div>
      """#)

  /// Within what has `rows`, each a `RunRow`.
  static let runTable = Template(
    name: "run-table",
    source: #"""
      <div class="table"><table class="data stack">
      <thead><tr><th class="num">Run</th><th>Host</th><th>Kind</th><th>State</th><th>Queued</th><th class="num">Took</th><th>What came of it</th><th>Asked for by</th></tr></thead>
      <tbody>{{#rows}}<tr class="{{style}}">
        <th scope="row" class="num" data-label="Run"><a href="/runs/{{number}}">{{number}}</a></th>
        <td data-label="Host"><a href="{{hostPath}}">{{host}}</a></td>
        <td data-label="Kind">{{kind}}</td>
        <td data-label="State">{{#badge}}{{> badge}}{{/badge}}{{#percent}} <small>{{.}} %</small>{{/percent}}</td>
        <td data-label="Queued">{{#queued}}{{> age}}{{/queued}}</td>
        <td class="num" data-label="Took">{{took}}</td>
        <td class="wrap" data-label="What came of it">{{words}}</td>
        <td class="dim" data-label="Asked for by">{{source}}</td>
      </tr>{{/rows}}</tbody></table></div>
      """#)
}
