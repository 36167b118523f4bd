// The cache of rendered pages: many readers of one page make it once, however many they are.

import Engine

/// Keeps what was rendered for a moment.
actor ViewCache {
  private enum Entry {
    case ready(Page, until: Double)
    case rendering(Task<Page, any Error>)
  }

  private let renderer: Renderer
  private let clock: ElapsedClock
  private var entries: [String: Entry] = [:]
  /// How often everything has been forgotten.
  private var age = 0
  /// Queries are whatever readers make up, so that keys have no end.
  private static let most = 256

  init(renderer: Renderer, clock: ElapsedClock) {
    self.renderer = renderer
    self.clock = clock
  }

  /// The page with its content rendered.
  ///
  /// - Parameters:
  ///   - key: everything that the page depends on but time and store: the path, values of the query, the role.
  ///   - seconds: how long it is shown before it is made anew.
  func page(
    key: String, lasting seconds: Double, _ make: @escaping @Sendable () async throws -> Page
  ) async throws -> Page {
    switch entries[key] {
    case .ready(let page, let until)? where clock.now < until: return page
    case .rendering(let task)?: return try await task.value
    case .ready?, nil: break
    }
    // A task of its own: the reader who came first may give up while others wait for the same.
    let task = Task { [renderer] in try await Self.render(make, renderer) }
    makeRoom()
    entries[key] = .rendering(task)
    let begun = age
    do {
      let page = try await task.value
      if age == begun { entries[key] = .ready(page, until: clock.now + seconds) }
      return page
    } catch {
      if age == begun { entries[key] = nil }
      throw error
    }
  }

  /// Makes every page anew from now on: something was changed, and whoever did wants to see it.
  func forget() {
    entries = [:]
    age += 1
  }

  /// Off the actor, so that one page does not wait for another.
  private static func render(
    _ make: @Sendable () async throws -> Page, _ renderer: Renderer
  ) async throws -> Page {
    try await make().rendered(by: renderer)
  }

  private func makeRoom() {
    guard entries.count >= Self.most else { return }
    let now = clock.now
    entries = entries.filter { _, entry in
      switch entry {
      case .ready(_, let until): now < until
      case .rendering: true
      }
    }
    guard entries.count >= Self.most else { return }
    entries = entries.filter { _, entry in
      if case .rendering = entry { true } else { false }
    }
  }
}
