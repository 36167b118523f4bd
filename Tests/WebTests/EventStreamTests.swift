// The stream of changes: what readers are told, how long they may listen, and how many there are at most.

import Dispatch
import Engine
import Foundation
import Logging
import Spec
import Store
import Support
import Testing

@testable import Web

/// Takes what is sent, and stops the sender after so many pieces.
private final class CountingSink: ByteSink {
  private struct Enough: Error {}
  private let sent = Locked<[String]>([])
  private let limit: Int

  init(limit: Int) { self.limit = limit }

  var pieces: [String] { sent.with { $0 } }

  func write(_ bytes: [UInt8]) async throws {
    let count = sent.with { sent in
      sent.append(String(decoding: bytes, as: UTF8.self))
      return sent.count
    }
    if count >= limit { throw Enough() }
  }
}

@Suite struct EventStreamTests {
  private static let logger = Logger(label: "tests") { _ in SwiftLogNoOpLogHandler() }

  private func store() async throws -> Store {
    try await Store.open(on: TestDatabase.fresh(), at: Date(timeIntervalSince1970: 1_779_192_000))
  }

  /// A stream on a clock that goes on by a second with each wait.
  ///
  /// - Parameter wait: called with each wait, and the seconds that have passed.
  private func makeStream(
    _ store: Store, isAdmitted: @escaping @Sendable () async -> Bool = { true },
    wait: @escaping @Sendable (Int) async throws -> Void = { _ in }
  ) -> ChangeStream {
    let seconds = Locked(0)
    let clock = ElapsedClock { Double(seconds.with { $0 }) }
    return ChangeStream(
      feed: ChangeFeed(store: store, elapsed: clock), logger: Self.logger, elapsed: clock, isAdmitted: isAdmitted
    ) {
      let passed = seconds.with { seconds in
        seconds += 1
        return seconds
      }
      try await wait(passed)
    }
  }

  private static func change(_ runs: Int, _ hosts: Int, _ events: Int) -> String {
    "event: change\ndata: {\"runs\":\(runs),\"hosts\":\(hosts),\"events\":\(events)}\n\n"
  }

  @Test func `readers are told once at first, then what changes, and are kept awake`() async throws {
    let store = try await store()
    let sink = CountingSink(limit: 5)
    let stream = makeStream(
      store,
      wait: { passed in
        let now = Date(timeIntervalSince1970: 1_779_192_000)
        let event = NewEvent(severity: .info, reason: "test", message: "\(passed)")
        if passed == 3 { try await store.record(event, at: now) }
        if passed == 5 {
          let request = RunRequest(host: try HostName(text: "web-1"), kind: .backup, trigger: .web, reason: "asked")
          _ = try await store.queue(request, at: now)
        }
      })
    await #expect(throws: (any Error).self) { try await stream.send(to: sink) }
    #expect(
      sink.pieces == [
        "retry: 3000\n\n", Self.change(1, 1, 1), Self.change(1, 1, 2), Self.change(2, 2, 2), ": keep-alive\n\n",
      ])
  }

  @Test func `a reader whose session has ended is sent off`() async throws {
    let asked = Locked(0)
    let stream = makeStream(
      try await store(),
      isAdmitted: {
        asked.with { asked in
          asked += 1
          return asked < 2
        }
      })
    let sink = CountingSink(limit: 100)
    try await stream.send(to: sink)
    #expect(asked.with { $0 } == 2, "asked every thirty seconds")
    #expect(sink.pieces.count < 8)
  }

  @Test func `many readers cost one look`() async throws {
    let looks = Locked(0)
    let elapsed = Locked(0.0)
    let remembered = Remembered(for: 1, by: ElapsedClock { elapsed.with { $0 } }) {
      for _ in 0..<20 { await Task.yield() }
      return looks.with { looks in
        looks += 1
        return looks
      }
    }
    let found = try await withThrowingTaskGroup(of: Int.self) { group in
      for _ in 0..<50 { group.addTask { try await remembered.value } }
      return try await group.reduce(into: Set<Int>()) { $0.insert($1) }
    }
    #expect(found == [1])
    elapsed.with { $0 = 1 }
    #expect(try await remembered.value == 2)
  }

  @Test func `a look that failed is tried again by the next who asks`() async throws {
    struct Away: Error {}
    let looks = Locked(0)
    let remembered = Remembered(for: 1, by: ElapsedClock { 0 }) {
      let count = looks.with { looks in
        looks += 1
        return looks
      }
      if count == 1 { throw Away() }
      return count
    }
    await #expect(throws: Away.self) { _ = try await remembered.value }
    #expect(try await remembered.value == 2)
  }

  @Test func `what was forgotten while it was made is made anew`() async throws {
    let made = Locked(0)
    let begun = DispatchSemaphore(value: 0)
    let goOn = DispatchSemaphore(value: 0)
    let remembered = Remembered(for: 1, by: ElapsedClock { 0 }) {
      let number = made.with { made in
        made += 1
        return made
      }
      if number == 1 {
        begun.signal()
        try await blocking { goOn.wait() }
      }
      return number
    }
    async let first = remembered.value
    try await blocking { begun.wait() }
    await remembered.forget()
    #expect(try await remembered.value == 2, "nobody who has changed something is told of what was before")
    goOn.signal()
    #expect(try await first == 1)
    #expect(try await remembered.value == 2)
  }

  @Test func `places are limited, in all and of one account, and free again when nobody holds them`() {
    let places = Places(limit: 3, ofOne: 2)
    var held = [places.take(for: "ann"), places.take(for: "ann")]
    #expect(held.allSatisfy { $0 != nil } && places.count == 2)
    #expect(places.take(for: "ann") == nil && places.count == 2)
    let other = places.take(for: "bob")
    #expect(other != nil && places.count == 3)
    #expect(places.take(for: "cy") == nil)
    held.removeLast()
    #expect(places.count == 2)
    let again = places.take(for: "ann")
    #expect(again != nil && places.count == 3)
    withExtendedLifetime((held, other, again)) {}
  }

  @Test func `the server streams to whoever is signed in, and ends with the server`() async throws {
    try await withWeb(routes: Route.signIn + Route.streamRoutes) { web in
      #expect(try await web.stranger.get("/api/stream").status == 401)
      let reader = try await web.reader(.viewer)
      let port = web.client.port
      let cookie = reader.headers["Cookie"] ?? ""
      try await blocking {
        let socket = try WebSocket(port)
        defer { socket.close() }
        socket.send(Array("GET /api/stream HTTP/1.1\r\nHost: 127.0.0.1\r\nCookie: \(cookie)\r\n\r\n".utf8))
        var text = ""
        while !text.contains("event: change"), let piece = try socket.read() {
          text += String(decoding: piece, as: UTF8.self)
        }
        #expect(text.hasPrefix("HTTP/1.1 200"))
        #expect(text.lowercased().contains("content-type: text/event-stream"))
        #expect(text.contains("retry: 3000\n\n"))
        #expect(text.contains(#"data: {"runs":1,"hosts":1,"events":1}"#))
      }
    }
  }

  @Test func `when all places are taken a reader is told to come back`() async throws {
    try await withWeb(routes: Route.signIn + Route.streamRoutes) { web in
      let held = (0..<200).map { web.site.machines.streams.take(for: "reader-\($0 / 40)") }
      let answer = try await web.program(.viewer).get("/api/stream")
      #expect(answer.status == 503)
      #expect(answer.header("retry-after") == "30")
      #expect(held.count == 200)
    }
  }
}
