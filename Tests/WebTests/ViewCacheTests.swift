// The cache of rendered pages: who waits, who is shown what there is, and how old that may be.

import Dispatch
import Engine
import Support
import Testing

@testable import Web

@Suite struct ViewCacheTests {
  private struct Numbered: Sendable {
    let number: Int
  }

  private struct Broken: Error {}

  /// A cache of one page that tells how often it has been made.
  private struct Fixture {
    let elapsed = Locked(0.0)
    let made = Locked(0)
    let cache: ViewCache
    let template = Template(name: "numbered", source: "{{number}}")
    /// Called with the number of the page before it is made.
    var before: @Sendable (Int) async throws -> Void = { _ in }
    /// How often a page was made or could not be.
    let ended = Locked(0)

    init() throws {
      cache = ViewCache(
        renderer: try Renderer([template]), clock: ElapsedClock { [elapsed] in elapsed.with { $0 } },
        threads: DedicatedThreads(niceness: 0))
    }

    func shown() async throws -> String {
      let page = try await cache.page(key: "page", lasting: 1) { [made, ended, before, template] in
        let number = made.with { made in
          made += 1
          return made
        }
        defer { ended.with { $0 += 1 } }
        try await before(number)
        return Page("Numbered", in: .none, template, Numbered(number: number))
      }
      guard case .rendered(let html) = page.content else { return "not rendered" }
      return html
    }

    func expect(_ html: String, _ words: Comment? = nil, sourceLocation: SourceLocation = #_sourceLocation) async throws
    {
      let shown = try await shown()
      #expect(shown == html, words, sourceLocation: sourceLocation)
    }

    func move(to seconds: Double) { elapsed.with { $0 = seconds } }

    /// Waits until so many pages were asked for.
    func waitUntilMade(_ count: Int) async throws {
      try await poll { made.with { $0 } >= count }
    }
  }

  @Test func `many readers make a page once`() async throws {
    var fixture = try Fixture()
    fixture.before = { _ in for _ in 0..<20 { await Task.yield() } }
    let found = try await withThrowingTaskGroup(of: String.self) { [fixture] group in
      for _ in 0..<50 { group.addTask { try await fixture.shown() } }
      return try await group.reduce(into: Set<String>()) { $0.insert($1) }
    }
    #expect(found == ["1"])
    fixture.move(to: 0.9)
    try await fixture.expect("1")
  }

  @Test func `what is over is shown while it is made anew, and nobody waits`() async throws {
    var fixture = try Fixture()
    let goOn = DispatchSemaphore(value: 0)
    fixture.before = { number in if number == 2 { try await blocking { goOn.wait() } } }
    try await fixture.expect("1")
    fixture.move(to: 1.5)
    for _ in 0..<3 { try await fixture.expect("1") }
    try await fixture.waitUntilMade(2)
    goOn.signal()
    try await poll { [fixture] in try await fixture.shown() == "2" }
    #expect(fixture.made.with { $0 } == 2)
  }

  @Test func `what is too old is waited for`() async throws {
    let fixture = try Fixture()
    try await fixture.expect("1")
    fixture.move(to: 2)
    try await fixture.expect("2")
  }

  @Test func `what cannot be made anew is shown until it is too old, and then the reason`() async throws {
    var fixture = try Fixture()
    let isBroken = Locked(true)
    fixture.before = { number in if number > 1, isBroken.with({ $0 }) { throw Broken() } }
    try await fixture.expect("1")
    fixture.move(to: 1.5)
    try await fixture.expect("1")
    try await fixture.waitUntilMade(2)
    // Whoever asks next may still meet the attempt that fails.
    try await poll {
      try await fixture.expect("1")
      return fixture.made.with { $0 } >= 3
    }
    fixture.move(to: 2)
    await #expect(throws: Broken.self) { _ = try await fixture.shown() }
    isBroken.with { $0 = false }
    try await poll { (try? await fixture.shown()) == "\(fixture.made.with { $0 })" }
  }

  @Test func `what was forgotten is shown to nobody, not even if it was on its way`() async throws {
    var fixture = try Fixture()
    let (begun, goOn) = (DispatchSemaphore(value: 0), DispatchSemaphore(value: 0))
    fixture.before = { number in
      guard number == 2 else { return }
      begun.signal()
      try await blocking { goOn.wait() }
    }
    try await fixture.expect("1")
    fixture.move(to: 1.5)
    try await fixture.expect("1")
    try await blocking { begun.wait() }
    await fixture.cache.forget()
    try await fixture.expect("3", "nobody who has changed something is shown what was before")
    goOn.signal()
    try await poll { fixture.ended.with { $0 } == 3 }
    // What was on its way would come into its place within this time, and stay there.
    for _ in 0..<20 {
      try await fixture.expect("3")
      try await Task.sleep(for: .milliseconds(5))
    }
  }

  @Test func `no page waits for another that is rendered`() async throws {
    /// A view that is not looked at before it may be.
    struct Slow: Sendable, CustomReflectable {
      let begun: DispatchSemaphore
      let goOn: DispatchSemaphore

      var customMirror: Mirror {
        begun.signal()
        goOn.wait()
        return Mirror(self, children: ["number": 7], displayStyle: .struct)
      }
    }
    let fixture = try Fixture()
    try await fixture.expect("1")
    let slow = Slow(begun: DispatchSemaphore(value: 0), goOn: DispatchSemaphore(value: 0))
    async let other = fixture.cache.page(key: "slow", lasting: 1) { [template = fixture.template] in
      Page("Slow", in: .none, template, slow)
    }
    try await blocking { slow.begun.wait() }
    try await fixture.expect("1")
    slow.goOn.signal()
    guard case .rendered("7") = try await other.content else {
      Issue.record("the slow page was not made")
      return
    }
  }
}
