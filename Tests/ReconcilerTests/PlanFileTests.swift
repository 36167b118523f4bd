// Plan files: written and read back alike, and refused in words where they are not what pobsync wrote.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

struct PlanFileTests {
  private func made(_ wanted: Spec = Spec(), options: ApplyOptions = ApplyOptions()) throws -> PlanFile {
    PlanFile(
      wanted, set: "main", options: options,
      basis: PlanBasis(
        revision: 7, hosts: [try HostName(text: "web-1"): 3, try HostName(text: "web-2"): 0], everything: 5),
      files: [
        SourceText(name: "hosts.yaml", "# é \u{1F600}\nversion: 1\n"), SourceText(name: "empty.yaml", ""),
      ], report: [YAMLPair("changes", .list([.map([YAMLPair("before", .null), YAMLPair("after", .int(2))])]))],
      createdAt: try time("2026-05-19 12:00"))
  }

  private func read(_ text: String) throws -> PlanFile {
    try PlanFile(reading: SourceText(name: "plan.json", text))
  }

  @Test(arguments: [
    ApplyOptions(), ApplyOptions(prune: true), ApplyOptions(takeOver: true), ApplyOptions(prune: true, maxRemovals: 0),
  ])
  func `a plan is read as it was written`(_ options: ApplyOptions) throws {
    let seed = freshSeed("plan-file")
    for index in 0..<20 {
      var generator = SpecGenerator(seed: seed &+ UInt64(index))
      let spec = try generator.spec()
      let written = try made(spec, options: options)
      let plan = try read(written.text)
      let comment: Comment = "case \(index) of seed \(seed)"
      #expect(try plan.spec(known: Spec()) == spec, comment)
      #expect(plan.text == written.text, comment)
      #expect(plan.options == options, comment)
      #expect(plan.set == "main")
      #expect(plan.basis == written.basis)
      #expect(plan.createdAt == written.createdAt)
      #expect(plan.report == written.report)
      #expect(plan.files.map(\.name) == written.files.map(\.name))
      #expect(plan.files.map(\.bytes) == written.files.map(\.bytes))
    }
  }

  @Test func `a large spec is read in parts`() throws {
    var spec = Spec()
    for number in 0..<2500 { spec.hosts[try HostName(text: "host-\(number)")] = Host() }
    spec.schedules[try ResourceName(text: "nightly")] = Schedule(cron: .daily)
    spec.hosts[try HostName(text: "host-1")]?.own.schedule = try ResourceName(text: "nightly")
    #expect(try read(try made(spec).text).spec(known: Spec()) == spec)
  }

  @Test func `it is JSON that other programs read`() throws {
    let text = try made(options: ApplyOptions(prune: true)).text
    let object = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    #expect(object["format"] as? String == "pobsync plan")
    #expect(object["format_version"] as? Int == 1)
    #expect((object["rests_on"] as? [String: Any])?["spec_revision"] as? Int == 7)
    #expect((object["options"] as? [String: Any])?["prune"] as? Bool == true)
    #expect(PlanFile.isPlan(SourceText(name: "plan.json", text)))
  }

  static let altered: [(from: String, to: String, problem: String)] = [
    (
      #""format_version": 1"#, #""format_version": 2"#,
      "is a plan of format 2, and this version of pobsync knows format 1; make a new plan"
    ),
    (#""format_version": 1"#, #""format_version": "x""#, "it lacks its `format_version`"),
    (#""set": "main""#, #""set": "cli""#, "its `set` is missing"),
    (#""set": "main""#, #""set": """#, "its `set` is missing"),
    (#""prune": false"#, #""prune": "no""#, "its `options` is missing, or not what it should be"),
    (#""max_removals": null"#, #""max_removals": -1"#, "its `options` is missing"),
    (#""web-1": 3"#, #""web 1": 3"#, "its `rests_on` is missing"),
    (#""spec_revision": 7"#, #""spec_revision": "7""#, "its `rests_on` is missing"),
    (#""all_hosts": 5"#, #""all": 5"#, "its `rests_on` is missing"),
    (#""created_at": "2026"#, #""created_at": "x026"#, "its `created_at` is missing"),
    (#""file": "hosts.yaml""#, #""name": "hosts.yaml""#, "its `files` is missing"),
    (#""spec": {"#, #""spac": {"#, "its `spec` is missing"),
    (#""format": "pobsync plan""#, #""format": "another""#, "is not a plan, or not a whole one"),
  ]

  @Test(arguments: altered.indices)
  func `what was altered is refused, and why`(_ index: Int) throws {
    let (from, to, problem) = Self.altered[index]
    let text = try made().text
    #expect(text.contains(from))
    let error = #expect(throws: PlanFileError.self) { try read(text.replacingOccurrences(of: from, with: to)) }
    #expect(error?.description.contains(problem) == true, "\(error?.description ?? "")")
  }

  @Test(arguments: ["", "{}", "[]", "version: 1\nhosts: {web-1: }\n", "\0", "{", "format: pobsync"])
  func `anything else is no plan`(_ text: String) throws {
    #expect(throws: PlanFileError.notAPlan) { try read(text) }
    #expect(!PlanFile.isPlan(SourceText(name: "x", text)))
  }

  @Test func `a plan that was cut short is none`() throws {
    let text = try made().text
    for length in stride(from: 0, to: text.count - 2, by: 37) {
      #expect(throws: PlanFileError.self) { try read(String(text.prefix(length))) }
    }
  }

  @Test(arguments: [
    (#""port": 22"#, #""port": 2222"#), (#""port": 22"#, #""prot": 22"#), (#""version": 1"#, #""version": 3"#),
    (#""cron": "@daily""#, #""cron": "@hourly""#), (#""schedule": "nightly""#, #""schedule": "daily""#),
    (#""prune": false"#, #""prune": true"#), (#""take_over": false"#, #""take_over": true"#),
    (#""max_removals": null"#, #""max_removals": 9"#), (#""moved": []"#, #""moved": [{"from": "a", "to": "b"}]"#),
    (#""file": "empty.yaml""#, #""file": "other.yaml""#), (#""content": """#, #""content": "x""#),
    (#""checksum": ""#, #""checksum": "0"#), (#""checksum":"#, #""sum":"#),
  ])
  func `what is applied and was altered in any value is refused`(_ from: String, _ to: String) throws {
    let wanted = try spec(
      "schedules: {nightly: {cron: '@daily'}}\nhosts: {web-1: {ssh: {port: 22}, schedule: nightly}}")
    let text = try made(wanted).text
    #expect(text.contains(from))
    let error = #expect(throws: PlanFileError.self) { try read(text.replacingOccurrences(of: from, with: to)) }
    #expect(error == .damaged("its spec, its options or its files have been altered"))
  }

  @Test func `its spec is read as spec files are`() throws {
    var wanted = Spec()
    wanted.hosts[try HostName(text: "web-1")] = Host()
    wanted.hosts[try HostName(text: "web-1")]?.own.schedule = try ResourceName(text: "daily")
    let plan = try read(try made(wanted).text)
    let error = #expect(throws: PlanFileError.self) { try plan.spec(known: Spec()) }
    #expect(error?.description.contains("names the schedule `daily`, which does not exist") == true)
    #expect(try plan.spec(known: try spec("schedules: {daily: {cron: '@daily'}}")) == wanted)
  }
}
