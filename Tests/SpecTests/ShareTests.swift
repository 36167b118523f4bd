// Shares of a whole: their texts, and what they come to.

import Testing

@testable import Spec

@Suite("Shares")
struct ShareTests {
  @Test(
    "are percentages or fractions, and are written as percentages",
    arguments: [
      ("50%", "50%"), ("0.5", "50%"), ("1", "100%"), ("1.0", "100%"), ("100%", "100%"), ("100.0000%", "100%"),
      ("12.5%", "12.5%"), ("0.125", "12.5%"), ("0.000001", "0.0001%"), ("0.0001%", "0.0001%"), ("05%", "5%"),
      ("33.3333%", "33.3333%"), ("0.10", "10%"), ("10.05%", "10.05%"),
    ])
  func read(text: String, canonical: String) throws {
    let share = try Share(text: text)
    #expect(share.description == canonical)
    #expect(try Share(text: canonical) == share)
  }

  @Test(
    "are refused with what to write instead",
    arguments: [
      ("", "a share must not be empty"),
      ("0", "`0` is nothing; write more than 0% and at most 100%"),
      ("0.0%", "`0.0%` is nothing; write more than 0% and at most 100%"),
      ("101%", "`101%` is more than the whole; write more than 0% and at most 100%"),
      ("50", "`50` is more than the whole; for a percentage write `50%`"),
      ("1.5", "`1.5` is more than the whole; for a percentage write `1.5%`"),
      ("500", "`500` is more than the whole; write more than 0% and at most 100%"),
      ("99999999999999999999", "`99999999999999999999` is more than the whole; write more than 0% and at most 100%"),
      ("-0.5", "`-0.5` is not a part of a whole; write `50%` or `0.5`"),
      (".5", "`.5` is not a part of a whole; write `50%` or `0.5`"),
      ("5.%", "`5.%` is not a part of a whole; write `50%` or `0.5`"),
      ("%", "`%` is not a part of a whole; write `50%` or `0.5`"),
      ("1e-1", "`1e-1` is not a part of a whole; write `50%` or `0.5`"),
      ("50 %", "`50 %` is not a part of a whole; write `50%` or `0.5`"),
      ("half", "`half` is not a part of a whole; write `50%` or `0.5`"),
      ("0.1234567", "`0.1234567` has too many decimals; write at most 6"),
      ("1.23456%", "`1.23456%` has too many decimals; write at most 4"),
    ])
  func refused(text: String, complaint: String) {
    let error = #expect(throws: InvalidText.self) { try Share(text: text) }
    #expect(error?.description == complaint)
  }

  @Test(
    "of a number are rounded down",
    arguments: [
      ("50%", 5, 2), ("50%", 1, 0), ("100%", 7, 7), ("10%", 30, 3), ("33.3333%", 3, 0), ("0.0001%", 1_000_000, 1),
      ("50%", Int.max, Int.max / 1_000_000 * 500_000),
    ])
  func of(text: String, count: Int, share: Int) throws {
    #expect(try Share(text: text).of(count) == share)
  }
}
