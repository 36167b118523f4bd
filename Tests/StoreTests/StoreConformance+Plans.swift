// What goes with an apply: the texts of its files, and the basis of a plan that has to be as it was.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases)
  func `the files of a set are those that were applied last, in their order`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      func apply(_ files: [(String, String)]?, as origin: ChangeOrigin = .alice, at now: Date) async throws {
        let texts = files?.map { SourceText(name: $0.0, $0.1) }
        _ = try await store.apply(Spec(), as: origin, ApplyOptions(), files: texts, at: now)
      }
      try await apply([("b.yaml", "version: 1\n"), ("a.yaml", "# é\nversion: 1\n")], at: noon)
      try await apply([("<stdin>", "version: 1\n")], as: .bob, at: noon)
      let first = [
        SpecFile(source: "servers", file: "b.yaml", content: "version: 1\n", appliedAt: noon),
        SpecFile(source: "servers", file: "a.yaml", content: "# é\nversion: 1\n", appliedAt: noon),
      ]
      #expect(try await store.specFiles(of: "servers") == first)
      #expect(try await store.specFiles(of: "cli").map(\.file) == ["<stdin>"])

      // The same again, and an edit that has no files, write nothing.
      try await apply([("b.yaml", "version: 1\n"), ("a.yaml", "# é\nversion: 1\n")], at: later(1))
      try await apply(nil, at: later(2))
      #expect(try await store.specFiles(of: "servers") == first)

      try await apply([("a.yaml", "version: 1\n"), ("b.yaml", ""), ("b.yaml", "")], at: later(3))
      let files = try await store.specFiles(of: "servers")
      #expect(files.map(\.file) == ["a.yaml", "b.yaml"])
      #expect(files.map(\.content) == ["version: 1\n", ""])
      #expect(files.allSatisfy { $0.appliedAt == later(3) })
      #expect(try await store.specFiles(of: "unknown").isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `files are kept only if what they declare is applied`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      var spec = Spec()
      spec.hosts[try host("web-1")] = Host()
      spec.hosts[try host("web-1")]?.own.retention = try name("unknown")
      let error = await storeError {
        _ = try await store.apply(
          spec, as: .alice, ApplyOptions(), files: [SourceText(name: "a.yaml", "version: 1\n")], at: noon)
      }
      #expect(error?.code == .missingReference)
      #expect(try await store.specFiles(of: "servers").isEmpty)
    }
  }

  /// What may happen between a plan and its apply, and the words of the refusal; nil if the plan still holds.
  static let meanwhile: [(name: String, words: String?)] = [
    ("nothing", nil),
    ("an edit", "host/web-1 was configured by bob (cli)"),
    ("a deletion", "host/web-2 was deleted by bob (cli)"),
    ("a run", "runs, snapshots or a pause of web-1 have changed"),
    ("a snapshot", "runs, snapshots or a pause of web-1 have changed"),
    ("a pause", "runs, snapshots or a pause of web-1 have changed"),
    ("a pause of everything", "something that concerns all hosts has changed, as a pause or the backup root"),
    (
      "the end of a pause of everything", "something that concerns all hosts has changed, as a pause or the backup root"
    ),
    ("a run of another host", nil), ("a pause of another host", nil),
  ]

  @Test(arguments: DatabaseMaker.allCases, StoreConformance.meanwhile.indices)
  func `a plan is stale once anything that it rests on has changed`(_ maker: DatabaseMaker, index: Int) async throws {
    let (event, words) = Self.meanwhile[index]
    try await maker.withStore { store in
      let web = try host("web-1")
      try await store.declare("web-1", "web-2")
      let pause = Pause(until: nil, reason: nil, actor: "bob", pausedAt: later(1))
      if event == "the end of a pause of everything" { try await store.pause(nil, pause) }
      let basis = PlanBasis(
        revision: try await store.specRevision(), hosts: try await store.hostRevisions(of: [web]),
        everything: try await store.revisionOfAllHosts())
      switch event {
      case "an edit":
        var spec = Spec()
        spec.hosts[web] = Host()
        spec.hosts[web]?.own.suspended = true
        _ = try await store.apply(spec, as: .bob, ApplyOptions(), at: later(1))
      case "a deletion": try await store.delete(.host(try host("web-2")), as: .bob, at: later(1))
      case "a run": _ = try await store.queue(try request(), at: later(1))
      case "a run of another host": _ = try await store.queue(try request(of: "web-2"), at: later(1))
      case "a snapshot":
        try await store.record(
          Snapshot(host: web, id: try snapshotID(1), status: .success, startedAt: noon), at: later(1))
      case "a pause": try await store.pause(web, pause)
      case "a pause of another host": try await store.pause(try host("web-2"), pause)
      case "a pause of everything": try await store.pause(nil, pause)
      case "the end of a pause of everything": _ = try await store.resume(nil, at: noon)
      default: break
      }
      let before = try await store.desired().spec
      var wanted = Spec()
      wanted.hosts[try host("web-3")] = Host()
      func apply() async throws {
        _ = try await store.apply(wanted, as: .alice, ApplyOptions(), restingOn: basis, at: later(2))
      }
      guard let words else {
        try await store.check(basis)
        try await apply()
        #expect(try await store.desired().spec == before.merging(wanted))
        // Once it is carried out it is stale by itself.
        let again = await storeError { try await apply() }
        #expect(again?.code == .stalePlan)
        return
      }
      let error = await storeError { try await apply() }
      #expect(error?.code == .stalePlan)
      #expect(
        error?.description
          == "nothing was applied: since the plan was made, \(words); make a new plan with `pobsync diff -f … --out`")
      let checked = await storeError { try await store.check(basis) }
      #expect(checked == error)
      #expect(try await store.desired().spec == before)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the number of the latest change of all hosts goes on with these alone`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let pause = Pause(until: nil, reason: nil, actor: "bob", pausedAt: noon)
      try await store.declare("web-1")
      #expect(try await store.revisionOfAllHosts() == 0)
      try await store.pause(nil, pause)
      let paused = try await store.revisionOfAllHosts()
      #expect(paused > 0)
      try await store.pause(try host("web-1"), pause)
      #expect(try await store.revisionOfAllHosts() == paused)
      _ = try await store.resume(nil, at: noon)
      #expect(try await store.revisionOfAllHosts() > paused)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a plan of another database is stale`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1")
      let error = await storeError { try await store.check(PlanBasis(revision: 7, hosts: [:])) }
      #expect(error?.message.contains("the database has been replaced by another, or by an older one") == true)
    }
  }
}
