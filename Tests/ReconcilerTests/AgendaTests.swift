// The agenda against a plain dictionary.

import Foundation
import Spec
import Support
import Testing

@testable import Reconciler

struct AgendaTests {
  private func date(_ seconds: Int) -> Date { Date(timeIntervalSince1970: Double(seconds)) }

  @Test func `hosts are taken when their time comes, once`() throws {
    var agenda = Agenda()
    let (web, db) = (try HostName(text: "web-1"), try HostName(text: "db"))
    #expect(agenda.next == nil)
    agenda.set(web, at: date(10))
    agenda.set(db, at: date(5))
    #expect(agenda.next == date(5))
    #expect(agenda.take(until: date(4)) == [])
    #expect(agenda.take(until: date(5)) == [db])
    #expect(agenda.next == date(10))
    agenda.set(web, at: date(20))
    #expect(agenda.next == date(20), "the old time does not count")
    #expect(agenda.take(until: date(19)) == [])
    agenda.set(db, at: date(20))
    #expect(agenda.take(until: date(99)) == [web, db])
    #expect(agenda.take(until: date(99)) == [])
    #expect(agenda.next == nil)
    agenda.set(web, at: date(10))
    agenda.set(web, at: nil)
    #expect(agenda.next == nil)
    #expect(agenda.take(until: .distantFuture) == [])
  }

  @Test func `the agenda is what a dictionary would be`() throws {
    let seed = freshSeed("agenda")
    let hosts = try (0..<60).map { try HostName(text: "web-\($0)") }
    for index in 0..<100 {
      var random = SeededGenerator(seed: seed &+ UInt64(index))
      var agenda = Agenda()
      var oracle: [HostName: Date] = [:]
      var now = 0
      for step in 0..<400 {
        let comment: Comment = "step \(step) of case \(index) of seed \(seed)"
        if random.chance(1, in: 6) {
          now += Int.random(in: 0...20, using: &random)
          let due = Set(oracle.filter { $0.value <= date(now) }.keys)
          #expect(agenda.take(until: date(now)) == due, comment)
          for host in due { oracle[host] = nil }
        } else if let host = hosts.prefix(random.chance(1, in: 2) ? 60 : 3).randomElement(using: &random) {
          let at = random.chance(1, in: 5) ? nil : date(now + Int.random(in: -5...100, using: &random))
          agenda.set(host, at: at)
          oracle[host] = at
        }
        #expect(agenda.next == oracle.values.min(), comment)
      }
      #expect(agenda.take(until: .distantFuture) == Set(oracle.keys))
    }
  }
}
