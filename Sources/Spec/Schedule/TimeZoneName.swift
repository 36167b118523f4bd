// Names of time zones, checked when a spec is read rather than when a schedule is due.

package import Foundation

/// The name of a time zone in the IANA database, such as `Europe/Amsterdam` or `UTC`.
///
/// Foundation takes more than that for a time zone: abbreviations of its own (`PST`, `BST`, `JST`, which mean several
/// zones or none) and offsets (`GMT+2`). They are refused, since other tools read them otherwise or not at all; the old
/// names that IANA keeps (`CET`, `EST5EDT`, `US/Eastern`) are accepted.
package struct TimeZoneName: Sendable, Hashable, Comparable, CustomStringConvertible {
  /// Coordinated Universal Time.
  package static let utc = TimeZoneName(description: "UTC", timeZone: .gmt)

  /// The name.
  package let description: String

  /// The zone that bears the name.
  package let timeZone: TimeZone

  /// The zone's offsets, shared by all copies of this value.
  package let offsets: ZoneOffsets

  /// Reads a name, which has to be spelt exactly as IANA does.
  package init(parsing text: String) throws(TimeZoneNameError) {
    guard Self.isIANAName(text), let zone = TimeZone(identifier: text) else { throw TimeZoneNameError(unknown: text) }
    self.init(description: text, timeZone: zone)
  }

  private init(description: String, timeZone: TimeZone) {
    self.description = description
    self.timeZone = timeZone
    offsets = ZoneOffsets(of: timeZone)
  }

  /// Two names of the same zone are two values: a spec is compared as it is written.
  package static func == (left: TimeZoneName, right: TimeZoneName) -> Bool {
    left.description == right.description
  }

  /// In the order of the names.
  package static func < (left: TimeZoneName, right: TimeZoneName) -> Bool {
    left.description < right.description
  }

  /// Hashes the name alone, as it alone is compared.
  package func hash(into hasher: inout Hasher) {
    hasher.combine(description)
  }
}

extension TimeZoneName {
  /// Whether a name, if Foundation knows it, is one of IANA's.
  ///
  /// Of the names with an area, all are but a few that never left the `SystemV` file; of those without one, these are.
  private static func isIANAName(_ text: String) -> Bool {
    text.contains("/") ? !text.hasPrefix("SystemV/") : namesWithoutArea.contains(text)
  }

  private static let namesWithoutArea: Set<String> = [
    "CET", "CST6CDT", "Cuba", "EET", "EST", "EST5EDT", "Egypt", "Eire", "GB", "GB-Eire", "GMT", "GMT+0", "GMT-0",
    "GMT0", "Greenwich", "HST", "Hongkong", "Iceland", "Iran", "Israel", "Jamaica", "Japan", "Kwajalein", "Libya",
    "MET", "MST", "MST7MDT", "NZ", "NZ-CHAT", "Navajo", "PRC", "PST8PDT", "Poland", "Portugal", "ROC", "ROK",
    "Singapore", "Turkey", "UCT", "UTC", "Universal", "W-SU", "WET", "Zulu",
  ]

  /// The name that an unknown one is most likely meant to be.
  ///
  /// Names without an area are left out but for UTC: they are so short that every abbreviation is near several.
  fileprivate static func likely(for text: String) -> String? {
    // Foundation lists each zone under one name, and this one under that of the last century.
    let candidates = TimeZone.knownTimeZoneIdentifiers.filter { $0.contains("/") } + ["Asia/Kolkata", "UTC"]
    if let near = nearest(to: text, among: candidates) { return near }
    let city = "/" + text.replacing(" ", with: "_").lowercased()
    return candidates.first { $0.lowercased().hasSuffix(city) }
  }

  /// IANA's name of a fixed offset that was written `GMT+2` or `UTC-5`.
  fileprivate static func fixedOffset(for text: String) -> String? {
    guard text.hasPrefix("GMT") || text.hasPrefix("UTC"), let hours = Int(text.dropFirst(3)) else { return nil }
    return (-12...14).contains(hours) && hours != 0 ? "Etc/GMT\(hours > 0 ? "-" : "+")\(abs(hours))" : nil
  }
}

/// What is wrong with the name of a time zone.
package struct TimeZoneNameError: Error, Hashable, Sendable {
  /// What is wrong, in words for the operator.
  package let message: String

  fileprivate init(unknown text: String) {
    let fix =
      if let name = TimeZoneName.fixedOffset(for: text) {
        "for that offset write `\(name)` (with IANA, west is positive)"
      } else if let name = TimeZoneName.likely(for: text) {
        "did you mean `\(name)`?"
      } else {
        "write one such as `Europe/Amsterdam` or `UTC`"
      }
    message = "\(text.quoted) is not an IANA time zone; \(fix)"
  }
}
