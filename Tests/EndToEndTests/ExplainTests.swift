// Explaining: where values come from, why snapshots are kept, what a policy would keep; and backups that a spec asks
// for.

import Foundation
import Support
import Testing

@Suite struct ExplainTests {
  @Test func `explain host tells the file and line of each value, and who has changed it since`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec(hosts: ["web-1": ["excludes: [/tmp]"]])
      try await installation.apply(spec)
      let lines = spec.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
      let excludes = try #require(lines.firstIndex { $0.contains("excludes:") }) + 1
      let text = try await installation.pobsync("explain", "host", "web-1").check().stdout
      let rows = text.split(separator: "\n").map(String.init)
      let row = try #require(rows.first { $0.hasPrefix("excludes") })
      #expect(row.contains("/tmp") && row.hasSuffix("hosts.yaml:\(excludes)"), "\(row)")
      #expect(rows.contains { $0.hasPrefix("strategy ") && $0.hasSuffix("default") }, "\(text)")
      #expect(rows.contains { $0.hasPrefix("ssh.port ") && $0.contains("settings, ") }, "\(text)")

      try await installation.pobsync("configure-host", "web-1", "--source-root", "/srv").check()
      let edited = try await installation.pobsync("explain", "host", "web-1").check().stdout
      let root = try #require(edited.split(separator: "\n").first { $0.hasPrefix("source_root") })
      #expect(root.contains("/srv") && root.contains("edited by ") && root.contains("(cli) at "), "\(root)")
    }
  }

  @Test func `explain host -f tells what would hold`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(
        """
        version: 1
        profiles:
          linux:
            excludes: ["*.tmp"]
        hosts:
          new: {profile: linux, excludes: [/tmp]}

        """, to: "new.yaml")
      let output = try await installation.pobsync("explain", "host", "new", "-f", path, "-o", "json").check().output
      let value = try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
      #expect(value["host"] as? String == "new")
      let values = try #require(value["values"] as? [[String: Any]])
      let excludes = values.filter { $0["path"] as? String == "excludes" }
      #expect(excludes.compactMap { $0["value"] as? String } == ["*.tmp", "/tmp"])
      #expect(excludes.compactMap { $0["resource"] as? String } == ["profile/linux", "host/new"])
      #expect(excludes.compactMap { $0["line"] as? Int } == [4, 6])
      #expect(!FileManager.default.fileExists(atPath: installation.database), "nothing is made for looking")
      let unknown = try await installation.pobsync("explain", "host", "nwe", "-f", path)
      #expect(unknown.status == 1 && unknown.stderr.contains("did you mean `new`?"), "\(unknown)")
    }
  }

  @Test func `explain retention tells the policy, its limit and each snapshot`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      for _ in 0..<4 { try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check() }
      let text = try await installation.pobsync("explain", "retention", "web-1").check().stdout
      for part in [
        "policy      standard: keep_last=3", "time zone   UTC", "limit       2: `max_delete_ratio` is 50%",
        "retained    false: 1 snapshot is to be pruned", "last 3 of 3", "no rule of standard keeps it",
      ] { #expect(text.contains(part), "\(part) in \(text)") }
      let output = try await installation.pobsync("explain", "retention", "web-1", "-o", "json").check().output
      let value = try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
      #expect(
        (value["snapshots"] as? [[String: Any]])?.compactMap { $0["keep"] as? Bool } == [true, true, true, false])
      #expect(value["reason"] as? String == "PruneDue")
    }
  }

  @Test(arguments: ["retain", "expire"])
  func `of a host that is declared no more the retention is explained, and that no values hold`(
    _ onRemove: String
  ) async throws {
    try await withInstallation { installation in
      try await installation.apply(
        installation.spec(hosts: ["web-1": [], "web-2": ["on_remove: \(onRemove)"]]))
      try await installation.backUp("web-2")
      let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      try await installation.pobsync("apply", "-f", path, "--prune").check()
      let text = try await installation.pobsync("explain", "retention", "web-2").check().stdout
      #expect(text.hasPrefix("host/web-2\n  retained    declared no more since "), "\(text)")
      let outlook = onRemove == "expire" ? "expire by retention standard" : "stay"
      #expect(text.contains("; its snapshots \(outlook)\n"), "\(text)")
      #expect(text.contains("last 1 of 3") == (onRemove == "expire"), "\(text)")
      let json = try await installation.pobsync("explain", "retention", "web-2", "-o", "json").check().output
      let value = try #require(try JSONSerialization.jsonObject(with: json) as? [String: Any])
      #expect(value["retained"] as? String == onRemove && value["policy"] as? String == "standard")
      #expect((value["snapshots"] as? [Any])?.count == (onRemove == "expire" ? 1 : 0))
      let values = try await installation.pobsync("explain", "host", "web-2")
      #expect(values.status == 1)
      #expect(
        values.stderr.contains("host web-2 is declared no more, so that no values hold for it; `pobsync describe host"),
        "\(values)")
    }
  }

  @Test func `retention is show where nothing else is said, also for a host of a subcommand's name`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web-1": [], "simulate": []]))
      let short = try await installation.pobsync("retention", "web-1").check().stdout
      #expect(try await installation.pobsync("retention", "show", "web-1").check().stdout == short)
      #expect(short == "No snapshots are known.\n")
      #expect(try await installation.pobsync("retention", "show", "simulate").check().stdout == short)
      #expect(try await installation.pobsync("retention", "--database", installation.databaseURL, "web-1").status == 0)
      #expect(try await installation.pobsync("retention").status == 64)
    }
  }

  @Test func `a policy is played over years`() async throws {
    try await withInstallation { installation in
      let text = try await installation.pobsync(
        "retention", "simulate", "--policy", "keep_daily: 2, keep_monthly: 2", "--history", "daily:1y", "--start",
        "2025-01-01"
      ).check().stdout
      #expect(
        text == """
          retention/written-out
            made    365 snapshots, from 2025-01-01 00:00:00Z to 2025-12-31 00:00:00Z
            kept    3 at the end, 3 at most (at 2025-02-02 00:00:00Z)
            oldest  2025-11-30 00:00:00Z

          2025-11  .............................1  1
          2025-12  .............................11  2

          A mark a month, in the newest year a mark a day (UTC); behind each line its sum.

          """)
      #expect(!FileManager.default.fileExists(atPath: installation.database), "nothing is made for looking")

      try await installation.apply(installation.spec())
      let output = try await installation.pobsync(
        "retention", "simulate", "standard", "--history", "daily:10d,hourly:5h", "--gap", "2d@1d", "-o", "json"
      ).check().output
      let value = try #require(try JSONSerialization.jsonObject(with: output) as? [String: Any])
      #expect(value["made"] as? Int == 13)
      #expect((value["counts"] as? [Any])?.count == 13)
      #expect((value["kept"] as? [Any])?.count == 3)
      let unknown = try await installation.pobsync("retention", "simulate", "standart")
      #expect(unknown.status == 1 && unknown.stderr.contains("did you mean `standard`?"), "\(unknown)")
      #expect(try await installation.pobsync("retention", "simulate", "standard", "--history", "dayly:3y").status == 64)
      #expect(try await installation.pobsync("retention", "simulate").status == 64)
    }
  }

  @Test func `a spec asks for a backup once, and is told that it was made`() async throws {
    try await withInstallation { installation in
      func spec(_ text: String) -> String { installation.spec(hosts: ["web-1": ["run_requested: \(text)"]]) }
      try await installation.apply(spec("before the upgrade"))
      let due = try await installation.pobsync("diff")
      #expect(due.stdout.contains("web-1: would back up: requested by the spec: before the upgrade"), "\(due)")
      let open = try await installation.pobsync("describe", "host", "web-1").check().stdout
      #expect(open.contains("requested   before the upgrade: to be made"), "\(open)")

      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().map { $0.split(separator: "/").first } == ["scheduled", "manual"])
      let manual = try #require(installation.snapshots().last)
      let metadata = try String(
        contentsOfFile: "\(installation.backups)/web-1/\(manual)/meta/meta.yaml", encoding: .utf8)
      #expect(metadata.contains("requested by the spec: before the upgrade"), "\(metadata)")
      let done = try await installation.pobsync("describe", "host", "web-1").check().stdout
      #expect(done.contains("requested   before the upgrade: made at "), "\(done)")
      let status = try await installation.pobsync("status").check().stdout
      #expect(status.contains("REQUESTED\n  web-1  made at "), "\(status)")

      try await installation.apply(spec("before the upgrade"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 2, "the same text asks for nothing")
      try await installation.apply(spec("after the upgrade"))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count { $0.hasPrefix("manual/") } == 2)
      try await installation.apply(installation.spec())
      #expect(try await installation.pobsync("diff").status == 0, "to take the text back asks for nothing")
    }
  }

  @Test func `the reason of a suspension is shown wherever something waits for it`() async throws {
    try await withInstallation { installation in
      let settings = ["suspended: true", "suspended_reason: the disks move"]
      try await installation.apply(installation.spec(settings: settings))
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().isEmpty)
      let commands = [
        ["diff"], ["describe", "host", "web-1"], ["status"], ["explain", "host", "web-1"], ["get", "hosts"],
      ]
      for command in commands {
        let result = try await runTool(Product.pobsync, command, environment: installation.environment)
        #expect(result.stdout.contains("the disks move"), "\(command): \(result)")
      }
      let host = try #require(try await installation.list("hosts").first)
      #expect(host["suspension"] as? String == "everything is suspended: the disks move")
      try await installation.pobsync("backup", "web-1").check()
      #expect(installation.snapshots().count == 1, "what a person asks for is done")
    }
  }
}
