// Paging through histories: places in queries, the links to the pages beside, and what filters choose.

import Engine
import Foundation
import Spec
import Store

/// A key of a history as it stands in a query.
protocol HistoryCursor: Sendable, Hashable {
  init?(cursor: String)
  var cursor: String { get }
}

extension Int64: HistoryCursor {
  init?(cursor: String) {
    guard let number = Int64(cursor), number > 0 else { return nil }
    self = number
  }

  var cursor: String { String(self) }
}

extension EventKey: HistoryCursor {
  /// Microseconds since 1970, and the number: `1779192000000000-17`.
  init?(cursor: String) {
    let parts = cursor.split(separator: "-", omittingEmptySubsequences: false).map { Int64($0) }
    guard parts.count == 2, let microseconds = parts[0], let id = parts[1], id > 0,
      (0..<Self.endOfTime).contains(microseconds)
    else { return nil }
    self.init(lastAt: Date(timeIntervalSince1970: Double(microseconds) / 1_000_000), id: id)
  }

  var cursor: String { "\(Int64((lastAt.timeIntervalSince1970 * 1_000_000).rounded()))-\(id)" }

  /// The year 10000, which no timestamp reaches.
  private static let endOfTime: Int64 = 253_402_300_800_000_000
}

extension WebRequest {
  /// The page that `before` or `after` asks for.
  func place<Key: HistoryCursor>(_: Key.Type = Key.self) throws(WebProblem) -> HistoryPlace<Key> {
    if let key: Key = try cursor("before") { return .before(key) }
    if let key: Key = try cursor("after") { return .after(key) }
    return .newest
  }

  private func cursor<Key: HistoryCursor>(_ name: String) throws(WebProblem) -> Key? {
    guard let text = query(name), !text.isEmpty else { return nil }
    guard let key = Key(cursor: text) else {
      throw .badRequest("\(name) is \(text.excerpt.quoted), which no page has given")
    }
    return key
  }

  /// The host that a filter names; nil if it names none.
  func filteredHost() throws(WebProblem) -> HostName? {
    guard let text = query("host"), !text.isEmpty else { return nil }
    do throws(InvalidText) {
      return try HostName(text: text)
    } catch {
      throw .badRequest("host: \(error)")
    }
  }

  /// What a filter chooses; empty if it leaves all.
  func chosen<Choice: RawRepresentable & CaseIterable>(
    _ name: String, _: Choice.Type = Choice.self
  ) throws(WebProblem) -> [Choice] where Choice.RawValue == String {
    var choices: [Choice] = []
    for text in queries(name) where !text.isEmpty {
      guard let choice = Choice(rawValue: text) else {
        let known = Choice.allCases.map(\.rawValue).joined(separator: ", ")
        throw .badRequest("\(name) is \(text.excerpt.quoted); it takes one of \(known)")
      }
      choices.append(choice)
    }
    return choices
  }

  /// The time that a query names: a day or more exactly, in UTC.
  func time(_ name: String) throws(WebProblem) -> Date? {
    guard let text = query(name), !text.isEmpty else { return nil }
    guard let time = Timestamp.date(text) ?? Timestamp.date("\(text)T00:00:00Z") else {
      throw .badRequest("\(name) is \(text.excerpt.quoted), which is no time; write 2026-05-19 or 2026-05-19T02:15:00Z")
    }
    return time
  }
}

/// One choice of a filter.
struct FilterChoice: Sendable, Hashable {
  let value: String
  let text: String
  let isSelected: Bool
}

extension FilterChoice {
  static func all<Choice: RawRepresentable & CaseIterable & Equatable>(
    chosen: [Choice]
  ) -> [FilterChoice] where Choice.RawValue == String {
    Choice.allCases.map {
      FilterChoice(
        value: $0.rawValue, text: $0.rawValue.replacing("_", with: " "), isSelected: chosen.contains($0))
    }
  }
}

/// The links to the pages beside one.
struct HistoryPager: Sendable, Hashable {
  let newer: String?
  let older: String?
  let isNeeded: Bool

  /// - Parameters:
  ///   - path: of the pages.
  ///   - filters: what else stands in their queries.
  init<Entry: Sendable, Key: HistoryCursor>(
    _ page: HistoryPage<Entry>, at path: String, filters: [(name: String, value: String)], key: (Entry) -> Key
  ) {
    func link(_ direction: String, _ entry: Entry?) -> String? {
      guard let entry else { return nil }
      let query = (filters + [(name: direction, value: key(entry).cursor)]).filter { !$0.value.isEmpty }
      return "\(path)?" + query.map { "\($0.name)=\(PercentEncoding.encoded($0.value))" }.joined(separator: "&")
    }
    let links = (
      newer: page.hasNewer ? link("after", page.entries.first) : nil,
      older: page.hasOlder ? link("before", page.entries.last) : nil
    )
    newer = links.newer
    older = links.older
    isNeeded = links.newer != nil || links.older != nil
  }
}

extension Template {
  /// Within a `HistoryPager`.
  static let historyPager = Template(
    name: "history-pager",
    source: #"""
      {{#isNeeded}}<nav class="pager" aria-label="Pages">{{#newer}}<a class="button small" rel="prev" href="{{.}}">Newer</a>{{/newer}}{{#older}}<a class="button small" rel="next" href="{{.}}">Older</a>{{/older}}</nav>{{/isNeeded}}
      """#)
}
