// Moves of hosts: what is declared, and what looks like one.

import Testing

@testable import Spec

@Suite("Moves of hosts")
struct HostMoveTests {
  private func load(_ texts: String...) throws -> LoadedSpec {
    try SpecReader.read(
      texts.enumerated().map { SourceText(name: "\($0).yaml", bytes: Array("version: 1\n\($1)\n".utf8)) })
  }

  private func spec(_ text: String) throws -> Spec { try load(text).spec }

  private func written(_ moves: [HostMove]) -> [String] { moves.map { "\($0.from) → \($0.to)" } }

  @Test func `moves are read from all files and documents, and are no resources`() throws {
    let loaded = try load(
      "hosts: {web-1: , db-1: }\nmoved: [{from: web1, to: web-1}]", "moved:\n- {from: db, to: db-1}", "moved:")
    #expect(written(loaded.moved) == ["web1 → web-1", "db → db-1"])
    #expect(loaded.spec.identifiers.map(\.description) == ["host/db-1", "host/web-1"])
    #expect(try load("hosts: {web-1: }").moved.isEmpty)
  }

  @Test func `moves that build on each other lead to the last name`() throws {
    let loaded = try load(
      "hosts: {c: }\nmoved: [{from: a, to: b}, {from: b, to: c}]")
    #expect(written(loaded.moved) == ["a → c", "b → c"])
  }

  @Test func `a host that comes and one that goes look alike if they are reached alike`() throws {
    let before = try spec(
      "hosts: {web1: {address: w.example.net}, db: {address: d.example.net, ssh: {port: 2222}}, old: {address: o}}")
    let after = try spec(
      "hosts: {web-1: {address: w.example.net, source_root: /srv}, db-1: {address: d.example.net}, new: {address: n}}")
    #expect(
      written(after.likelyMoves(to: after.hosts.keys, from: before.hosts.keys, of: before)) == ["web1 → web-1"])
    let keyed = try spec("hosts: {web-1: {address: w.example.net, ssh: {identity_file: /k}}}")
    #expect(keyed.likelyMoves(to: keyed.hosts.keys, from: before.hosts.keys, of: before).isEmpty)
  }

  @Test func `of several that are reached alike none is guessed`() throws {
    let before = try spec("hosts: {a: {address: w}, b: {address: w}}")
    let after = try spec("hosts: {c: {address: w}}")
    #expect(after.likelyMoves(to: after.hosts.keys, from: before.hosts.keys, of: before).isEmpty)
    #expect(before.likelyMoves(to: before.hosts.keys, from: after.hosts.keys, of: after).isEmpty)
    let one = Array(before.hosts.keys.sorted().prefix(1))
    #expect(written(after.likelyMoves(to: after.hosts.keys, from: one, of: before)) == ["a → c"])
  }

  @Test func `the schema describes a move`() throws {
    let item = try #require(SpecSchema.document()["properties"]?["moved"]?["items"])
    #expect(item["required"] == .list([.string("from"), .string("to")]))
    #expect(item["additionalProperties"] == .bool(false))
  }
}
