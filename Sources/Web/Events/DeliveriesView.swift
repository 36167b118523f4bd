// The list of deliveries: which notifications were sent, and which wait or failed.

import Engine
import Foundation
import Reconciler
import Spec
import Store

struct DeliveriesView: Sendable {
  let hostFilter: String
  let states: [FilterChoice]
  let isFiltered: Bool
  let rows: [DeliveryRow]
  let hasRows: Bool
  let pager: HistoryPager

  init(_ page: HistoryPage<Delivery>, host: HostName?, states chosen: [DeliveryState], now: Date) {
    hostFilter = host?.description ?? ""
    states = FilterChoice.all(chosen: chosen)
    isFiltered = host != nil || !chosen.isEmpty
    rows = page.entries.map { DeliveryRow($0, now: now) }
    hasRows = !page.entries.isEmpty
    var filters: [(name: String, value: String)] = [("host", host?.description ?? "")]
    filters += chosen.map { ("state", $0.rawValue) }
    pager = HistoryPager(page, at: "/deliveries", filters: filters, key: \.id)
  }
}

/// A delivery on a line of a list.
struct DeliveryRow: Sendable {
  let created: ShownTime
  let target: String
  let subject: String
  let badge: Badge
  let style: String
  let attempts: String
  /// When it was over, or when it is due again.
  let ended: ShownTime?
  let due: ShownTime?
  let problem: String?

  init(_ delivery: Delivery, now: Date) {
    created = ShownTime(delivery.createdAt, now: now)
    target = delivery.notification.description
    // What another version has written may not be read.
    subject = Notice(json: delivery.notice)?.subject ?? "a notice"
    let style =
      switch delivery.state {
      case .pending: "queued"
      case .delivered: "succeeded"
      case .failed: "failed"
      case .dropped: "cancelled"
      }
    badge = Badge(style, delivery.state.rawValue)
    self.style = delivery.state == .failed ? "failed" : ""
    attempts = Shown.plural(delivery.attempts, "attempt")
    ended = Shown.time(delivery.finishedAt, now: now)
    due = Shown.time(delivery.nextAt, now: now)
    problem = delivery.lastError?.printable(limit: 500)
  }
}

extension Template {
  static let deliveries = Template(
    name: "deliveries",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/events">Events</a><span aria-current="page">Notifications sent</span></nav>
      <header class="page-head"><div><h1>Notifications sent</h1><p class="sub">What people, or programs in their place, were told; what waits, and what failed.</p></div></header>
      <form class="toolbar" method="get" action="/deliveries">
        <label class="grow"><span>Host</span><input type="search" name="host" value="{{hostFilter}}" placeholder="Any host" autocomplete="off"></label>
        <label><span>State</span><select name="state"><option value="">Any</option>{{#states}}<option value="{{value}}"{{#isSelected}} selected{{/isSelected}}>{{text}}</option>{{/states}}</select></label>
        <button>Filter</button>{{#isFiltered}}<a class="button quiet" href="/deliveries">Clear</a>{{/isFiltered}}
      </form>
      <div id="live" data-live>
      {{#hasRows}}<div class="table"><table class="data stack">
      <thead><tr><th>Made</th><th>Target</th><th>Message</th><th>State</th><th>Attempts</th><th>Over, or due</th></tr></thead>
      <tbody>{{#rows}}<tr class="{{style}}">
        <td data-label="Made">{{#created}}{{> age}}{{/created}}</td>
        <td data-label="Target">{{target}}</td>
        <td class="wrap" data-label="Message">{{subject}}{{#problem}}<small>{{.}}</small>{{/problem}}</td>
        <td data-label="State">{{#badge}}{{> badge}}{{/badge}}</td>
        <td data-label="Attempts">{{attempts}}</td>
        <td data-label="Over, or due">{{#ended}}{{> age}}{{/ended}}{{#due}}{{> age}}{{/due}}</td>
      </tr>{{/rows}}</tbody></table></div>{{/hasRows}}
      {{^hasRows}}<div class="empty"><h2>No notifications</h2><p>{{#isFiltered}}None was like that.{{/isFiltered}}{{^isFiltered}}None was sent yet. Targets are declared under <code>notifications</code> in a spec.{{/isFiltered}}</p></div>{{/hasRows}}
      {{#pager}}{{> history-pager}}{{/pager}}
      </div>
      """#)
}
