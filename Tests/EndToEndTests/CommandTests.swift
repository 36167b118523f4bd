// The commands one by one: what they print, what they write as desired state, and how they fail.

import Foundation
import Support
import Testing

@Suite struct CommandTests {
  @Test func `the whole desired state exported applies back to no difference`() async throws {
    try await withInstallation { installation in
      let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("examples").path
      try await installation.pobsync("apply", "-f", "\(examples)/fleet.yaml").check()
      let exported = try await installation.pobsync("export").check().stdout
      let path = try installation.scratch.write(exported, to: "exported.yaml")
      #expect(try await installation.pobsync("validate", "-f", path).status == 0)
      let again = try await installation.pobsync("apply", "-f", path).check().stdout
      #expect(again.split(separator: "\n").allSatisfy { $0.hasSuffix(" unchanged") }, "\(again)")
      #expect(try await installation.pobsync("export").stdout == exported)
    }
  }

  @Test func `every example is valid and applies`() async throws {
    try await withInstallation { installation in
      let examples = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().appendingPathComponent("examples").path
      let names = try FileManager.default.contentsOfDirectory(atPath: examples).filter { $0.hasSuffix(".yaml") }
      #expect(!names.isEmpty)
      for name in names {
        // The examples are of several sets, which declare some of the same resources.
        let result = try await installation.pobsync("apply", "-f", "\(examples)/\(name)", "--take-over")
        #expect(result.status == 0, "\(name): \(result)")
      }
    }
  }

  @Test func `apply reads standard input, several files, directories and documents`() async throws {
    try await withInstallation { installation in
      let spec = installation.spec()
      let parts = spec.components(separatedBy: "hosts:\n")
      try installation.scratch.makeDirectory("spec.d")
      try installation.scratch.write(parts[0], to: "spec.d/10-settings.yaml")
      try installation.scratch.write(
        "version: 1\nhosts:\n\(parts[1])---\nversion: 1\nhosts:\n  other:\n", to: "spec.d/20-hosts.yml")
      try installation.scratch.write("not: read", to: "spec.d/.hidden.yaml")
      let result = try await installation.pobsync(
        "apply", "-f", installation.scratch.path("spec.d"), "-f", "-", input: "version: 1\nhosts: {third: }\n")
      #expect(result.status == 0, "\(result)")
      #expect(result.stdout.contains("host/other created\nhost/third created\nhost/web-1 created\n"))
    }
  }

