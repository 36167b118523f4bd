// Keeping a lease: held for two thirds of its duration after each renewal, and then only after asking.

import Engine
import Foundation
import Support
import Testing

@testable import Reconciler
@testable import Store

struct LeaseKeeperTests {
  private struct Away: Error {}

  private let time = VirtualTime(Date(timeIntervalSince1970: 1_779_192_000))

  /// The keeper of a lease of 60 seconds that has just begun.
  private func keeper() -> LeaseKeeper {
    LeaseKeeper(LeaseGrant(name: "x", term: 1), duration: 60, elapsed: time.elapsed, begun: time.elapsed.now)
  }

  @Test func `a lease is held for two thirds of its duration, and due after one`() {
    let keeper = keeper()
    for second in 0..<60 {
      #expect(keeper.isHeld == (second < 40), "\(second)")
      #expect(keeper.isDue == (second > 20), "\(second)")
      time.advance(1)
    }
  }

  @Test func `a renewal counts from when it began`() async throws {
    let keeper = keeper()
    time.advance(30)
    let answer = try await keeper.renewing {
      time.advance(8)
      return 7
    }
    #expect(answer == 7)
    time.advance(31)
    #expect(keeper.isHeld)
    time.advance(1)
    #expect(!keeper.isHeld)
  }

  @Test func `a renewal that took longer than the lease lasts is worth nothing`() async throws {
    let keeper = keeper()
    try await keeper.renewing { time.advance(41) }
    #expect(!keeper.isHeld)
  }

  @Test func `a renewal that failed changes nothing, one that was refused ends it`() async throws {
    let keeper = keeper()
    await #expect(throws: Away.self) { try await keeper.renewing { throw Away() } }
    #expect(keeper.isHeld)
    await #expect(throws: LeaseLost(name: "x")) { try await keeper.renewing { throw LeaseLost(name: "x") } }
    #expect(!keeper.isHeld)
  }

  @Test func `a check asks each time, and renews the lease`() async throws {
    let store = try await Store.open(on: TestDatabase.fresh(), at: time.clock.now)
    let grant = try #require(
      try await store.acquireLease("x", kind: .worker, process: "p", duration: 60, at: time.clock.now))
    let keeper = LeaseKeeper(grant, duration: 60, elapsed: time.elapsed, begun: time.elapsed.now)
    func beat() async throws -> Int64? { try await store.leases().first?.beat }
    time.advance(39)
    try await keeper.check(in: store, clock: time.clock)
    #expect(try await beat() == 1)
    time.advance(39)
    try await keeper.check(in: store, clock: time.clock)
    #expect(try await beat() == 2)
    #expect(keeper.isHeld)

    // Given up while it was silent: the next check finds out.
    time.advance(60)
    try await store.endWorker(try #require(try await store.leases().first), at: time.clock.now)
    for _ in 0..<2 {
      await #expect(throws: LeaseLost(name: "x")) { try await keeper.check(in: store, clock: time.clock) }
    }
  }

  @Test func `a check that cannot ask rests on the time that is left`() async throws {
    let database = try SQLiteDatabase.inMemory()
    let store = try await Store.open(on: database, at: time.clock.now)
    let keeper = keeper()
    try await database.write { _ = try $0.execute("DROP TABLE leases", []) }
    try await keeper.check(in: store, clock: time.clock)
    time.advance(40)
    await #expect(throws: LeaseLost(name: "x")) { try await keeper.check(in: store, clock: time.clock) }
  }
}
