// The JSON Schema for editors: it names just the keys that are read.

import Foundation
import Testing

@testable import Spec

@Suite("The JSON Schema of a spec")
struct SpecSchemaTests {
  @Test("it is JSON, and says which JSON Schema it is")
  func json() throws {
    let text = JSONWriter.pretty(SpecSchema.document())
    let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
    #expect(object?["$schema"] as? String == "https://json-schema.org/draft/2020-12/schema")
    #expect(object?["required"] as? [String] == ["version"])
  }

  @Test("every key that it names is known to the reader, in every place")
  func namedKeysAreRead() throws {
    for path in try keyPaths() {
      // A list is wrong or right for a key, but an unknown key is complained about whatever it holds.
      let unknown = unknownKeys(in: document(with: path))
      #expect(unknown.isEmpty, "\(path.joined(separator: ".")) is not read")
    }
  }

  @Test("every key that the reader knows, it names: those listed when it meets another")
  func readKeysAreNamed() throws {
    let named = try keyPaths()
    let maps = Set(named.map { Array($0.dropLast()) })
    #expect(maps.count == 1 + 1 + 2 + 1 + 1 + 3 + 3 + 1)
    for map in maps {
      let known = try #require(knownKeys(besides: document(with: map + ["qqqqqqqqqqqqqqqq"])))
      #expect(known == named.filter { Array($0.dropLast()) == map }.compactMap(\.last), "\(map)")
    }
  }

  @Test("it names the keys of the design, and no others")
  func design() throws {
    let ssh = ["user", "port", "identity_file", "known_hosts_file", "connect_timeout", "keep_alive", "ciphers"]
    let rsync = [
      "binary", "remote_binary", "extra_args", "timeout", "bandwidth_limit", "bandwidth", "one_file_system", "compress",
    ]
    let profile = [
      "profile", "source_root", "includes", "excludes", "excludes_replace", "ssh", "rsync", "schedule", "max_age",
      "retention", "strategy", "labels", "suspended", "suspended_reason", "max_shrink", "on_remove", "prevent_removal",
    ]
    let expected: [String: [String]] = [
      "": ["version", "set", "settings", "retention", "schedules", "profiles", "hosts", "notifications", "moved"],
      "settings": [
        "backup_root", "max_concurrent_backups", "max_concurrent_discoveries", "max_concurrent_prunes",
        "max_concurrent_verifications", "concurrency_groups", "min_free", "time_zone", "blackouts", "ssh", "rsync",
        "excludes", "trash_ttl", "max_removals", "suspended", "suspended_reason",
      ],
      "settings.ssh": ssh, "settings.rsync": rsync,
      "retention.x": [
        "keep_last", "keep_hourly", "keep_daily", "keep_weekly", "keep_monthly", "keep_yearly", "keep_within",
        "keep_oldest", "min_keep", "time_zone", "max_delete", "max_delete_ratio",
      ],
      "schedules.x": [
        "cron", "time_zone", "jitter", "prune", "max_age", "catch_up", "windows", "blackouts", "suspended",
        "suspended_reason",
      ],
      "profiles.x": profile, "profiles.x.ssh": ssh, "profiles.x.rsync": rsync,
      "hosts.x": ["address", "run_requested"] + profile, "hosts.x.ssh": ssh, "hosts.x.rsync": rsync,
      "notifications.x": [
        "type", "url", "url_file", "url_env", "token_file", "token_env", "to", "from", "sendmail", "command", "on",
        "labels", "suspended",
      ],
    ]
    let named = Dictionary(grouping: try keyPaths()) { $0.dropLast().joined(separator: ".") }
      .mapValues { Set($0.compactMap(\.last)) }
    #expect(named == expected.mapValues(Set.init))
  }

  @Test("lists of maps and maps of numbers are described down to their values")
  func nested() throws {
    let settings = try #require(SpecSchema.document()["properties"]?["settings"]?["properties"])
    let groups = try #require(settings["concurrency_groups"]?["additionalProperties"])
    #expect(groups["type"]?.text == "integer" && groups["minimum"]?.integer == 1 && groups["maximum"]?.integer == 1000)
    let rule = try #require(settings["rsync"]?["properties"]?["bandwidth"]?["items"])
    #expect(rule["required"] == .list([.string("window"), .string("limit")]))
    #expect(rule["properties"]?["window"]?["examples"] == .list([.string("Mon-Fri 22:00-06:00")]))
  }

  @Test("every key says what it is for, in a sentence without a full stop")
  func descriptions() throws {
    func check(_ schema: YAMLValue, _ path: String) throws {
      guard case .map(let properties) = schema["properties"] else { return }
      for property in properties {
        if !path.isEmpty {
          let summary = try #require(property.value["description"]?.text, "\(path).\(property.key)")
          #expect(summary.first?.isUppercase == true || summary.hasPrefix("rsync"), "\(summary)")
          #expect(!summary.hasSuffix("."), "\(summary)")
        }
        try check(property.value, "\(path).\(property.key)")
        if let named = property.value["additionalProperties"] { try check(named, "\(path).\(property.key).x") }
      }
    }
    try check(SpecSchema.document(), "")
    try check(SpecSchema.document()["properties"]?["settings"] ?? .null, "settings")
  }

  /// Every key that the schema names, by the keys above it; `x` stands for the name of a resource.
  private func keyPaths() throws -> [[String]] {
    func walk(_ schema: YAMLValue, _ path: [String]) -> [[String]] {
      if case .map(let properties) = schema["properties"] {
        return properties.flatMap { [path + [$0.key]] + walk($0.value, path + [$0.key]) }
      }
      guard let named = schema["additionalProperties"], named["properties"] != nil else { return [] }
      return walk(named, path + ["x"])
    }
    let paths = walk(SpecSchema.document(), [])
    try #require(paths.count > 80)
    return paths
  }

  private func document(with path: [String]) -> String {
    let value = path.reversed().reduce(YAMLValue.null) { .map([YAMLPair($1, $0)]) }
    return YAMLWriter.write(value)
  }

  private func complaints(about text: String) -> [Diagnostic] {
    do throws(Diagnostics) {
      _ = try SpecReader.read([SourceText(name: "a.yaml", text)])
      return []
    } catch {
      return error.items
    }
  }

  private func unknownKeys(in text: String) -> [String] {
    complaints(about: text).map(\.message).filter { $0.hasPrefix("unknown key") }
  }

  private func knownKeys(besides text: String) -> [String]? {
    let hints = complaints(about: text).compactMap(\.hint)
    let list = hints.first { $0.hasPrefix("known keys are ") }
    return list?.dropFirst("known keys are ".count).split(separator: ", ").map(String.init)
  }
}
