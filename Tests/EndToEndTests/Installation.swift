// An installation of pobsync as an operator has it: the program, a database, spec files, and a machine to back up.

import Foundation
import Support
import Testing

/// The program with a state of its own.
struct Installation: Sendable {
  let scratch: ScratchDirectory
  let server: SSHServer
  let source: String
  /// The address of its database.
  let databaseURL: String

  var backups: String { scratch.path("backups") }
  /// The file of its database, unless a server has it.
  var database: String { Self.database(in: scratch) }

  static func database(in scratch: ScratchDirectory) -> String { scratch.path("state/pobsync.sqlite3") }

  var environment: [String: String] {
    var environment = ProcessInfo.processInfo.environment
    environment["POBSYNC_DATABASE"] = databaseURL
    // Beside the file; of a server's database it would be the machine's own.
    environment["POBSYNC_STATE_DIRECTORY"] = scratch.path("state")
    environment["NO_COLOR"] = "1"
    return environment
  }

  /// Runs the program to its end.
  @discardableResult
  func pobsync(_ arguments: String..., input: String? = nil) async throws -> ToolResult {
    try await runTool(
      Product.pobsync, arguments, environment: environment, input: input.map { Data($0.utf8) }, timeout: 120)
  }

  /// Starts the program.
  func start(_ arguments: String...) throws -> RunningTool {
    try RunningTool(Product.pobsync, arguments, environment: environment)
  }

  /// A spec with this installation's settings and, for each host, its lines of YAML below the ones that all have.
  func spec(
    settings: [String] = [], hosts: [String: [String]] = ["web-1": []],
    schedule: String = "{cron: '@hourly', prune: true}"
  ) -> String {
    var text = """
      version: 1
      set: test
      settings:
        backup_root: \(backups)
        ssh: {user: \(server.user), port: \(server.port), identity_file: \(server.identityFile), \
      known_hosts_file: \(server.knownHostsFile), connect_timeout: 60s, keep_alive: 60s}

      """
    for line in settings { text += "  \(line)\n" }
    text += "retention:\n  standard: {keep_last: 3}\nschedules:\n  often: \(schedule)\nhosts:\n"
    for (name, lines) in hosts.sorted(by: { $0.key < $1.key }) {
      text += "  \(name):\n    address: 127.0.0.1\n    schedule: often\n    retention: standard\n"
      let own = lines.contains { $0.hasPrefix("source_root:") } ? lines : lines + ["source_root: \(source)"]
      for line in own { text += "    \(line)\n" }
    }
    return text
  }

  /// Writes a spec file and applies it, which must succeed.
  @discardableResult
  func apply(_ spec: String, name: String = "hosts.yaml") async throws -> ToolResult {
    let path = try scratch.write(spec, to: name)
    return try await pobsync("apply", "-f", path).check()
  }

  /// Makes so many scheduled snapshots of a host.
  func backUp(_ host: String = "web-1", times: Int = 1) async throws {
    for _ in 0..<times { try await pobsync("backup", host, "--kind", "scheduled").check() }
  }

  /// Puts a scheduled snapshot of `web-1` onto the disk, as a backup at that time might have left it.
  func layDown(at date: Date, status: String = "success") throws {
    let time = date.formatted(.iso8601).filter { !"-:".contains($0) }.replacing("T", with: "-")
    let snapshot = "backups/web-1/scheduled/\(time)__AAAAAAAA"
    try scratch.write("as it was then", to: "\(snapshot)/data/greeting")
    try scratch.write("status: \(status)\n", to: "\(snapshot)/meta/meta.yaml")
    let id = "backups/web-1/host.yaml"
    if !FileManager.default.fileExists(atPath: scratch.path(id)) {
      try scratch.write("id: AAAAAAAA\nname: web-1\n", to: id)
    }
  }

  /// The names of a host's snapshots under their final names, scheduled ones first.
  func snapshots(of host: String = "web-1") -> [String] {
    ["scheduled", "manual"].flatMap { kind in
      let names = (try? FileManager.default.contentsOfDirectory(atPath: "\(backups)/\(host)/\(kind)")) ?? []
      return names.sorted().map { "\(kind)/\($0)" }
    }
  }

  func unfinished(of host: String = "web-1") -> [String] {
    ((try? FileManager.default.contentsOfDirectory(atPath: "\(backups)/\(host)/.incomplete")) ?? []).sorted()
  }

  /// Everything that must never change about the snapshots of a host.
  func fingerprints(of host: String = "web-1") throws -> [String: TreeFingerprint] {
    try Dictionary(
      uniqueKeysWithValues: snapshots(of: host).map {
        ($0, try TreeFingerprint(of: "\(backups)/\(host)/\($0)", .immutable))
      })
  }

  /// Command lines of processes that work below the backup root.
  var workers: [String] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []
    return names.filter { Int($0) != nil }.compactMap { name in
      let bytes = FileManager.default.contents(atPath: "/proc/\(name)/cmdline") ?? Data()
      let line = String(decoding: bytes, as: UTF8.self).replacing("\0", with: " ")
      return line.contains(backups) ? line : nil
    }
  }

  /// What `get … -o json` prints.
  func list(_ subject: String) async throws -> [[String: Any]] {
    let output = try await pobsync("get", subject, "-o", "json").check().output
    return try #require(try JSONSerialization.jsonObject(with: output) as? [[String: Any]])
  }

  /// The states of all runs, the newest first.
  func runStates() async throws -> [String] {
    try await list("runs").compactMap { $0["state"] as? String }
  }
}

/// Gives `body` an installation whose source holds a few files.
func withInstallation(_ body: (Installation) async throws -> Void) async throws {
  try await withScratchDirectory("e2e") { scratch in
    try await withSSHServer(in: scratch) { server in
      let installation = Installation(
        scratch: scratch, server: server, source: try scratch.makeDirectory("source"),
        databaseURL: try await TestDatabase.freshURL(file: Installation.database(in: scratch)))
      let tree = try TreeBuilder(at: installation.source)
      try tree.write("hello", to: "greeting")
      try tree.makeDirectory("documents")
      try tree.write([UInt8](repeating: 7, count: 3 << 20), to: "documents/photo")
      try await body(installation)
    }
  }
}
