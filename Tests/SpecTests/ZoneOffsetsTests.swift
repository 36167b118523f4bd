// Remembered offsets of time zones: at every instant what Foundation says.

import Foundation
import Support
import Testing

@testable import Spec

struct ZoneOffsetsTests {
  private static let zones = [
    "UTC", "Europe/Amsterdam", "America/New_York", "Australia/Lord_Howe", "America/St_Johns", "Africa/Casablanca",
    "Pacific/Apia", "Pacific/Kwajalein", "Asia/Kathmandu", "America/Asuncion", "Europe/Moscow", "Antarctica/Troll",
  ]

  @Test(arguments: zones)
  func `an offset is what Foundation says, whenever it is asked for and however often`(name: String) throws {
    let zone = try TimeZoneName(parsing: name)
    var random = SeededGenerator(seed: freshSeed("ZoneOffsetsTests.\(name)"))
    var instants = (0..<2_000).map { _ in Int.random(in: -2_000_000_000...4_000_000_000, using: &random) }
    // Around each change of forty years, to the second.
    var change = zone.timeZone.nextDaylightSavingTimeTransition(after: Date(timeIntervalSince1970: 0))
    while let date = change, date.timeIntervalSince1970 < 1_300_000_000 {
      let instant = Int(date.timeIntervalSince1970)
      instants += [instant - 1, instant, instant + 1, instant - 40_000, instant + 40_000]
      change = zone.timeZone.nextDaylightSavingTimeTransition(after: date)
    }
    instants += instants.shuffled(using: &random)
    for (instant, offset) in zip(instants, zone.offsets.offsets(at: instants)) {
      let expected = zone.timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: Double(instant)))
      #expect(offset == expected, "\(name) at \(instant)")
    }
  }
}
