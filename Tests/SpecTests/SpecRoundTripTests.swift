// Specs made at random: written, read back and compared, with nothing lost and nothing added.

import Support
import Testing

@testable import Spec

@Suite("Specs written and read back")
struct SpecRoundTripTests {
  @Test("600 specs come back equal, and are written alike the second time")
  func roundTrip() throws {
    var generator = SpecGenerator(seed: freshSeed("spec.roundTrip"))
    for _ in 0..<600 {
      let spec = try generator.spec()
      let text = SpecWriter.write(spec)
      let read = try SpecReader.read([SourceText(name: "written.yaml", text)]).spec
      try #require(read == spec, "\(text)")
      try #require(SpecWriter.write(read) == text)
      let same = SpecDifference(from: spec, to: read)
      try #require(same.isEmpty)
      try #require(same.changes.count == spec.identifiers.count && same.changes.allSatisfy(\.fields.isEmpty))
    }
  }

  @Test("a difference lists the fields that differ, and no others")
  func fields() throws {
    var generator = SpecGenerator(seed: freshSeed("spec.difference"))
    for _ in 0..<500 {
      let current = try generator.spec()
      let wanted = try generator.variation(of: current)
      let deleting = current.identifiers.filter { wanted.values(of: $0) == nil && $0.kind != .settings }
      let difference = SpecDifference(from: current, to: wanted, deleting: deleting)

      let before = leaves(of: current)
      let after = leaves(of: wanted)
      var expected: [String: Change] = [:]
      for key in Set(before.keys).union(after.keys) where before[key] != after[key] {
        // What is neither wanted nor deleted stays as it is.
        guard wanted.values(of: key.id) != nil || deleting.contains(key.id) else { continue }
        expected["\(key.id) \(key.path)"] = Change(before: before[key], after: after[key])
      }
      let changes = difference.changes.flatMap { change in
        change.fields.map { ("\(change.id) \($0.path)", Change(before: $0.before, after: $0.after)) }
      }
      try #require(Set(changes.map(\.0)).count == changes.count)
      try #require(Dictionary(uniqueKeysWithValues: changes) == expected)

      for change in difference.changes {
        let kind: ResourceChange.Kind =
          if deleting.contains(change.id) {
            .deleted
          } else if current.values(of: change.id) == nil {
            .created
          } else {
            change.fields.isEmpty ? .unchanged : .configured
          }
        try #require(change.kind == kind)
      }
      try #require(difference.changes.count == wanted.identifiers.count + deleting.count)
    }
  }

  @Test("what is referred to is written before, and deleted after, what refers to it")
  func order() throws {
    var generator = SpecGenerator(seed: freshSeed("spec.order"))
    for _ in 0..<300 {
      let spec = try generator.spec()
      let created = SpecDifference(from: Spec(), to: spec).changes
      try #require(created.allSatisfy { $0.kind == .created })
      try checkOrder(of: created.map(\.id), in: spec)
      let deleted = SpecDifference(from: spec, to: Spec(), deleting: spec.identifiers.shuffled()).changes
      try #require(deleted.allSatisfy { $0.kind == .deleted })
      try #require(deleted.map(\.id) == created.map(\.id).reversed())
    }
  }

  @Test("a profile is written after the one that it builds on, whatever their names")
  func profileOrder() throws {
    let text = "version: 1\nprofiles: {a: {profile: b}, b: {profile: c}, c: {}, d: {profile: a}}\n"
    let spec = try SpecReader.read([SourceText(name: "a.yaml", text)]).spec
    #expect(SpecDifference(from: Spec(), to: spec).changes.map(\.id.name) == ["c", "b", "a", "d"])
  }

  @Test("what is not declared is left alone unless it is to go; what is declared never goes")
  func deleting() throws {
    let current = try SpecReader.read([SourceText(name: "a.yaml", "version: 1\nhosts: {a: {}, b: {}, c: {}}\n")]).spec
    let wanted = try SpecReader.read([SourceText(name: "b.yaml", "version: 1\nhosts: {b: {suspended: true}}\n")]).spec
    #expect(
      SpecDifference(from: current, to: wanted).changes.map { "\($0.kind) \($0.id)" } == ["configured host/b"])
    let ids = ["a", "b", "x"].map { ResourceID(kind: .host, name: $0) }
    #expect(
      SpecDifference(from: current, to: wanted, deleting: ids).changes.map { "\($0.kind) \($0.id)" }
        == ["configured host/b", "deleted host/a"])
  }

  @Test("the canonical text: sections in order, resources by name, fields as the reference lists them")
  func canonical() throws {
    let text = """
      hosts: {web-2: {}, web-1: {labels: {b: "1", a: x}, retention: few, address: "192.0.2.1"}}
      retention: {few: {keep_last: 3, keep_within: 14d}}
      settings: {excludes: ["*.tmp", /proc/***], ssh: {port: 0x16, user: root}}
      version: 1
      """
    let spec = try SpecReader.read([SourceText(name: "a.yaml", text)]).spec
    #expect(
      SpecWriter.write(spec) == """
        version: 1
        settings:
          ssh:
            user: root
            port: 22
          excludes: ["*.tmp", /proc/***]
        retention:
          few:
            keep_last: 3
            keep_within: 14d
        hosts:
          web-1:
            address: "192.0.2.1"
            retention: few
            labels:
              a: x
              b: "1"
          web-2: {}

        """)
    #expect(SpecWriter.write(Spec()) == "version: 1\n")
  }

  private struct Key: Hashable {
    let id: ResourceID
    let path: String
  }

  private struct Change: Hashable {
    let before: YAMLValue?
    let after: YAMLValue?
  }

  /// Every value of a spec by its place: found through the written document, not through the resources.
  private func leaves(of spec: Spec) -> [Key: YAMLValue] {
    var found: [Key: YAMLValue] = [:]
    func walk(_ value: YAMLValue, _ id: ResourceID, _ path: [String]) {
      if case .map(let members) = value, !members.isEmpty || path.isEmpty {
        for member in members { walk(member.value, id, path + [member.key]) }
      } else {
        found[Key(id: id, path: path.joined(separator: "."))] = value
      }
    }
    let document = SpecWriter.document(spec)
    if let settings = document["settings"] { walk(settings, .settings, []) }
    for kind in ResourceKind.allCases where kind != .settings {
      guard case .map(let resources) = document[kind.section] else { continue }
      for resource in resources { walk(resource.value, ResourceID(kind: kind, name: resource.key), []) }
    }
    return found
  }

  private func checkOrder(of ids: [ResourceID], in spec: Spec) throws {
    try #require(Set(ids) == Set(spec.identifiers) && ids.count == spec.identifiers.count)
    let places = Dictionary(uniqueKeysWithValues: ids.enumerated().map { ($1, $0) })
    let users =
      spec.profiles.map { (ResourceID(kind: .profile, name: $0.key.description), $0.value) }
      + spec.hosts.map { (ResourceID.host($0.key), $0.value.own) }
    for (id, user) in users {
      let place = try #require(places[id])
      let uses: [(ResourceKind, ResourceName?)] = [
        (.profile, user.profile), (.schedule, user.schedule), (.retention, user.retention),
      ]
      for (kind, name) in uses {
        guard let name else { continue }
        let used = try #require(places[ResourceID(kind: kind, name: name.description)])
        try #require(used < place)
      }
    }
  }
}
