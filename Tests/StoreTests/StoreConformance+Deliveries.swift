// Deliveries are claimed once, end once and give way to newer ones; what people were told is changed by one at a time.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

extension StoreConformance {
  private func new(_ target: String, _ host: HostName?, _ notice: String) throws -> NewDelivery {
    NewDelivery(notification: try name(target), host: host, notice: notice)
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a delivery is due, claimed by one, tried again and ended`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let web = try host("web-1")
      try await store.queueDeliveries([new("ops", web, "{}"), new("chat", web, "{}")], at: later(5))
      #expect(try await store.dueDeliveries(at: later(4), limit: 10).isEmpty)
      let due = try await store.dueDeliveries(at: later(5), limit: 10)
      #expect(due.map(\.notification.description) == ["ops", "chat"])
      #expect(try await store.dueDeliveries(at: later(5), limit: 1) == due, "one of each target")
      #expect(due[0].attempts == 0 && due[0].createdAt == later(5) && due[0].host == web && due[0].notice == "{}")

      let claimed = try #require(try await store.claim(due[0], lostAt: later(305)))
      #expect(claimed.attempts == 1 && claimed.nextAt == later(305))
      #expect(try await store.claim(due[0], lostAt: later(305)) == nil, "another has it")
      #expect(try await store.dueDeliveries(at: later(304), limit: 10) == [due[1]])
      #expect(try await store.dueDeliveries(at: later(305), limit: 10).count == 2, "its sender is taken for dead")

      try await store.retry(claimed, at: later(65), error: "no answer")
      let again = try #require(try await store.dueDeliveries(at: later(65), limit: 10).first)
      #expect(again.lastError == "no answer" && again.attempts == 1)
      let second = try #require(try await store.claim(again, lostAt: later(400)))
      #expect(try await store.finish(claimed, as: .failed, at: later(66)) == false, "it is another's by now")
      #expect(try await store.finish(second, as: .delivered, at: later(66)))
      #expect(try await store.finish(second, as: .failed, error: "late", at: later(67)) == false)
      let ended = try #require(try await store.deliveries(limit: 10).last)
      #expect(ended.state == .delivered && ended.attempts == 2 && ended.finishedAt == later(66) && ended.nextAt == nil)
      #expect(ended.lastError == nil)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a target for which many wait leaves the others their turn`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let waiting = try (0..<20).map { try new("dead", host("web-\($0)"), "{}") }
      try await store.queueDeliveries(waiting + [new("ops", host("db"), "{}")], at: noon)
      let due = try await store.dueDeliveries(at: noon, limit: 5)
      #expect(due.map(\.notification.description) == Array(repeating: "dead", count: 5) + ["ops"])
      #expect(try await store.notifications().isEmpty)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `a newer delivery takes the place of pending ones about the same host`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      let (web, db) = (try host("web-1"), try host("db"))
      try await store.queueDeliveries(
        [new("ops", web, "1"), new("chat", web, "2"), new("ops", db, "3"), new("ops", nil, "4")], at: noon)
      let first = try #require(try await store.dueDeliveries(at: noon, limit: 1).first)
      let sent = try #require(try await store.claim(first, lostAt: later(300)))
      try await store.queueDeliveries([new("ops", web, "5"), new("ops", nil, "6")], at: later(1))
      let pending = try await store.dueDeliveries(at: later(1), limit: 10)
      #expect(pending.map(\.notice) == ["2", "3", "4", "5", "6"])
      let dropped = try #require(try await store.deliveries(host: web, limit: 10).last)
      #expect(dropped.state == .dropped && dropped.finishedAt == later(1))

      // It was on its way when it was overtaken: that it arrived is the truth, and that it did not changes nothing.
      try await store.retry(sent, at: later(60), error: "no answer")
      #expect(try await store.deliveries(host: web, limit: 10).last?.state == .dropped)
      #expect(try await store.finish(sent, as: .delivered, at: later(2)))
      #expect(try await store.deliveries(host: web, limit: 10).last?.state == .delivered)
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `ended deliveries are listed, and forgotten in time`(_ maker: DatabaseMaker) async throws {
    try await maker.withStore { store in
      try await store.record(new("ops", nil, "{}"), endedAs: .failed, error: "refused", at: noon)
      try await store.record(new("ops", host("web-1"), "{}"), endedAs: .delivered, at: later(10))
      try await store.queueDeliveries([new("ops", nil, "{}")], at: noon)
      #expect(try await store.deliveries(limit: 10).map(\.state) == [.pending, .delivered, .failed])
      #expect(try await store.deliveries(limit: 10).last?.lastError == "refused")
      #expect(try await store.deliveries(limit: 1).count == 1)
      try await store.forgetDeliveries(finishedBefore: later(10))
      #expect(try await store.deliveries(limit: 10).map(\.state) == [.pending, .delivered])
    }
  }

  @Test(arguments: DatabaseMaker.allCases)
  func `what people were told is changed by one who knew it, and with its messages`(
    _ maker: DatabaseMaker
  ) async throws {
    try await maker.withStore { store in
      try await store.declare("web-1")
      let web = try host("web-1")
      func trouble(_ type: Condition.Kind, _ time: Int) -> Trouble {
        Trouble(type: type, reason: "Reason", message: "m", since: later(time))
      }
      let troubles = [trouble(.ready, 1), trouble(.fresh, 2)]
      #expect(try await store.toldTroubles(of: web).isEmpty)
      let message = [try new("ops", web, "1")]
      #expect(try await store.tell(troubles.reversed(), insteadOf: [], of: web, by: message, at: noon))
      #expect(try await store.toldTroubles(of: web) == troubles)
      #expect(try await store.tell([], insteadOf: [], of: web, by: message, at: noon) == false)
      #expect(try await store.deliveries(limit: 10).count == 1, "who came second tells nothing")
      #expect(try await store.tell([troubles[1]], insteadOf: troubles, of: web, by: [], at: noon))
      #expect(try await store.toldTroubles(of: web) == [troubles[1]])

      try await store.delete(.host(web), as: .alice, at: noon)
      #expect(try await store.toldTroubles(of: web).isEmpty)
      #expect(try await store.tell(troubles, insteadOf: [], of: web, by: message, at: noon) == false)
      #expect(try await store.deliveries(limit: 10).count == 1)
    }
  }
}
