// Pauses: of one host or of everything, until a time or until somebody resumes.

import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  @Test(arguments: DatabaseMaker.allCases)
  func `a pause is read as it was made, and one in its place takes over`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      #expect(try await store.pauses(at: noon) == Pauses())
      let web = try host("web-1")
      let first = Pause(until: later(60), reason: "new disks", actor: "alice", pausedAt: noon)
      let second = Pause(until: nil, reason: nil, actor: "bob", pausedAt: later(5))
      var expected = Pauses()
      try await store.pause(web, first)
      expected.hosts = [web: first]
      #expect(try await store.pauses(at: noon) == expected)
      try await store.pause(nil, first)
      try await store.pause(web, second)
      expected.hosts = [web: second]
      expected.all = first
      #expect(try await store.pauses(at: later(6)) == expected)

      #expect(try await store.resume(web, at: later(7)))
      #expect(try await !store.resume(web, at: later(7)))
      #expect(try await !store.resume(try host("web-2"), at: later(7)))
      expected.hosts = [:]
      #expect(try await store.pauses(at: later(7)) == expected)
      #expect(try await store.resume(nil, at: later(7)))
      #expect(try await store.pauses(at: later(8)) == Pauses())
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a pause that is over is none, to whoever resumes or pauses again`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      let short = Pause(until: later(60), reason: nil, actor: "alice", pausedAt: noon)
      try await store.pause(web, short)
      #expect(try await !store.resume(web, at: later(60)))
      try await store.pause(web, short)
      let again = Pause(until: nil, reason: nil, actor: "bob", pausedAt: later(61))
      let entry: @Sendable (Pause?) -> NewAuditEntry = { former in
        NewAuditEntry(
          actor: "bob", role: nil, address: "-", action: "host.pause", subject: former?.actor ?? "nobody")
      }
      try await store.pause(web, again, noting: entry)
      #expect(try await store.audit(limit: 9).map(\.subject) == ["nobody"])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a pause with an end is over then`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      let (short, long) = (
        Pause(until: later(60), reason: nil, actor: "alice", pausedAt: noon),
        Pause(until: later(90), reason: nil, actor: "alice", pausedAt: noon)
      )
      try await store.pause(web, short)
      try await store.pause(nil, long)
      #expect(try await store.pauses(at: later(59))[web] == long)
      #expect(try await store.pauses(at: later(59)).hosts == [web: short])
      #expect(try await store.pauses(at: later(60)).hosts.isEmpty)
      #expect(try await store.pauses(at: later(89)).all == long)
      #expect(try await store.pauses(at: later(90)) == Pauses())
    }
  }

  @Test(arguments: [
    (nil, nil, nil), (60, nil, 60), (nil, 60, 60), (60, 90, 90), (90, 60, 90), (0, 60, 0), (60, 0, 0), (60, 60, 60),
  ])
  func `of two pauses the one that lasts longer holds`(_ own: Int?, _ all: Int?, _ expected: Int?) throws {
    // 0 stands for one without an end.
    func pause(_ seconds: Int?, _ actor: String) -> Pause? {
      seconds.map { Pause(until: $0 == 0 ? nil : later($0), reason: nil, actor: actor, pausedAt: noon) }
    }
    let web = try host("web-1")
    var pauses = Pauses()
    pauses.hosts[web] = pause(own, "own")
    pauses.all = pause(all, "all")
    #expect(pauses[web].map { $0.until.map { Int($0.timeIntervalSince(noon)) } ?? 0 } == expected)
    #expect(pauses[try host("web-2")] == pause(all, "all"))
  }
}
