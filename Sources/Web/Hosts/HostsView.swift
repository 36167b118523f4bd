// The list of hosts as its template shows it.

import Foundation
import Reconciler
import Spec
import Store

struct HostsView: Sendable {
  struct Row: Sendable {
    let name: String
    let path: String
    let rowStyle: String?
    let badge: Badge
    let isBackingUp: Bool
    let why: String?
    let labels: [String]
    let good: ShownTime?
    let next: ShownTime?
    let snapshots: String
    let size: String
    let scheduleName: String?
    /// Where it is not the name.
    let address: String?
  }

  struct Column: Sendable {
    let name: String
    let sortPath: String
    let sortOrder: String?
    let isNumber: Bool
  }

  struct Chip: Sendable {
    let name: String
    let count: String
    let path: String
    let isCurrent: Bool
  }

  struct Choice: Sendable {
    let value: String
    let isChosen: Bool
  }

  let q: String
  let labelText: String
  let condition: String?
  let sortText: String?
  let schedules: [Choice]
  let isFiltered: Bool
  let chips: [Chip]
  let columns: [Column]
  let rows: [Row]
  let hasRows: Bool
  let placesText: String
  let previous: String?
  let following: String?
  let mayOperate: Bool
  let hasHosts: Bool
}

extension HostsView {
  init(_ lines: [HostLine], _ query: HostQuery, now: Date) {
    let listing = HostListing(lines, query)
    let mayOperate = query.seesDeclarations
    q = query.text
    labelText = query.labels.joined(separator: ", ")
    condition = query.state?.rawValue
    sortText =
      query.sort == .name && !query.isDescending ? nil : (query.isDescending ? "-" : "") + query.sort.rawValue
    let names = mayOperate ? Set(lines.compactMap(\.schedule)).sorted().map(\.description) : []
    schedules = names.map { Choice(value: $0, isChosen: $0 == query.schedule) }
    isFiltered = query.isFiltered
    chips = Self.chips(listing, query)
    columns = Self.columns(query)
    rows = listing.rows.map { Row($0, mayOperate: mayOperate, now: now) }
    hasRows = !listing.rows.isEmpty
    placesText =
      listing.places.map {
        "\(Shown.count($0.lowerBound))–\(Shown.count($0.upperBound)) of \(Shown.count(listing.total))"
      } ?? ""
    previous = listing.page > 1 ? query.with { $0.page = listing.page - 1 }.path : nil
    following = listing.page < listing.pages ? query.with { $0.page = listing.page + 1 }.path : nil
    self.mayOperate = mayOperate
    hasHosts = !lines.isEmpty
  }

  private static func chips(_ listing: HostListing, _ query: HostQuery) -> [Chip] {
    let all = Chip(
      name: "All", count: Shown.count(listing.counts.values.reduce(0, +)), path: query.with { $0.state = nil }.path,
      isCurrent: query.state == nil)
    let sorts = HostState.filters.compactMap { state -> Chip? in
      let count = listing.counts[state] ?? 0
      guard count > 0 || query.state == state else { return nil }
      return Chip(
        name: HostWords.badge(state).text, count: Shown.count(count), path: query.with { $0.state = state }.path,
        isCurrent: query.state == state)
    }
    return [all] + sorts
  }

  private static func columns(_ query: HostQuery) -> [Column] {
    let all: [(String, HostQuery.Sort, isNumber: Bool)] = [
      ("Host", .name, false), ("State", .state, false), ("Last good backup", .newest, false),
      ("Next", .next, false), ("Snapshots", .snapshots, true), ("Newest holds", .size, true),
    ]
    return all.map { name, sort, isNumber in
      Column(
        name: name, sortPath: query.sorted(by: sort).path,
        sortOrder: query.sort == sort ? (query.isDescending ? "descending" : "ascending") : nil, isNumber: isNumber)
    }
  }
}

extension HostsView.Row {
  init(_ line: HostLine, mayOperate: Bool, now: Date) {
    name = line.host.description
    path = HostPath.host(line.host)
    rowStyle = HostWords.rowStyle(line.state)
    badge = HostWords.badge(line.state)
    isBackingUp = line.isBackingUp
    let reason = line.standing.reason.map(HostWords.reason)
    let message = HostWords.message(
      line.standing.message, reason: line.standing.reason, mayOperate: mayOperate)
    why = (message ?? reason).map { $0.printable(limit: 120) }
    labels = line.labels.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
    good = Shown.time(line.newestGood, now: now)
    next = Shown.time(line.nextFire, now: now)
    snapshots = Shown.count(line.snapshots)
    size = Shown.size(line.newestSize)
    scheduleName = mayOperate ? line.schedule?.description : nil
    address = mayOperate ? line.address.flatMap { $0 == line.host.description ? nil : $0 } : nil
  }
}

