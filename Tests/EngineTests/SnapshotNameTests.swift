// Names of snapshots: made in order, taken from others tolerantly, and never more than a directory's name.

import Foundation
import Support
import Testing

@testable import Engine

@Suite("Snapshot names")
struct SnapshotNameTests {
  private static let date = Date(timeIntervalSince1970: 1_779_156_900.75)
  private static let crockford = Set("0123456789ABCDEFGHJKMNPQRSTVWXYZ")

  @Test("a new name is the second it begins in and eight characters of Crockford's base 32")
  func form() {
    var generator = SeededGenerator(seed: freshSeed("SnapshotNameTests.form"))
    var letters: Set<Character> = []
    for _ in 0..<2000 {
      let name = SnapshotName(startedAt: Self.date, after: nil, using: &generator)
      let text = name.description
      #expect(text.hasPrefix("20260519-021500Z__"))
      #expect(text.count == 26)
      letters.formUnion(text.suffix(8))
      #expect(name.startedAt == Date(timeIntervalSince1970: 1_779_156_900))
      #expect(SnapshotName(text) == name)
    }
    #expect(letters == Self.crockford)
    #expect(Set(RandomID.alphabet) == Self.crockford)
    #expect(RandomID.make(using: &generator).count == 26)
    #expect(RandomID.make(length: 0, using: &generator).isEmpty)
  }

  @Test(
    "a name is kept to the byte, whoever made it",
    arguments: [
      "20260519-021500Z__K3VQEVH7", "20260519-021500Z__k3vq vh7", "20260519-021500Z__K3VQEVH",
      "20260519-021500Z__K3VQEVH78",
      "20260519-021500Z--K3VQEVH7", "20260519_021500Z__K3VQEVH7", "20260519-021500___K3VQEVH7",
      "2026-05-19T02:15:00Z_12345",
      "20260519-021500Z__K3VQEé7", "20260519-021500Z__K3VQEe\u{301}", "00010101-000000Z__00000000",
    ])
  func kept(text: String) throws {
    let name = try #require(SnapshotName(text))
    #expect(name.description.utf8.elementsEqual(text.utf8))
    #expect(SnapshotName(name.description) == name)
    #expect(SnapshotName(text + "x") != name)
  }

  @Test("names made within one second sort in the order they are made in")
  func order() {
    var generator = SeededGenerator(seed: freshSeed("SnapshotNameTests.order"))
    for _ in 0..<50 {
      var newest: SnapshotName?
      for _ in 0..<60 {
        let next = SnapshotName(startedAt: Self.date, after: newest, using: &generator)
        if let newest { #expect(newest < next) }
        #expect(next.description.utf8.count <= 255)
        newest = next
      }
    }
  }

  @Test(
    "a name sorts behind whatever the newest of the same second is",
    arguments: [
      "ZZ000000", "ZZZZZZZY", "ZZZZZZZZ", "ZZZZZZZZZZ", "zzzzzzzz", "étude", "00000000", "", "ZZZZZZZZZZZZZZZZZZZZZZ~9",
    ])
  func after(suffix: String) throws {
    let newest = try #require(SnapshotName("20260519-021500Z__\(suffix)"))
    var generator = SeededGenerator(seed: freshSeed("SnapshotNameTests.after"))
    for _ in 0..<20 {
      let next = SnapshotName(startedAt: Self.date, after: newest, using: &generator)
      #expect(newest < next)
      #expect(SnapshotName(next.description) == next)
    }
  }

  @Test("a newest name of another second changes nothing")
  func otherSecond() throws {
    var generator = SeededGenerator(seed: 1)
    let newest = try #require(SnapshotName("20260519-021459Z__ZZZZZZZZ"))
    #expect(SnapshotName(startedAt: Self.date, after: newest, using: &generator).description.count == 26)
    let later = try #require(SnapshotName("20260519-021501Z__00000000"))
    #expect(SnapshotName(startedAt: Self.date, after: later, using: &generator).description.count == 26)
  }

  @Test(
    "names that others made",
    arguments: [
      "20260519-021500Z__K3VQEVH7", "20260519-021500", "2026-05-19T02:15:00Z", "20260519T021500", "2026-05-19_02-15-00",
      "20260519-021500Z-before upgrade", "20260519021500.é", "20260519-021500Z__$(touch x)", "20260519-021500Z\\",
    ])
  func tolerated(text: String) throws {
    let name = try #require(SnapshotName(text))
    #expect(name.description == text)
    #expect(name.startedAt == Date(timeIntervalSince1970: 1_779_156_900))
  }

  @Test(
    "what is no name",
    arguments: [
      "", ".", "..", "latest", "20261319-021500Z", "20260230-021500Z", "20260519-241500Z", "20260519-021500Z/../x",
      "20260519-021500Z/", "20260519-021500Z\n", "20260519-021500Z\u{0}", "20260519-021500Z\u{1b}[1m",
      "20260519-021500Z\u{85}",
      "/20260519-021500Z", "20260519", "20260519-021500Z" + String(repeating: "x", count: 240),
    ])
  func refused(text: String) { #expect(SnapshotName(text) == nil) }

  @Test("names that differ in their normalisation alone are two names")
  func normalisation() throws {
    let composed = try #require(SnapshotName("20260519-021500Z-\u{E9}"))
    let decomposed = try #require(SnapshotName("20260519-021500Z-e\u{301}"))
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
    #expect((composed < decomposed) != (decomposed < composed))
  }

  @Test("255 bytes are a name, 256 are none")
  func length() {
    let stem = "20260519-021500Z"
    #expect(SnapshotName(stem + String(repeating: "x", count: 239)) != nil)
    #expect(SnapshotName(stem + String(repeating: "é", count: 120)) == nil)
    #expect(SnapshotName(stem + String(repeating: "é", count: 119)) != nil)
  }

  @Test("names sort by time whatever their form, then by text, then by kind")
  func sorting() throws {
    let texts = [
      "20260519T021459", "20260519-021500Z__A", "20260519-021500Z__B", "2026-05-19_02-15-01", "20260519-021502",
    ]
    let names = try texts.map { try #require(SnapshotName($0)) }
    #expect(names.shuffled().sorted() == names)
    let ids = names.flatMap { [SnapshotID(kind: .scheduled, name: $0), SnapshotID(kind: .manual, name: $0)] }
    #expect(ids.shuffled().sorted() == ids)
    #expect(ids[0].description == "scheduled/20260519T021459")
  }

  @Test("success and warning are good, partial and unknown are not")
  func statuses() {
    #expect(SnapshotStatus.allCases.filter(\.isGood) == [.success, .warning])
  }
}
