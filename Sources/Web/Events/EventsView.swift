// The list of events, those that happened last first.

import Engine
import Foundation
import Spec
import Store

struct EventsView: Sendable {
  let hostFilter: String
  let severities: [FilterChoice]
  let since: String
  let isFiltered: Bool
  let rows: [EventRow]
  let hasRows: Bool
  let mayOperate: Bool
  let pager: HistoryPager

  init(_ page: HistoryPage<Event>, _ filter: EventFilter, mayOperate: Bool, now: Date) {
    hostFilter = filter.host?.description ?? ""
    severities = FilterChoice.all(chosen: filter.severities)
    since = filter.since.map(Timestamp.text) ?? ""
    isFiltered = filter != EventFilter()
    rows = page.entries.map { EventRow($0, mayOperate: mayOperate, now: now) }
    hasRows = !page.entries.isEmpty
    self.mayOperate = mayOperate
    var filters: [(name: String, value: String)] = [("host", filter.host?.description ?? "")]
    filters += filter.severities.map { ("severity", $0.rawValue) }
    filters.append(("since", filter.since.map(Timestamp.text) ?? ""))
    pager = HistoryPager(page, at: "/events", filters: filters, key: \.key)
  }
}

/// An event on a line of a list.
struct EventRow: Sendable {
  let last: ShownTime
  let badge: Badge
  let style: String
  let reason: String
  let message: String
  let isOfHost: Bool
  let host: String
  let hostPath: String
  let isRepeated: Bool
  let times: String
  let first: ShownTime

  init(_ event: Event, mayOperate: Bool, now: Date) {
    last = ShownTime(event.lastAt, now: now)
    first = ShownTime(event.firstAt, now: now)
    badge = Badge(event.severity)
    style = event.severity == .error ? "failed" : ""
    reason = event.reason
    // It may hold addresses, and names of accounts.
    message = mayOperate ? event.message.printable(limit: 1000) : HostWords.reason(event.reason)
    isOfHost = event.host != nil
    host = event.host?.description ?? ""
    hostPath = "/hosts/\(PercentEncoding.encoded(event.host?.description ?? ""))"
    isRepeated = event.count > 1
    times = Shown.plural(event.count, "time")
  }
}

extension Template {
  static let events = Template(
    name: "events",
    source: #"""
      <header class="page-head"><div><h1>Events</h1><p class="sub">What has happened, the latest first. What happens again and again is counted.</p></div>
      {{#mayOperate}}<div class="actions"><a class="button" href="/purges">Purges</a><a class="button" href="/deliveries">Notifications sent</a></div>{{/mayOperate}}</header>
      <form class="toolbar" method="get" action="/events">
        <label class="grow"><span>Host</span><input type="search" name="host" value="{{hostFilter}}" placeholder="Any host" autocomplete="off"></label>
        <label><span>Severity</span><select name="severity"><option value="">Any</option>{{#severities}}<option value="{{value}}"{{#isSelected}} selected{{/isSelected}}>{{text}}</option>{{/severities}}</select></label>
        <label><span>Since (UTC)</span><input type="text" name="since" value="{{since}}" placeholder="2026-05-19" autocomplete="off"></label>
        <button>Filter</button>{{#isFiltered}}<a class="button quiet" href="/events">Clear</a>{{/isFiltered}}
      </form>
      <div id="live" data-live>
      {{#hasRows}}<div class="table"><table class="data stack">
      <thead><tr><th>Last</th><th>Severity</th><th>Host</th><th>Reason</th><th>Message</th></tr></thead>
      <tbody>{{#rows}}<tr class="{{style}}">
        <td data-label="Last">{{#last}}{{> age}}{{/last}}{{#isRepeated}}<small>{{times}} since {{#first}}{{> time}}{{/first}}</small>{{/isRepeated}}</td>
        <td data-label="Severity">{{#badge}}{{> badge}}{{/badge}}</td>
        <td data-label="Host">{{#isOfHost}}<a href="{{hostPath}}">{{host}}</a>{{/isOfHost}}{{^isOfHost}}–{{/isOfHost}}</td>
        <td class="mono" data-label="Reason">{{reason}}</td>
        <td class="wrap" data-label="Message">{{message}}</td>
      </tr>{{/rows}}</tbody></table></div>{{/hasRows}}
      {{^hasRows}}<div class="empty"><h2>No events</h2><p>{{#isFiltered}}Nothing like that has happened.{{/isFiltered}}{{^isFiltered}}Nothing has happened yet.{{/isFiltered}}</p></div>{{/hasRows}}
      {{#pager}}{{> history-pager}}{{/pager}}
      </div>
      """#)
}
