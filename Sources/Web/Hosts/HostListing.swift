// Which hosts a list shows, and in which order: a pure function of what is known of all of them and what was asked for.

import Foundation
import Reconciler
import Spec
import Store

/// One page of a filtered and sorted list.
struct HostListing: Sendable {
  /// How many hosts there are of each sort among those that match but for their sort.
  let counts: [HostState: Int]
  /// How many hosts match.
  let total: Int
  /// From 1; the last there is, if a later one was asked for.
  let page: Int
  let pages: Int
  let rows: [HostLine]

  static let pageSize = 50

  init(_ lines: [HostLine], _ query: HostQuery) {
    let wanted = lines.filter(query.matches)
    counts = Dictionary(grouping: wanted, by: \.state).mapValues(\.count)
    let matching = query.state.map { state in wanted.filter { $0.state == state } } ?? wanted
    let sorted = query.sort.sorted(matching, isDescending: query.isDescending)
    total = sorted.count
    pages = max(1, (total + Self.pageSize - 1) / Self.pageSize)
    page = min(max(1, query.page), pages)
    rows = Array(sorted.dropFirst((page - 1) * Self.pageSize).prefix(Self.pageSize))
  }

  /// The places of the first and the last row among all, from 1.
  var places: ClosedRange<Int>? {
    guard !rows.isEmpty else { return nil }
    let first = (page - 1) * Self.pageSize + 1
    return first...(first + rows.count - 1)
  }
}

/// What a reader asks of a list of hosts.
struct HostQuery: Sendable, Hashable {
  enum Sort: String, Sendable, CaseIterable {
    case name, state, newest, next, snapshots, size
  }

  /// A part of the name, or of the address.
  var text = ""
  /// `role=web`, or `role` for any value; all have to be there.
  var labels: [String] = []
  var state: HostState?
  var schedule: String?
  var sort = Sort.name
  var isDescending = false
  var page = 1
  /// Whether addresses and schedules count, which not everybody may see.
  var seesDeclarations = true

  func matches(_ line: HostLine) -> Bool {
    if !text.isEmpty {
      let part = text.lowercased()
      let names = [line.host.description] + (seesDeclarations ? [line.address].compactMap(\.self) : [])
      guard names.contains(where: { $0.lowercased().contains(part) }) else { return false }
    }
    if seesDeclarations, let schedule, line.schedule?.description != schedule { return false }
    return labels.allSatisfy { line.has(label: $0) }
  }

  var isFiltered: Bool { !text.isEmpty || !labels.isEmpty || state != nil || schedule != nil }
}

extension HostLine {
  /// - Parameter label: `role=web`, or `role` for any value.
  fileprivate func has(label: String) -> Bool {
    let parts = label.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    guard let name = try? ResourceName(text: parts[0]), let value = labels[name] else { return false }
    return parts.count == 1 || value == parts[1]
  }
}

extension HostQuery.Sort {
  /// Where two are alike, by name.
  fileprivate func sorted(_ lines: [HostLine], isDescending: Bool) -> [HostLine] {
    switch self {
    case .name: lines.sorted { isDescending ? $1.host < $0.host : $0.host < $1.host }
    case .state: sorted(lines, isDescending) { $0.state.urgency }
    // What has never been backed up is the oldest of all.
    case .newest: sorted(lines, isDescending) { $0.newestGood ?? .distantPast }
    case .next: sorted(lines, isDescending) { $0.nextFire ?? .distantFuture }
    case .snapshots: sorted(lines, isDescending) { $0.snapshots }
    case .size: sorted(lines, isDescending) { $0.newestSize ?? -1 }
    }
  }

  private func sorted<Value: Comparable>(
    _ lines: [HostLine], _ isDescending: Bool, by value: (HostLine) -> Value
  ) -> [HostLine] {
    let keyed = lines.map { (line: $0, value: value($0)) }
    return keyed.sorted { left, right in
      guard left.value != right.value else { return left.line.host < right.line.host }
      return isDescending ? right.value < left.value : left.value < right.value
    }.map(\.line)
  }
}

extension HostState {
  /// What somebody should look at comes first.
  fileprivate var urgency: Int {
    switch self {
    case .failed: 0
    case .late: 1
    case .waiting: 2
    case .unknown: 3
    case .due: 4
    case .ready: 5
    case .paused: 6
    case .suspended: 7
    case .retained: 8
    }
  }

  /// The order in which quick filters stand.
  static let filters: [HostState] = [
    .failed, .late, .waiting, .due, .ready, .paused, .suspended, .unknown, .retained,
  ]
}

// MARK: - As a query of an address

extension HostQuery {
  /// Reads what was asked for.
  init(_ request: WebRequest) throws(WebProblem) {
    seesDeclarations = request.may(.operator)
    text = String((request.query("q") ?? "").trimmed.prefix(200))
    labels = Array(
      request.queries("label").flatMap { $0.split(separator: ",") }.map { String($0).trimmed }.filter { !$0.isEmpty }
        .prefix(Self.mostLabels))
    if let condition = request.query("condition"), !condition.isEmpty {
      guard let state = HostState(rawValue: condition) else {
        throw .badRequest(
          "condition is \(condition.excerpt.quoted); it is one of "
            + HostState.filters.map(\.rawValue).joined(separator: ", "))
      }
      self.state = state
    }
    if seesDeclarations, let schedule = request.query("schedule"), !schedule.isEmpty { self.schedule = schedule }
    if let sort = request.query("sort"), !sort.isEmpty {
      isDescending = sort.hasPrefix("-")
      let name = isDescending ? String(sort.dropFirst()) : sort
      guard let known = Sort(rawValue: name) else {
        throw .badRequest(
          "sort is \(sort.excerpt.quoted); it is one of \(Sort.allCases.map(\.rawValue).joined(separator: ", "))")
      }
      self.sort = known
    }
    page = try request.count("page", default: 1, in: 1...1_000_000)
  }

  private static let mostLabels = 8

  /// The address of the list as it was asked for: equal queries have equal ones.
  var path: String {
    var items: [String] = []
    func add(_ name: String, _ value: String) { items.append("\(name)=\(PercentEncoding.encoded(value))") }
    if !text.isEmpty { add("q", text) }
    for label in labels { add("label", label) }
    if let state { add("condition", state.rawValue) }
    if let schedule { add("schedule", schedule) }
    if sort != .name || isDescending { add("sort", (isDescending ? "-" : "") + sort.rawValue) }
    if page > 1 { add("page", "\(page)") }
    return items.isEmpty ? "/hosts" : "/hosts?" + items.joined(separator: "&")
  }

  func with(_ change: (inout HostQuery) -> Void) -> HostQuery {
    var changed = self
    changed.page = 1
    change(&changed)
    return changed
  }

  /// The same sorted by a column, the other way round if it is already.
  func sorted(by sort: Sort) -> HostQuery {
    with { query in
      query.isDescending = query.sort == sort ? !query.isDescending : sort.isBestDescending
      query.sort = sort
    }
  }
}

extension HostQuery.Sort {
  /// Whether the largest is what one looks for first.
  fileprivate var isBestDescending: Bool { self == .snapshots || self == .size }
}

extension String {
  /// Without blanks around it.
  fileprivate var trimmed: String {
    let tail = drop { $0.isWhitespace }
    return String(tail.reversed().drop { $0.isWhitespace }.reversed())
  }
}
