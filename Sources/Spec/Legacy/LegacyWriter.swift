// Writing the predecessor's files: one canonical form, with every key that its files usually hold.

/// Writes a configuration of the predecessor.
package enum LegacyWriter {
  /// The files, with their paths below the prefix: the global one first, then the hosts' by name.
  package static func files(_ configuration: LegacyConfiguration) -> [(path: String, content: String)] {
    let global = document(LegacyGlobal.fields.encode(configuration.global), keys: globalKeys)
    let hosts = configuration.hosts.sorted { $0.key < $1.key }.map { name, host in
      var named = host
      named.name = name
      let content = document(LegacyHost.fields.encode(named), keys: hostKeys)
      return (path: "config/hosts/\(name).yaml", content: YAMLWriter.write(content))
    }
    return [(path: "config/global.yaml", content: YAMLWriter.write(global))] + hosts
  }

  /// A map with all of some keys first, `null` for those that are not given; a map that is given has all of its own.
  private static func document(_ pairs: [YAMLPair], keys: [(key: String, members: [String])]) -> YAMLValue {
    let usual = keys.map { key, members -> YAMLPair in
      guard let pair = pairs.first(where: { $0.key == key }) else { return YAMLPair(key, .null) }
      guard case .map(let given) = pair.value else { return pair }
      return YAMLPair(key, document(given, keys: members.map { (key: $0, members: []) }))
    }
    return .map(usual + pairs.filter { pair in !keys.contains { $0.key == pair.key } })
  }

  private static let retention = ["daily", "weekly", "monthly", "yearly"]

  private static let globalKeys: [(key: String, members: [String])] = [
    ("backup_root", []), ("pobsync_home", []), ("ssh", ["user", "port", "options"]),
    ("rsync", ["binary", "args", "timeout_seconds", "bwlimit_kbps", "extra_args"]),
    ("defaults", ["source_root", "destination_subdir", "excludes", "includes"]), ("excludes_default", []),
    ("retention_defaults", retention),
  ]

  private static let hostKeys: [(key: String, members: [String])] = [
    ("host", []), ("address", []), ("enabled", []), ("ssh", ["user", "port"]), ("source_root", []), ("includes", []),
    ("excludes_add", []), ("excludes_replace", []), ("rsync", ["extra_args"]), ("retention", retention),
    ("schedule", ["cron", "prune", "enabled"]),
  ]
}
