// Pages of histories: parts of a long table, the newest first, found by what they end at, so that the thousandth page is
// found as fast as the first, and nothing is shown twice because something new has come.

/// Where in a history a page is.
package enum HistoryPlace<Key: Sendable & Hashable>: Sendable, Hashable {
  case newest
  /// What is older than this.
  case before(Key)
  /// What is newer than this, as near to it as may be.
  case after(Key)

  package func map<Other: Sendable & Hashable>(_ transform: (Key) -> Other) -> HistoryPlace<Other> {
    switch self {
    case .newest: .newest
    case .before(let key): .before(transform(key))
    case .after(let key): .after(transform(key))
    }
  }
}

/// A part of a history, the newest first.
package struct HistoryPage<Entry: Sendable>: Sendable {
  package let entries: [Entry]
  package let hasNewer: Bool
  package let hasOlder: Bool

  package init(_ entries: [Entry], hasNewer: Bool, hasOlder: Bool) {
    self.entries = entries
    self.hasNewer = hasNewer
    self.hasOlder = hasOlder
  }
}

extension HistoryPage: Equatable where Entry: Equatable {}

/// A condition of a query, with its arguments.
struct SQLCondition: Sendable {
  let sql: String
  let arguments: [SQLValue]

  init(_ sql: String, _ arguments: [SQLValue]) {
    self.sql = sql
    self.arguments = arguments
  }

  /// That a column holds one of some values; nil if there are none, and it may hold any.
  init?(_ column: String, among values: [SQLValue]) {
    guard !values.isEmpty else { return nil }
    sql = "\(column) IN (\(values.map { _ in "?" }.joined(separator: ", ")))"
    arguments = values
  }
}

/// A table as a history.
struct History: Sendable {
  let table: String
  var columns = "*"
  /// The columns by which it is in order, the first counting most.
  var order = ["id"]
  var conditions: [SQLCondition] = []
}

extension SQLConnection {
  /// - Parameters:
  ///   - place: given by the values of the columns by which the history is in order.
  ///   - limit: how many entries at most.
  func page<Entry: Sendable>(
    of history: History, at place: HistoryPlace<[SQLValue]>, limit: Int, as decode: (SQLRow) throws -> Entry
  ) throws -> HistoryPage<Entry> {
    // One more than is shown tells whether there is more.
    func entries(_ beyond: SQLCondition?, _ direction: String) throws -> [Entry] {
      let conditions = history.conditions + [beyond].compactMap(\.self)
      let filter = conditions.isEmpty ? "" : "WHERE " + conditions.map { "(\($0.sql))" }.joined(separator: " AND ")
      let order = history.order.map { "\($0) \(direction)" }.joined(separator: ", ")
      return try rows(
        of: history.table,
        "SELECT \(history.columns) FROM \(history.table) \(filter) ORDER BY \(order) LIMIT ?",
        conditions.flatMap(\.arguments) + [(limit + 1).sqlValue], as: decode)
    }
    if case .before(let key) = place {
      let found = try entries(history.beyond(key, "<"), "DESC")
      return HistoryPage(Array(found.prefix(limit)), hasNewer: true, hasOlder: found.count > limit)
    }
    if case .after(let key) = place {
      let found = try entries(history.beyond(key, ">"), "ASC")
      if found.count > limit { return HistoryPage(found.prefix(limit).reversed(), hasNewer: true, hasOlder: true) }
      // Near the newest, the newest page is shown full.
    }
    let found = try entries(nil, "DESC")
    return HistoryPage(Array(found.prefix(limit)), hasNewer: false, hasOlder: found.count > limit)
  }
}

extension History {
  /// That an entry comes before or after a place.
  fileprivate func beyond(_ key: [SQLValue], _ comparison: String) -> SQLCondition {
    var alternatives: [String] = []
    var arguments: [SQLValue] = []
    for (index, column) in order.enumerated() {
      let equal = order[..<index].map { "\($0) = ?" }
      alternatives.append((equal + ["\(column) \(comparison) ?"]).joined(separator: " AND "))
      arguments += key[...index]
    }
    return SQLCondition(alternatives.map { "(\($0))" }.joined(separator: " OR "), arguments)
  }
}
