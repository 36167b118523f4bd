// Plans that are written down: carried out just so, refused once anything has changed, never written over other files.

import Foundation
import Support
import Testing

@Suite struct PlanTests {
  @Test func `a plan is what apply then does, once`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web-1": [], "web-2": []]))
      let edited = installation.spec().replacing("keep_last: 3", with: "keep_last: 5")
      let path = try installation.scratch.write(edited, to: "hosts.yaml")
      let plan = installation.scratch.path("plan.json")
      let diff = try await installation.pobsync("diff", "-f", path, "--prune", "--out", plan)
      #expect(diff.status == 1, "\(diff)")
      #expect(diff.stderr.contains("`pobsync apply \(plan)` carries it out"), "\(diff)")
      #expect(try await runTool("stat", ["-c", "%a", plan]).check().stdout == "600\n")
      let text = try String(contentsOfFile: plan, encoding: .utf8)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      #expect(object["set"] as? String == "test")
      let basis = try #require(object["rests_on"] as? [String: Any])
      #expect((basis["hosts"] as? [String: Any])?.keys.sorted() == ["web-1", "web-2"])

      // The files are not looked at again.
      try FileManager.default.removeItem(atPath: path)
      let dry = try await installation.pobsync("apply", plan, "--dry-run").check().stdout
      #expect(dry.contains("retention/standard configured (dry run)\n"))
      let applied = try await installation.pobsync("apply", plan).check().stdout
      #expect(applied.contains("retention/standard configured\n"), "\(applied)")
      #expect(applied.contains("host/web-2 deleted\n"), "\(applied)")
      #expect(try await installation.pobsync("export").check().stdout.contains("keep_last: 5"))

