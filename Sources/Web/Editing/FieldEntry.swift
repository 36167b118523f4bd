// Entries: the text that stands in the control of one field, and the value that it means. Both ways lose nothing.

import Foundation
import Spec

/// What a control holds.
struct FieldEntry: Sendable, Hashable {
  var text = ""
  /// That a list or map without lines is given as an empty one, which is not the same as none.
  var isGivenEmpty = false
}

extension FieldOutline {
  /// Whether the control has several lines, of which each is an item.
  var hasLines: Bool {
    switch shape {
    case .text, .reference, .choice, .number, .flag: false
    case .texts, .choices, .records, .labels, .numbers: true
    }
  }

  /// The entry that means a value.
  func entry(for value: YAMLValue?) -> FieldEntry {
    switch value {
    case nil, .null?: return FieldEntry()
    case .bool(let flag)?: return FieldEntry(text: flag ? "true" : "false")
    case .list(let items)?:
      let lines = items.map(line)
      return FieldEntry(text: lines.map { $0 + "\n" }.joined(), isGivenEmpty: items.isEmpty)
    case .map(let pairs)?:
      let lines = pairs.map { "\($0.key)=\($0.value.text ?? "")\n" }
      return FieldEntry(text: lines.joined(), isGivenEmpty: pairs.isEmpty)
    case let scalar?: return FieldEntry(text: scalar.text ?? "")
    }
  }

  /// The line of an item of a list.
  private func line(_ item: YAMLValue) -> String {
    guard case .records(let keys) = shape else { return item.text ?? "" }
    return keys.map { item[$0]?.text ?? "" }.joined(separator: Self.betweenKeys)
  }

  private static let betweenKeys = " = "

  /// The value that an entry means; nil for none. What it means is not checked here, but by who reads specs.
  ///
  /// - Throws: `InvalidText` for a line from which no value can be made.
  func value(of entry: FieldEntry) throws(InvalidText) -> YAMLValue? {
    switch shape {
    case .text, .reference, .choice: return entry.text.isEmpty ? nil : .string(entry.text)
    case .number:
      let isBlank = entry.text.trimmingCharacters(in: .whitespaces).isEmpty
      return isBlank ? nil : Self.number(entry.text)
    case .flag:
      switch entry.text {
      case "": return nil
      case "true": return .bool(true)
      case "false": return .bool(false)
      case let other: return .string(other)
      }
    case .texts(let mayBeEmpty):
      let lines = Self.lines(of: entry.text).filter { mayBeEmpty || !$0.isEmpty }
      return Self.list(lines.map(YAMLValue.string), entry)
    case .choices:
      let lines = Self.lines(of: entry.text).map { $0.trimmingCharacters(in: .whitespaces) }
      return Self.list(lines.filter { !$0.isEmpty }.map(YAMLValue.string), entry)
    case .records(let keys):
      var items: [YAMLValue] = []
      for line in Self.filledLines(of: entry.text) { items.append(.map(try Self.record(line, keys))) }
      return Self.list(items, entry)
    case .labels: return Self.map(try Self.pairs(entry.text, YAMLValue.string), entry)
    case .numbers: return Self.map(try Self.pairs(entry.text, Self.number), entry)
    }
  }

  // MARK: - Lines

  /// Lines end with a line break, of whichever kind; behind the last one nothing begins.
  private static func lines(of text: String) -> [String] {
    var lines = text.withUnixLines.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    if lines.last?.isEmpty ?? false { lines.removeLast() }
    return lines
  }

  private static func filledLines(of text: String) -> [String] {
    lines(of: text).filter { !$0.allSatisfy { $0 == " " || $0 == "\t" } }
  }

  private static func number(_ text: String) -> YAMLValue {
    Int64(text.trimmingCharacters(in: .whitespaces)).map(YAMLValue.int) ?? .string(text)
  }

  private static func list(_ items: [YAMLValue], _ entry: FieldEntry) -> YAMLValue? {
    items.isEmpty && !entry.isGivenEmpty ? nil : .list(items)
  }

  private static func map(_ pairs: [YAMLPair], _ entry: FieldEntry) -> YAMLValue? {
    pairs.isEmpty && !entry.isGivenEmpty ? nil : .map(pairs)
  }

  /// `role=web`: what is behind the first sign is the value, blanks and all.
  private static func pairs(
    _ text: String, _ value: (String) -> YAMLValue
  ) throws(InvalidText) -> [YAMLPair] {
    var pairs: [YAMLPair] = []
    for line in filledLines(of: text) {
      // By code points: a mark that combines with the sign belongs to the value.
      let scalars = line.unicodeScalars
      guard let sign = scalars.firstIndex(of: "=") else {
        throw InvalidText("\(line.quoted) has no `=`", hint: "write a name and its value, as in `role=web`")
      }
      let name = String(scalars[..<sign]).trimmingCharacters(in: .whitespaces)
      pairs.append(YAMLPair(name, value(String(scalars[scalars.index(after: sign)...]))))
    }
    return pairs
  }

  /// `Mon-Fri 22:00-06:00 = 10MiB`.
  private static func record(_ line: String, _ keys: [String]) throws(InvalidText) -> [YAMLPair] {
    let parts = line.split(separator: "=", omittingEmptySubsequences: false).map {
      $0.trimmingCharacters(in: .whitespaces)
    }
    guard parts.count == keys.count else {
      throw InvalidText(
        "\(line.quoted) is not of the form `\(keys.joined(separator: betweenKeys))`",
        hint: "write each on a line of its own")
    }
    return zip(keys, parts).map { YAMLPair($0, .string($1)) }
  }
}

extension String {
  /// The text as it was before a browser sent it: with LF for line breaks.
  var withUnixLines: String { replacing("\r\n", with: "\n").replacing("\r", with: "\n") }
}
