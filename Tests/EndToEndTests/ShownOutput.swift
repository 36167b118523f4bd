// What a page shows of a command's output, held against what the command prints: the words have to be the same, and
// what differs from machine to machine may differ.

import Foundation

/// Compares outputs, and keeps which snapshot of a page stands for which that was really made.
struct ShownOutput {
  /// The names of snapshots as a page shows them, and as they are here.
  private(set) var names: [String: String] = [:]

  /// The text with the names of snapshots as they are here.
  func withNames(_ text: String) -> String {
    text.replacing(#/[0-9]{8}-[0-9]{6}Z__[0-9A-Z]{8}/#) { match in
      names[String(match.output)] ?? String(match.output)
    }
  }

  /// Compares line by line, without regard to empty ones. A line that is nothing but `…` stands for any number of
  /// lines, and `…` within a line for any text.
  ///
  /// - Returns: the first difference, in words; nil if there is none.
  mutating func difference(shown: [String], printed: [String]) -> String? {
    var rest = printed.filter { !Self.masked($0).isEmpty }[...]
    var maySkip = false
    for line in shown where !Self.masked(line).isEmpty {
      guard Self.masked(line) != Self.ellipsis else {
        maySkip = true
        continue
      }
      let candidates = maySkip ? rest : rest.prefix(1)
      guard let place = candidates.firstIndex(where: { Self.fits($0, line) }) else {
        return "shown: \(line)\nprinted: \(rest.first ?? "nothing more")"
      }
      if let conflict = bind(line, to: rest[place]) { return conflict }
      rest = rest[(place + 1)...]
      maySkip = false
    }
    guard !maySkip, let more = rest.first else { return nil }
    return "not shown: \(more)"
  }

  /// Takes note of which snapshots a line means.
  private mutating func bind(_ shown: String, to printed: String) -> String? {
    for (name, own) in zip(Self.snapshotNames(in: shown), Self.snapshotNames(in: printed)) {
      if let known = names[name], known != own { return "\(name) was \(known) before, and is \(own) here: \(shown)" }
      names[name] = own
    }
    return nil
  }

  private static let ellipsis = "…"

  private static func fits(_ printed: String, _ shown: String) -> Bool {
    let text = masked(printed)
    let parts = shown.components(separatedBy: ellipsis).map(masked)
    guard let first = parts.first, let last = parts.last, parts.count > 1 else { return text == masked(shown) }
    guard text.hasPrefix(first), text.hasSuffix(last) else { return false }
    var rest = text[...]
    for part in parts where !part.isEmpty {
      guard let range = rest.range(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }

  private static func snapshotNames(in line: String) -> [String] {
    line.matches(of: #/[0-9]{8}-[0-9]{6}Z__[0-9A-Z]{8}/#).map { String($0.output) }
  }

  /// The line with names of snapshots, numbers, sizes, durations and runs of blanks made the same.
  private static func masked(_ line: String) -> String {
    line.replacing(#/[0-9]{8}-[0-9]{6}Z__[0-9A-Z]{8}/#, with: "@")
      .replacing(#/[0-9]+(\.[0-9]+)?/#, with: "0")
      .replacing(#/0 ?[kMGT]?B(?![A-Za-z])/#, with: "SIZE")
      .replacing(#/0[dhms]( 0[hms])*(?![A-Za-z])/#, with: "TIME")
      .replacing(#/ +/#, with: " ")
      .trimmingCharacters(in: .whitespaces)
  }
}