      let again = try await installation.pobsync("apply", plan)
      #expect(again.status == 1)
      #expect(again.stderr.contains("since the plan was made, "), "\(again)")
      #expect(again.stderr.contains("make a new plan with `pobsync diff"), "\(again)")
    }
  }

  @Test(arguments: ["edit", "run", "other set"])
  func `a plan is stale once what it rests on has changed`(_ event: String) async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      let edited = installation.spec().replacing("keep_last: 3", with: "keep_last: 5")
      let path = try installation.scratch.write(edited, to: "hosts.yaml")
      let plan = installation.scratch.path("plan.json")
      #expect(try await installation.pobsync("diff", "-f", path, "--out", plan).status == 1)
      switch event {
      case "edit": try await installation.pobsync("configure-host", "other").check()
      case "run": try await installation.pobsync("backup", "web-1").check()
      default: try await installation.apply("version: 1\nset: others\nhosts: {db-1: }\n", name: "others.yaml")
      }
      let refused = try await installation.pobsync("apply", plan)
      #expect(refused.status == 1, "\(refused)")
      #expect(refused.stderr.contains("since the plan was made, "), "\(refused)")
      #expect(try await installation.pobsync("export").check().stdout.contains("keep_last: 3"))
    }
  }

  @Test func `a plan that was altered, cut short or is none is refused, and nothing is applied`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      let plan = installation.scratch.path("plan.json")
      #expect(try await installation.pobsync("diff", "-f", path, "--out", plan).status == 1)
      let text = try String(contentsOfFile: plan, encoding: .utf8)
      for (altered, words) in [
        (
          text.replacing(#""keep_last": 3"#, with: #""keep_last": 1"#),
          "its spec, its options or its files have been altered"
        ),
        (text.replacing(#""format_version": 1"#, with: #""format_version": 9"#), "is a plan of format 9"),
        (String(text.prefix(text.count / 2)), "is not a plan, or not a whole one"),
        (installation.spec(), "is not a plan, or not a whole one"),
      ] {
        let other = try installation.scratch.write(altered, to: "altered.json")
        let refused = try await installation.pobsync("apply", other)
        #expect(refused.status == 1, "\(refused)")
        #expect(refused.stderr.contains(words), "\(refused)")
        #expect(try await installation.list("hosts").isEmpty)
      }
      let missing = try await installation.pobsync("apply", installation.scratch.path("missing.json"))
      #expect(missing.stderr.contains("missing.json: no such file"))
      #expect(try await installation.pobsync("apply", plan, "-f", path).status == 64)
      #expect(try await installation.pobsync("apply", plan, "--prune").status == 64)
      try await installation.pobsync("apply", plan).check()
    }
  }

  @Test func `a plan that renames a host is carried out`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web1": []]))
      try await installation.backUp("web1")
      let path = try installation.scratch.write(
        installation.spec(hosts: ["web-1": []]) + "moved: [{from: web1, to: web-1}]\n", to: "hosts.yaml")
      let plan = installation.scratch.path("plan.json")
      #expect(try await installation.pobsync("diff", "-f", path, "--out", plan).status == 1)
      let applied = try await installation.pobsync("apply", plan).check().stdout
      #expect(applied.contains("host/web1 → host/web-1 renamed\n"), "\(applied)")
      try await installation.pobsync("discover-snapshots", "--host", "web-1").check()
      #expect(installation.snapshots(of: "web-1").count == 1)
      #expect(installation.snapshots(of: "web1").isEmpty)
    }
  }

  @Test func `a plan that shows what waits is stale once that has changed`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec())
      try await installation.backUp(times: 3)
      let edited = installation.spec().replacing("keep_last: 3", with: "keep_last: 1")
      let path = try installation.scratch.write(edited, to: "hosts.yaml")
      let plan = installation.scratch.path("plan.json")
      let diff = try await installation.pobsync("diff", "-f", path, "--out", plan)
      #expect(diff.stdout.contains("web-1: waits: 2 to prune, which is more than 1"), "\(diff)")
      try await installation.pobsync("pin", "web-1", installation.snapshots()[0]).check()
      let refused = try await installation.pobsync("apply", plan)
      #expect(refused.status == 1, "\(refused)")
      #expect(refused.stderr.contains("runs, snapshots or a pause of web-1 have changed"), "\(refused)")
      #expect(try await installation.pobsync("export").check().stdout.contains("keep_last: 3"))
    }
  }

  @Test func `what a host that is to be removed lets expire is counted before it is removed`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web-1": [], "web-2": ["on_remove: expire"]]))
      try await installation.backUp("web-1")
      try await installation.backUp("web-2", times: 5)
      let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      let json = try await installation.pobsync("diff", "-f", path, "--prune", "-o", "json")
      let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      let summary = try #require(object["summary"] as? [String: Any])
      #expect((summary["actions"] as? [String: Int])?["prune"] == 1)
      #expect(summary["pruned_snapshots"] as? Int == 2)
      let text = try await installation.pobsync("diff", "-f", path, "--prune").stdout
      #expect(
        text.contains("web-2: would prune: declared no more, and too old for retention standard: 2 of 5"), "\(text)")
      #expect(installation.snapshots(of: "web-2").count == 5)
    }
  }

  @Test func `no plan is written over something else, nor of what apply would refuse`() async throws {
    try await withInstallation { installation in
      let path = try installation.scratch.write(installation.spec(), to: "hosts.yaml")
      let onSpec = try await installation.pobsync("diff", "-f", path, "--out", path)
      #expect(onSpec.status == 2, "\(onSpec)")
      #expect(onSpec.stderr.contains("is there and is not a plan: no plan was written"), "\(onSpec)")
      #expect(try String(contentsOfFile: path, encoding: .utf8) == installation.spec())
      let onDirectory = try await installation.pobsync(
        "diff", "-f", path, "--out", try installation.scratch.makeDirectory("taken"), "--force")
      #expect(onDirectory.status == 2)
      #expect(onDirectory.stderr.contains("is no regular file"), "\(onDirectory)")

      let plan = try installation.scratch.write("notes\n", to: "plan.json")
      #expect(try await installation.pobsync("diff", "-f", path, "--out", plan).status == 2)
      #expect(try await installation.pobsync("diff", "-f", path, "--out", plan, "--force").status == 1)
      // A plan may take another's place.
      #expect(try await installation.pobsync("diff", "-f", path, "--out", plan).status == 1)
      try await installation.pobsync("apply", plan).check()

      let other = try installation.scratch.write(
        installation.spec().replacing("set: test", with: "set: other").replacing("keep_last: 3", with: "keep_last: 1"),
        to: "other.yaml")
      let refused = try await installation.pobsync("diff", "-f", other, "--out", plan)
      #expect(refused.status == 2)
      #expect(refused.stderr.contains("no plan was written"), "\(refused)")
      #expect(try await installation.pobsync("diff", "--out", plan).status == 64)
    }
  }

  @Test func `what is secret in a URL is shown nowhere, and applied all the same`() async throws {
    try await withInstallation { installation in
      let spec =
        "version: 1\nset: test\nnotifications:\n"
        + "  ops: {type: webhook, url: 'https://hooks.example.net/c4n4ry'}\n"
      let path = try installation.scratch.write(spec, to: "hosts.yaml")
      let plan = installation.scratch.path("plan.json")
      let diff = try await installation.pobsync("diff", "-f", path, "--out", plan)
      #expect(diff.stdout.contains("url: https://hooks.example.net/…\n"), "\(diff)")
      let json = try await installation.pobsync("diff", "-f", path, "-o", "json")
      #expect(!(diff.stdout + diff.stderr + json.stdout).contains("c4n4ry"))
      let text = try String(contentsOfFile: plan, encoding: .utf8)
      let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
      #expect(!"\(object["report"] ?? "")".contains("c4n4ry"))
      try await installation.pobsync("apply", plan).check()
      #expect(try await installation.pobsync("export").check().stdout.contains("https://hooks.example.net/c4n4ry"))
    }
  }

  @Test func `what the loop would do is told by host and summed, in text and JSON`() async throws {
    try await withInstallation { installation in
      try await installation.apply(installation.spec(hosts: ["web-1": [], "web-2": []]))
      for _ in 0..<5 { try await installation.pobsync("backup", "web-1", "--kind", "scheduled").check() }
      let text = try await installation.pobsync("diff")
      #expect(text.stdout.contains("\n2 hosts: 1 backup, 1 prune of 2 snapshots (frees up to "), "\(text)")
      #expect(text.stdout.contains("; the next backup is due at "), "\(text)")

      let json = try await installation.pobsync("diff", "-o", "json")
      let object = try #require(try JSONSerialization.jsonObject(with: json.output) as? [String: Any])
      #expect(
        object.keys.sorted() == [
          "adopted", "changes", "complaint", "conclusion", "conflicts", "differs", "drift", "likely_moves", "moves",
          "plan", "problem", "refused", "removals", "removed_hosts", "restored", "settled", "summary", "taken_over",
          "undeclared",
        ])
      let summary = try #require(object["summary"] as? [String: Any])
      #expect(summary["hosts"] as? Int == 2)
      #expect(summary["actions"] as? [String: Int] == ["backup": 1, "prune": 1])
      #expect(summary["pruned_snapshots"] as? Int == 2)
      #expect(summary["frees_up_to_bytes"] as? Int != nil)
      #expect(summary["next_fire"] as? String != nil)
      let plan = try #require(object["plan"] as? [[String: Any]])
      let actions = try #require(plan.first?["actions"] as? [[String: Any]])
      let snapshots = try #require(actions.first?["snapshots"] as? [[String: Any]])
      #expect(snapshots.count == 2)
      #expect((snapshots.first?["reasons"] as? [String])?.isEmpty == false)
    }
  }
}
