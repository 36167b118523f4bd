// The dispatcher: tries again with longer and longer pauses, gives up after a day, and sends nothing twice.

import Engine
import Foundation
import Spec
import Store
import Support
import Testing

@testable import Reconciler

@Suite(.timeLimit(.minutes(2)))
struct NotificationDispatcherTests {
  @Test func `a delivery that fails is tried again until it succeeds`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.status(500), .status(503), .status(200))
      try await fixture.declare("  a: {type: webhook, url: \"\(server.url())\"}")
      try await fixture.queue("a")
      let dispatcher = fixture.dispatcher()
      #expect(try await dispatcher.deliverDue(now: fixture.clock.now) == 1)
      #expect(try await dispatcher.deliverDue(now: fixture.clock.now) == 0, "it waits")
      fixture.clock.advance(59)
      #expect(try await dispatcher.deliverDue(now: fixture.clock.now) == 0)
      fixture.clock.advance(1)
      #expect(try await dispatcher.deliverDue(now: fixture.clock.now) == 1)
      fixture.clock.advance(119)
      #expect(try await dispatcher.deliverDue(now: fixture.clock.now) == 0)
      fixture.clock.advance(1)
      #expect(try await dispatcher.deliverDue(now: fixture.clock.now) == 1)
      #expect(try await fixture.outcomes() == ["delivered 3 -"])
      #expect(server.requests.count == 3)
      #expect(try await fixture.store.events(limit: 10).isEmpty)
    }
  }

  @Test func `pauses double to an hour, and after a day it is given up with an event`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.status(500))
      try await fixture.declare("  a: {type: webhook, url: \"\(server.url())\"}")
      try await fixture.queue("a")
      let start = fixture.clock.now
      let dispatcher = fixture.dispatcher()
      var pauses: [Int] = []
      while let delivery = try await fixture.store.deliveries(limit: 1).first, let next = delivery.nextAt {
        let before = fixture.clock.now
        fixture.clock.advance(next.timeIntervalSince(before))
        pauses.append(Int(next.timeIntervalSince(before)))
        try await dispatcher.deliverDue(now: fixture.clock.now)
      }
      #expect(pauses.prefix(8) == [0, 60, 120, 240, 480, 960, 1920, 3600])
      #expect(pauses.dropFirst(8).allSatisfy { $0 == 3600 })
      let lasted = fixture.clock.now.timeIntervalSince(start)
      #expect(lasted > 86_400 - 3600 && lasted <= 86_400)
      let delivery = try #require(try await fixture.store.deliveries(limit: 1).first)
      #expect(delivery.state == .failed && delivery.attempts == pauses.count)
      let event = try #require(try await fixture.store.events(limit: 10).first)
      #expect(event.reason == "notification_failed" && event.severity == .error)
      #expect(
        event.message == "a notice was not delivered by a, in \(pauses.count) attempts: "
          + "http://127.0.0.1:\(server.port) did not take the message (status 500)")
    }
  }

  @Test func `several dispatchers send each notice once`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.status(200))
      try await fixture.declare(
        (0..<5).map { "  t\($0): {type: webhook, url: \"\(server.url("/t\($0)"))\"}\n" }.joined(),
        hosts: (0..<8).map { "h\($0): {}" }.joined(separator: ", "))
      for host in 0..<8 { try await fixture.queue("t0", "t1", "t2", "t3", "t4", host: "h\(host)") }
      let now = fixture.clock.now
      let counts = try await withThrowingTaskGroup(of: Int.self) { group in
        for _ in 0..<4 { group.addTask { try await fixture.dispatcher().deliverDue(now: now) } }
        return try await group.reduce(into: []) { $0.append($1) }
      }
      #expect(counts.reduce(0, +) == 40)
      #expect(server.requests.count == 40)
      #expect(try await fixture.outcomes().allSatisfy { $0 == "delivered 1 -" })
    }
  }

  @Test func `a target that is gone or suspended gets nothing, and its notices are dropped`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.status(200))
      let url = server.url()
      try await fixture.declare("  a: {type: webhook, url: \"\(url)\"}\n  b: {type: webhook, url: \"\(url)\"}")
      try await fixture.queue("a", "b")
      try await fixture.declare("  b: {type: webhook, url: \"\(url)\", suspended: true}")
      #expect(try await fixture.dispatcher().deliverDue(now: fixture.clock.now) == 2)
      #expect(
        try await fixture.outcomes() == [
          "dropped 1 the notification is not declared any more", "dropped 1 the notification is suspended",
        ])
      #expect(server.requests.isEmpty)
    }
  }

  @Test func `a target that hangs keeps no other from being told`() async throws {
    try await withNotifications { fixture in
      let (hanging, server) = (try HookServer(.hang), try HookServer(.status(200)))
      try await fixture.declare(
        "  a: {type: webhook, url: \"\(hanging.url())\"}\n  b: {type: webhook, url: \"\(server.url())\"}")
      for host in ["web-1", "db"] { try await fixture.queue("a", "b", host: host) }
      let dispatcher = fixture.dispatcher(timeLimit: .seconds(5))
      #expect(try await dispatcher.deliverDue(now: fixture.clock.now) == 3)
      #expect(hanging.requests.count == 1, "the rest of a target that fails waits")
      #expect(server.requests.count == 2)
    }
  }

  @Test func `after an outage only the newest of each host is sent`() async throws {
    try await withNotifications { fixture in
      let server = try HookServer(.status(500), .status(200))
      try await fixture.declare("  a: {type: webhook, url: \"\(server.url())\"}")
      let spec = try await fixture.store.desired().spec
      let web = try #require(spec.effectiveHost(try HostName(text: "web-1")))
      let dispatcher = fixture.dispatcher()
      for (status, reason) in [(Condition.Status.false, "LastBackupFailed"), (.true, "Ready")] {
        for _ in 0..<3 {
          let ready = Condition(
            .ready, status, reason: reason, message: "m", observedGeneration: 1, changedAt: fixture.clock.now)
          try await fixture.announce([ready], of: web, to: spec.notifications)
          try await dispatcher.deliverDue(now: fixture.clock.now)
        }
      }
      fixture.clock.advance(3600)
      try await dispatcher.deliverDue(now: fixture.clock.now)
      #expect(
        try await fixture.outcomes() == [
          "dropped 1 a newer notice about the host has taken its place", "delivered 1 -",
        ])
      #expect(server.requests.count == 2)
      #expect(server.requests.last?.body.contains("\"kind\":\"recovery\"") == true)
    }
  }

  @Test func `hosts are told of to those whose labels they have`() async throws {
    try await withNotifications { fixture in
      try await fixture.declare(
        """
          all: {type: command, command: [/bin/true]}
          checks: {type: healthchecks, url_env: PING}
          other: {type: command, command: [/bin/true], labels: {role: other}}
          stale: {type: command, command: [/bin/true], on: [stale]}
          web: {type: command, command: [/bin/true], labels: {role: web}}
        """)
      let spec = try await fixture.store.desired().spec
      for name in ["web-1", "db"] {
        let host = try #require(spec.effectiveHost(try HostName(text: name)))
        let failed = Condition(
          .ready, .false, reason: "LastBackupFailed", message: "m", observedGeneration: 1, changedAt: fixture.clock.now)
        try await fixture.announce([failed], of: host, to: spec.notifications)
        try await fixture.announce([failed], of: host, to: spec.notifications)
      }
      let queued = try await fixture.store.deliveries(limit: 10).map {
        "\($0.notification) \($0.host?.description ?? "-")"
      }
      #expect(queued.sorted() == ["all db", "all web-1", "web web-1"])
    }
  }
}
