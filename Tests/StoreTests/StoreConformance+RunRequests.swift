// Backups that a spec asks for: the end of a good one is noted with the host, in the same transaction, and no other.

import Engine
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  private func declare(_ text: String?, in store: Store, at seconds: Int = 0) async throws {
    var spec = Spec()
    var declared = Host()
    declared.runRequested = try text.map { try Remark(text: $0) }
    spec.hosts[try host("web-1")] = declared
    _ = try await store.apply(spec, as: .alice, prune: false, at: later(seconds))
  }

  private func answer(_ text: String?, _ state: RunState, in store: Store, at seconds: Int) async throws {
    var asked = try request(.backup, .reconcile)
    asked.snapshotKind = .manual
    asked.runRequested = try text.map { try Remark(text: $0) }
    let worker = try await store.worker("worker/\(seconds)", at: later(seconds))
    let run = try await store.begin(asked, by: worker, at: later(seconds))
    #expect(run.request.runRequested == asked.runRequested)
    _ = try await store.finishRun(run, RunResult(state: state), by: worker, at: later(seconds + 1))
  }

  /// As `planner` sees it.
  private func done(in store: Store) async throws -> String? {
    let web = try host("web-1")
    return try await store.recorded(of: [web], isRange: false)[web]?.requestDone?.description
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a request is done when its run ends well, and by no other run`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      try await declare(nil, in: store)
      #expect(try await store.declaredRequest(of: web) == nil)
      try await declare("one", in: store)
      let one = try Remark(text: "one")
      #expect(
        try await store.declaredRequest(of: web)
          == DeclaredRequest(host: web, requested: one, done: nil, doneAt: nil))
      for (index, state) in [RunState.failed, .cancelled, .interrupted].enumerated() {
        try await answer("one", state, in: store, at: 10 * index + 10)
        #expect(try await done(in: store) == nil)
      }
      try await answer(nil, .succeeded, in: store, at: 50)
      #expect(try await done(in: store) == nil)
      try await answer("one", .warning, in: store, at: 60)
      #expect(try await done(in: store) == "one")
      let seen = DeclaredRequest(host: web, requested: one, done: one, doneAt: later(61))
      #expect(try await store.declaredRequest(of: web) == seen)
      #expect(!seen.isOpen)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what was done is remembered when the text changes or goes, and when the host goes and comes back`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      try await declare("one", in: store)
      try await answer("one", .succeeded, in: store, at: 10)
      try await declare("two", in: store, at: 20)
      #expect(try await done(in: store) == "one")
      let open = try #require(try await store.declaredRequest(of: web))
      #expect(open.isOpen && open.doneAt == later(11))
      try await answer("two", .succeeded, in: store, at: 30)
      try await declare(nil, in: store, at: 40)
      #expect(try await done(in: store) == "two")
      let over = try #require(try await store.declaredRequest(of: web))
      #expect(over.requested == nil && over.doneAt == later(31) && !over.isOpen)
      try await store.delete(.host(web), as: .alice, at: later(50))
      try await declare("two", in: store, at: 60)
      #expect(try await done(in: store) == "two")
      #expect(try await store.declaredRequest(of: web)?.isOpen == false)
      try await store.delete(.host(web), as: .alice, at: later(70))
      try await declare("three", in: store, at: 80)
      let anew = try #require(try await store.declaredRequest(of: web))
      #expect(anew.isOpen && anew.requested?.description == "three")
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a status report has the requests that are open first, then the newest`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.declare("a", "b", "c", "d")
      var spec = Spec()
      for name in ["a", "b", "c"] {
        var declared = Host()
        declared.runRequested = try Remark(text: "now")
        spec.hosts[try host(name)] = declared
      }
      _ = try await store.apply(spec, as: .alice, prune: false, at: noon)
      let worker = try await store.worker()
      for (index, name) in ["a", "b"].enumerated() {
        var asked = try request(.backup, of: name, .reconcile)
        asked.runRequested = try Remark(text: "now")
        let run = try await store.begin(asked, by: worker, at: later(index))
        _ = try await store.finishRun(run, RunResult(state: .succeeded), by: worker, at: later(index))
      }
      let records = try await store.statusRecords(at: later(9), queued: 5)
      #expect(records.requests.map(\.host.description) == ["c", "b", "a"])
      #expect(records.requests.map(\.isOpen) == [true, false, false])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `the changes of a resource are those of that resource, the newest first`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let id = ResourceID.host(try host("web-1"))
      try await store.declare("web-1", "web-2")
      try await declare("one", in: store, at: 10)
      let changes = try await store.specChanges(of: id)
      #expect(changes.map(\.action) == [.configured, .created])
      #expect(changes.map(\.at) == [later(10), noon])
      #expect(changes.first?.values.before == [])
      #expect(changes.first?.values.after == [YAMLPair("run_requested", .string("one"))])
      #expect(changes.last?.values.before == nil)
    }
  }
}