  @Test func `apply --prune deletes what the same set no longer declares, and nothing else's`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web-1": [], "web-2": []]))
      try await installation.pobsync("configure-host", "by-hand", "--address", "192.0.2.7").check()
      try await installation.apply(installation.spec())
      #expect(try await installation.list("hosts").count == 3, "without --prune nothing goes")
      let path = installation.scratch.path("hosts.yaml")
      let planned = try await installation.pobsync("apply", "-f", path, "--prune", "--dry-run").check().stdout
      #expect(planned.contains("host/web-2 deleted (dry run)"))
      #expect(try await installation.list("hosts").count == 3)
      let result = try await installation.pobsync("apply", "-f", path, "--prune").check().stdout
      #expect(result.contains("host/web-2 deleted"))
      #expect(try await installation.list("hosts").compactMap { $0["name"] as? String } == ["by-hand", "web-1"])
    }
  }

  @Test func `deleting a host keeps its data`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      let before = try installation.fingerprints()
      let result = try await installation.pobsync("delete", "host", "web-1").check()
      #expect(result.stdout == "host/web-1 deleted\nIts snapshots stay where they are.\n")
      try await installation.pobsync("reconcile", "--once").check()
      #expect(try installation.fingerprints() == before)
      #expect(try await installation.list("snapshots").count == 1)
      let again = try await installation.pobsync("delete", "host", "web-1")
      #expect(again.status == 1)
      let used = try await installation.pobsync("delete", "schedule", "oftn")
      #expect(used.status == 1)
      #expect(used.stderr.contains("did you mean `often`?"), "\(used)")
    }
  }

  @Test func `the imperative commands write the same desired state`() async throws {
    try await withInstallation { installation in
      try await installation.pobsync(
        "configure-global", "--backup-root", installation.backups, "--user", installation.server.user, "--port",
        "\(installation.server.port)", "--identity-file", installation.server.identityFile, "--known-hosts-file",
        installation.server.knownHostsFile
      ).check()
      try await installation.pobsync(
        "configure-host", "web-1", "--address", "127.0.0.1", "--source-root", installation.source, "--exclude", "*.tmp"
      ).check()
      let scheduled = try await installation.pobsync("schedule", "web-1", "--cron", "15 2 * * *", "--prune").check()
      #expect(scheduled.stdout == "schedule/web-1 created\nhost/web-1 configured\n")
      try await installation.pobsync("scheduler", "--once").check()
      #expect(installation.snapshots().count == 1)
      let exported = try await installation.pobsync("export").check().stdout
      #expect(exported.contains("web-1: \n") == false)
      #expect(exported.contains("cron: \"15 2 * * *\"") || exported.contains("cron: 15 2 * * *"))
      let bad = try await installation.pobsync("configure-host", "web-1", "--address=-oProxyCommand=x")
      #expect(bad.status == 1)
      #expect(bad.stderr.contains("begins with `-`, which ssh would take for an option"))
      let unknown = try await installation.pobsync("schedule", "web-2", "--cron", "@daily")
      #expect(unknown.status == 1)
      #expect(unknown.stderr.contains("there is no host `web-2`; did you mean `web-1`?"))
    }
  }

  @Test func `describe shows the whole of a host`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      let text = try await installation.pobsync("describe", "host", "web-1").check().stdout
      for part in [
        "host/web-1", "declared    by test, generation 1", "Conditions", "Ready       true", "Fresh       true",
        "Reachable   true", "Retained    true", "fires next", "Snapshots (1)", "kept: the newest good one",
        "Recent runs",
        "succeeded", "Events",
      ] { #expect(text.contains(part), "\(part) in \(text)") }
    }
  }

  @Test func `discovery tells what is not a snapshot and what is unfinished`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      try installation.scratch.makeDirectory("backups/web-1/scheduled/my-notes")
      try installation.scratch.makeDirectory("backups/web-1/.incomplete/20260101-000000Z__AAAAAAAA")
      try installation.scratch.makeDirectory("backups/web-1/manual/2025-12-31T23:59:59Z-old/data")
      let result = try await installation.pobsync("discover-snapshots", "--host", "web-1").check()
      #expect(
        result.stdout == """
          web-1/scheduled/my-notes: not a snapshot, left alone
          web-1/.incomplete/20260101-000000Z__AAAAAAAA: unfinished
          web-1: 1 left alone; `pobsync get unmanaged --host web-1` lists it

          """)
      let listed = try await installation.list("snapshots")
      #expect(listed.compactMap { $0["status"] as? String }.sorted() == ["success", "unknown"])
      let removed = try await installation.pobsync("cleanup-incomplete", "web-1", "--yes").check()
      #expect(removed.stdout == "1 unfinished snapshot removed\n")
      #expect(installation.unfinished() == [])
    }
  }

  @Test func `a snapshot is removed by its name, and the next base is not`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("backup", "web-1").check()
      try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check()
      let scheduled = try #require(installation.snapshots().first)
      let manual = try #require(installation.snapshots().last)
      let kept = try await installation.pobsync("remove-snapshot", "web-1", scheduled, "--yes")
      #expect(kept.status == 1)
      #expect(kept.stderr.contains("is the snapshot that the next backup is linked against"))
      let unasked = try await installation.pobsync("remove-snapshot", "web-1", manual)
      #expect(unasked.status == 1)
      #expect(unasked.stderr.contains("give --yes"))
      #expect(installation.snapshots().count == 2)
      try await installation.pobsync("remove-snapshot", "web-1", manual, "--yes").check()
      #expect(installation.snapshots() == [scheduled])
      #expect(try await installation.pobsync("remove-snapshot", "web-1", manual, "--yes").status == 1)
      #expect(try await installation.pobsync("remove-snapshot", "web-1", "../../etc", "--yes").status == 64)
      #expect(try await installation.list("snapshots").count == 1)
    }
  }

  @Test func `the log of a run that left nothing can be read`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web-1": ["source_root: /does/not/exist"]]))
      #expect(try await installation.pobsync("backup", "web-1").status == 1)
      let log = try await installation.pobsync("logs", "1").check().stdout
      #expect(log.hasPrefix("run 1: backup of web-1, failed\nthe source root /does/not/exist does not exist"))
      #expect(log.contains("change_dir \"/does/not/exist\" failed"))
      #expect(try await installation.pobsync("logs", "99").status == 1)
    }
  }

  @Test func `describe does not call a host ready whose backup root is gone`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      try FileManager.default.moveItem(atPath: installation.backups, toPath: installation.scratch.path("elsewhere"))
      let text = try await installation.pobsync("describe", "host", "web-1").check().stdout
      #expect(text.contains("Ready       false   the backup root \(installation.backups) does not exist any more"))
      let refused = try await installation.pobsync("configure-global", "--accept-backup-root")
      #expect(refused.status == 1)
      try FileManager.default.createDirectory(atPath: installation.backups, withIntermediateDirectories: false)
      try await installation.pobsync("configure-global", "--accept-backup-root").check()
      try await installation.pobsync("reconcile", "--once").check()
      #expect(installation.snapshots().count == 1)
    }
  }

  @Test func `another backup root means other snapshots`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.pobsync("reconcile", "--once").check()
      let before = try installation.fingerprints()
      let elsewhere = installation.scratch.path("new-disk")
      try await installation.apply(installation.spec().replacing(installation.backups, with: elsewhere))
      let due = try await installation.pobsync("diff")
      #expect(due.status == 1, "\(due)")
      try await installation.pobsync("reconcile", "--once").check()
      #expect(try FileManager.default.contentsOfDirectory(atPath: "\(elsewhere)/web-1/scheduled").count == 1)
      #expect(try installation.fingerprints() == before)
      #expect(try await installation.pobsync("diff").status == 0)
    }
  }

  @Test func `what is not declared any more is mentioned, and a root that is dropped warned of`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web-1": [], "web-2": []]))
      let less = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      let diff = try await installation.pobsync("diff", "-f", less)
      #expect(diff.stdout.contains("Not declared any more, and deleted only with --prune: host/web-2."))
      let settings = try installation.scratch.write(
        "version: 1\nset: test\nsettings: {max_concurrent_backups: 2}\n", to: "settings.yaml")
      let applied = try await installation.pobsync("apply", "-f", settings).check()
      #expect(applied.stderr.contains("warning: settings are declared as a whole, and these name no backup_root"))
      #expect(try await installation.pobsync("diff").status == 2)
    }
  }

  @Test func `a host name that cannot be one says why`() async throws {
    let result = try await runTool(Product.pobsync, ["backup", "web 1"])
    #expect(result.status == 64)
    #expect(result.stderr.contains("a name is made of letters, digits"), "\(result)")
  }

  @Test(arguments: [
    "apply", "diff", "validate", "export", "delete", "schema", "reconcile", "scheduler", "get", "describe", "explain",
    "logs",
    "configure-global", "configure-host", "schedule", "backup", "retention", "discover-snapshots", "remove-snapshot",
    "cleanup-incomplete", "undelete", "purge", "pin", "unpin", "accept", "adopt",
    "run", "controller", "worker", "health", "ssh-key",
  ])
  func `every command has help with an example`(_ command: String) async throws {
    let result = try await runTool(Product.pobsync, [command, "--help"]).check()
    #expect(result.stdout.contains("EXAMPLE\n  pobsync \(command)"), "\(result.stdout)")
  }

  @Test func `a wrong command line is told apart from a failure`() async throws {
    #expect(try await runTool(Product.pobsync, ["nonsense"]).status == 64)
    #expect(try await runTool(Product.pobsync, ["apply"]).status == 64)
    #expect(try await runTool(Product.pobsync, ["--version"]).stdout == "0.1.0\n")
  }

  @Test func `JSON and YAML lists hold the same`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      for subject in [
        "settings", "retention", "schedules", "profiles", "hosts", "snapshots", "runs", "trash", "unmanaged",
      ] {
        let json = try await installation.pobsync("get", subject, "-o", "json").check()
        _ = try JSONSerialization.jsonObject(with: json.output)
        #expect(try await installation.pobsync("get", subject, "-o", "yaml").status == 0)
        #expect(try await installation.pobsync("get", subject).status == 0)
      }
    }
  }
}
