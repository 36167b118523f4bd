// The cache of rendered pages: many readers of one page make it once, however many they are, and mostly none of them waits
// for that.

import Engine

/// Keeps what was rendered for a moment.
actor ViewCache {
  /// What there is of one page: what was made of it, and what is on its way.
  private struct Entry {
    var page: Page?
    /// The page is no older than it may be until then.
    var until = -Double.infinity
    var making: Task<Page, any Error>?
  }

  private let renderer: Renderer
  private let clock: ElapsedClock
  /// Where pages are made: whoever is shown what there is does not wait for that.
  private let threads: DedicatedThreads
  private var entries: [String: Entry] = [:]
  /// How often everything has been forgotten.
  private var age = 0
  /// Queries are whatever readers make up, so that keys have no end.
  private static let most = 256

  init(renderer: Renderer, clock: ElapsedClock, threads: DedicatedThreads) {
    self.renderer = renderer
    self.clock = clock
    self.threads = threads
  }

  /// The page with its content rendered. Who asks for one that is over is shown it for as long again, while it is made anew.
  ///
  /// - Parameters:
  ///   - key: everything that the page depends on but time and store: the path, values of the query, the role.
  ///   - seconds: how long it is shown before it is made anew.
  func page(
    key: String, lasting seconds: Double, _ make: @escaping @Sendable () async throws -> Page
  ) async throws -> Page {
    let (entry, now) = (entries[key] ?? Entry(), clock.now)
    if let page = entry.page, now < entry.until { return page }
    let making = entry.making ?? begin(key, lasting: seconds, make)
    if let page = entry.page, now < entry.until + seconds { return page }
    return try await making.value
  }

  /// Makes every page anew from now on: something was changed, and whoever did wants to see it.
  func forget() {
    entries = [:]
    age += 1
  }

  /// Makes the page in a task of its own: the reader who came first may give up while others wait for the same.
  private func begin(
    _ key: String, lasting seconds: Double, _ make: @escaping @Sendable () async throws -> Page
  ) -> Task<Page, any Error> {
    makeRoom()
    let (begun, until) = (age, clock.now + seconds)
    let making = Task {
      do {
        let page = try await Self.rendered(make, renderer, on: threads)
        // One that was long in the making is over at once, and shown while the next is made.
        if age == begun { entries[key] = Entry(page: page, until: max(until, clock.now)) }
        return page
      } catch {
        if age == begun { attemptFailed(key) }
        throw error
      }
    }
    entries[key, default: Entry()].making = making
    return making
  }

  /// Off the actor, so that no page waits for another.
  private static func rendered(
    _ make: @escaping @Sendable () async throws -> Page, _ renderer: Renderer, on threads: DedicatedThreads
  ) async throws -> Page {
    try await withTaskExecutorPreference(threads) { try await make().rendered(by: renderer) }
  }

  /// What there was may be shown on.
  private func attemptFailed(_ key: String) {
    entries[key]?.making = nil
    if entries[key]?.page == nil { entries[key] = nil }
  }

  private func makeRoom() {
    guard entries.count >= Self.most else { return }
    let now = clock.now
    entries = entries.filter { _, entry in entry.making != nil || now < entry.until }
    guard entries.count >= Self.most else { return }
    entries = entries.filter { _, entry in entry.making != nil }
  }
}