extension Template {
  static let hosts = Template(
    name: "hosts",
    source: #"""
      <header class="page-head">
        <div><h1>Hosts</h1><p class="sub">What is backed up, and how it stands.</p></div>
        {{#mayOperate}}<div class="actions"><a class="button primary" href="/spec">Declare hosts</a></div>{{/mayOperate}}
      </header>
      <form class="toolbar" method="get" action="/hosts">
        <label class="grow"><span>Search</span><input type="search" name="q" value="{{q}}" placeholder="{{#mayOperate}}Name or address{{/mayOperate}}{{^mayOperate}}Name{{/mayOperate}}"></label>
        <label><span>Label</span><input name="label" value="{{labelText}}" placeholder="role=web"></label>
        {{#mayOperate}}<label><span>Schedule</span><select name="schedule"><option value="">Any</option>{{#schedules}}<option{{#isChosen}} selected{{/isChosen}}>{{value}}</option>{{/schedules}}</select></label>{{/mayOperate}}
        {{#condition}}<input type="hidden" name="condition" value="{{.}}">{{/condition}}
        {{#sortText}}<input type="hidden" name="sort" value="{{.}}">{{/sortText}}
        <button>Filter</button>{{#isFiltered}}<a class="button quiet" href="/hosts">Clear</a>{{/isFiltered}}
      </form>
      <div id="live" data-live>
      <nav class="chips" aria-label="State">{{#chips}}<a href="{{path}}"{{#isCurrent}} aria-current="true"{{/isCurrent}}>{{name}} <b>{{count}}</b></a>{{/chips}}</nav>
      {{#hasRows}}<div class="table"><table class="data stack">
        <thead><tr>{{#columns}}<th{{#isNumber}} class="num"{{/isNumber}}{{#.sortOrder}} aria-sort="{{.}}"{{/.sortOrder}}><a href="{{sortPath}}">{{name}}</a></th>{{/columns}}{{#mayOperate}}<th>Schedule</th>{{/mayOperate}}</tr></thead>
        <tbody>
      {{#rows}}<tr{{#.rowStyle}} class="{{.}}"{{/.rowStyle}}>
          <th scope="row" data-label="Host"><a href="{{path}}">{{name}}</a>{{#.address}}<small>{{.}}</small>{{/.address}}{{#labels}} <span class="label">{{.}}</span>{{/labels}}</th>
          <td data-label="State">{{#badge}}{{> badge}}{{/badge}}{{#isBackingUp}} <span class="badge running">backup</span>{{/isBackingUp}}{{#.why}}<small>{{.}}</small>{{/.why}}</td>
          <td data-label="Last good backup">{{#.good}}{{> age}}{{/.good}}{{^.good}}<span class="dim">never</span>{{/.good}}</td>
          <td data-label="Next">{{#.next}}{{> age}}{{/.next}}{{^.next}}<span class="dim">–</span>{{/.next}}</td>
          <td class="num" data-label="Snapshots">{{snapshots}}</td>
          <td class="num" data-label="Newest holds">{{size}}</td>
          {{#mayOperate}}<td data-label="Schedule">{{#.scheduleName}}{{.}}{{/.scheduleName}}{{^.scheduleName}}<span class="dim">–</span>{{/.scheduleName}}</td>{{/mayOperate}}
        </tr>{{/rows}}
        </tbody></table></div>
      <nav class="pager" aria-label="Pages"><span>{{placesText}}</span>{{#previous}}<a class="button small" rel="prev" href="{{.}}">Previous</a>{{/previous}}{{#following}}<a class="button small" rel="next" href="{{.}}">Next</a>{{/following}}</nav>{{/hasRows}}
      {{^hasRows}}{{#hasHosts}}<div class="empty"><h2>No host matches</h2><p>Ask for less, or for something else.</p><a class="button" href="/hosts">Show all hosts</a></div>{{/hasHosts}}
      {{^hasHosts}}<div class="empty"><h2>No hosts yet</h2><p>A spec declares the first.</p>{{#mayOperate}}<a class="button primary" href="/spec">Open spec</a>{{/mayOperate}}</div>{{/hasHosts}}{{/hasRows}}
      </div>
      """#)
}
