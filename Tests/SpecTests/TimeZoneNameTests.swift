// Names of time zones: those of IANA, and no others.

import Foundation
import Testing

@testable import Spec

@Suite("Time zone names")
struct TimeZoneNameTests {
  @Test(
    "a name of IANA's is accepted, an old one too",
    arguments: [
      ("Europe/Amsterdam", 7_200), ("America/New_York", -14_400), ("America/Argentina/Buenos_Aires", -10_800),
      ("Asia/Kolkata", 19_800), ("Asia/Calcutta", 19_800), ("Australia/Lord_Howe", 37_800), ("Pacific/Niue", -39_600),
      ("Pacific/Kiritimati", 50_400), ("Etc/UTC", 0), ("Etc/GMT+5", -18_000), ("UTC", 0), ("GMT", 0), ("Zulu", 0),
      ("CET", 7_200), ("EST", -18_000), ("EST5EDT", -14_400), ("US/Eastern", -14_400), ("GB-Eire", 3_600),
    ])
  func accepted(name: String, july: Int) throws {
    let zone = try TimeZoneName(parsing: name)
    #expect(zone.description == name)
    #expect(zone.timeZone.secondsFromGMT(for: Date(timeIntervalSince1970: 1_783_000_000)) == july)
  }

  @Test("every zone that Foundation lists is accepted")
  func known() throws {
    for name in TimeZone.knownTimeZoneIdentifiers {
      #expect(try TimeZoneName(parsing: name).description == name)
    }
  }

  @Test(
    "any other name is refused, with the likely one",
    arguments: [
      ("Europe/Amsterdm", "did you mean `Europe/Amsterdam`?"),
      ("europe/amsterdam", "did you mean `Europe/Amsterdam`?"),
      ("Amsterdam", "did you mean `Europe/Amsterdam`?"),
      ("New York", "did you mean `America/New_York`?"),
      ("America/New York", "did you mean `America/New_York`?"),
      ("Asia/Kolkatta", "did you mean `Asia/Kolkata`?"),
      ("utc", "did you mean `UTC`?"),
      ("GMT+2", "for that offset write `Etc/GMT-2` (with IANA, west is positive)"),
      ("UTC-5", "for that offset write `Etc/GMT+5` (with IANA, west is positive)"),
      ("GMT+99", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("GMT+02:00", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("+02:00", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("PST", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("BST", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("EST3", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("SystemV/EST5", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("Europe", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("../../etc/localtime", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("Etc/../UTC", "write one such as `Europe/Amsterdam` or `UTC`"),
      ("", "write one such as `Europe/Amsterdam` or `UTC`"),
    ])
  func refused(name: String, fix: String) {
    #expect {
      try TimeZoneName(parsing: name)
    } throws: { error in
      (error as? TimeZoneNameError)?.message == "`\(name)` is not an IANA time zone; \(fix)"
    }
  }

  @Test("UTC is the name UTC")
  func utc() throws {
    #expect(try TimeZoneName(parsing: "UTC") == .utc)
    #expect(try TimeZoneName(parsing: "Etc/UTC") != .utc)
    #expect(try Set([.utc, TimeZoneName(parsing: "UTC")]).count == 1)
    #expect(TimeZoneName.utc.timeZone.secondsFromGMT() == 0)
  }

  @Test("names sort as text")
  func order() throws {
    #expect(try TimeZoneName(parsing: "Europe/Amsterdam") < .utc)
  }
}
