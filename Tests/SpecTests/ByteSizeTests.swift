// Sizes: what is read, how it is written, and what each complaint says.

import Foundation
import Support
import Testing

@testable import Spec

@Suite("Sizes")
struct ByteSizeTests {
  @Test(
    "read and written",
    arguments: [
      ("0", 0, "0B"), ("0GiB", 0, "0B"), ("1", 1, "1B"), ("999B", 999, "999B"), ("4096", 4_096, "4KiB"),
      ("50MiB", 52_428_800, "50MiB"), ("1.5GiB", 1_610_612_736, "1536MiB"), ("10GB", 10_000_000_000, "10GB"),
      ("1kB", 1_000, "1kB"), ("1KB", 1_000, "1kB"), ("1K", 1_024, "1KiB"), ("1k", 1_024, "1KiB"),
      ("64M", 67_108_864, "64MiB"), ("2g", 2_147_483_648, "2GiB"), ("1T", 1_099_511_627_776, "1TiB"),
      ("1TB", 1_000_000_000_000, "1TB"), ("3 GiB", 3_221_225_472, "3GiB"), ("1gB", 1_000_000_000, "1GB"),
      ("1miB", 1_048_576, "1MiB"), ("1024KiB", 1_048_576, "1MiB"), ("0.5K", 512, "512B"), ("1.3KiB", 1_331, "1331B"),
      ("2.50kB", 2_500, "2500B"), ("1024000", 1_024_000, "1000KiB"), ("1.000001MB", 1_000_001, "1000001B"),
      ("9223372036854775807", .max, "9223372036854775807B"),
    ] as [(String, Int64, String)])
  func read(text: String, bytes: Int64, canonical: String) throws {
    let size = try ByteSize(parsing: text)
    #expect(size.bytes == bytes)
    #expect(size.description == canonical)
    #expect(try ByteSize(parsing: size.description) == size)
  }

  @Test(
    "refused",
    arguments: [
      ("", "a size must not be empty"),
      ("-1GiB", "`-1GiB` is negative"),
      ("GiB", "`GiB` is not a size; write a number with a unit, such as 50MiB, 1.5GiB or 10GB"),
      ("1.", "`1.` is not a size; write a number with a unit, such as 50MiB, 1.5GiB or 10GB"),
      (".5G", "`.5G` is not a size; write a number with a unit, such as 50MiB, 1.5GiB or 10GB"),
      ("1.2.3G", "`1.2.3G` is not a size; write a number with a unit, such as 50MiB, 1.5GiB or 10GB"),
      ("1e9", "`e9` is not a unit of size; write KiB, MiB, GiB, TiB, or kB, MB, GB, TB"),
      ("10%", "`%` is not a unit of size; write KiB, MiB, GiB, TiB, or kB, MB, GB, TB"),
      ("1,5G", "`,5G` is not a unit of size; write KiB, MiB, GiB, TiB, or kB, MB, GB, TB"),
      ("50mb", "`mb` is not a unit of size; did you mean `MB`?"),
      ("50Mb", "`Mb` is not a unit of size; did you mean `MB`?"),
      ("50mib", "`mib` is not a unit of size; did you mean `MiB`?"),
      ("50 MiB ", "`MiB ` is not a unit of size; write KiB, MiB, GiB, TiB, or kB, MB, GB, TB"),
      ("1.5", "`1.5` is no whole number of bytes"),
      ("1.5B", "`1.5B` is no whole number of bytes"),
      ("1.0000001GB", "`1.0000001GB` has too many decimals; write at most 6"),
      ("9223372036854775808", "`9223372036854775808` is too large; a size is at most 9223372036854775807 bytes"),
      ("8388608TiB", "`8388608TiB` is too large; a size is at most 9223372036854775807 bytes"),
      (
        "9223372036854775.999kB",
        "`9223372036854775.999kB` is too large; a size is at most 9223372036854775807 bytes"
      ),
    ])
  func refused(text: String, message: String) {
    #expect(throws: ByteSizeError(message: message)) { try ByteSize(parsing: text) }
  }

  @Test("of bytes")
  func bytes() throws {
    #expect(ByteSize(bytes: 0)?.description == "0B")
    #expect(ByteSize(bytes: -1) == nil)
    #expect(try ByteSize(parsing: "50MiB") == ByteSize(bytes: 52_428_800))
    #expect(try ByteSize(parsing: "1MiB") < ByteSize(parsing: "1GiB"))
  }

  @Test("what is written reads back, around every power of both kinds")
  func roundTrip() throws {
    let powers =
      (0..<63).map { Int64(1) << $0 } + sequence(first: Int64(1)) { $0 < 1_000_000_000_000_000_000 ? $0 * 10 : nil }
    for bytes in powers.flatMap({ [$0 - 1, $0, $0 + 1, $0 / 3 * 2] }) {
      let size = try #require(ByteSize(bytes: bytes))
      #expect(try ByteSize(parsing: size.description) == size)
    }
  }

  @Test(
    "for people",
    arguments: [
      (0, "0 B"), (999, "999 B"), (1000, "1.00 kB"), (9994, "9.99 kB"), (9996, "10.0 kB"), (99_960, "100 kB"),
      (999_499, "999 kB"), (999_500, "1.00 MB"), (2_610_000_000, "2.61 GB"), (-5, "-5 B"),
      (.max, "9.22 EB"),
    ] as [(Int64, String)])
  func shown(bytes: Int64, text: String) { #expect(bytes.shownAsSize == text) }

  @Test("decimals are those of printf")
  func decimals() {
    let seed = freshSeed("decimals")
    var random = SeededGenerator(seed: seed)
    for _ in 0..<2000 {
      // Never a half of the last digit, which binary fractions have no exact value for.
      let digits = Int.random(in: 0...4, using: &random)
      let steps = Int.random(in: -1_000_000...1_000_000, using: &random)
      let value = (Double(steps) + Double.random(in: -0.49...0.49, using: &random)) / pow(10, Double(digits))
      let expected = String(format: "%.\(digits)f", value)
      #expect(value.shown(digits: digits) == (Double(expected) == 0 ? expected.replacing("-", with: "") : expected))
    }
    #expect(Double.infinity.shown(digits: 1) == "inf")
  }
}
