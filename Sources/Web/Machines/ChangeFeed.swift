// The feed of changes: one look at the store a second for all who listen, and none while nobody does.

import Engine
import Store

/// How often things have changed, as this process has seen it.
struct ChangeCounts: Sendable, Hashable {
  var runs = 1
  var hosts = 1
  var events = 1
}

/// Looks whether anything has changed, at most once a second however many ask.
actor ChangeFeed {
  private let stamps: Remembered<ChangeStamps>
  private var last: ChangeStamps?
  private var counts = ChangeCounts()

  init(store: Store, elapsed: ElapsedClock) {
    // A little less than the pause, so that whoever asks after one is never told what was told before.
    stamps = Remembered(for: 0.9 * ChangeFeed.pause, by: elapsed) { try await store.changeStamps() }
  }

  /// In seconds: how long readers wait before they ask again.
  static let pause = 1.0

  /// Grows where something has changed since the last look.
  var latest: ChangeCounts {
    get async throws {
      let found = try await stamps.value
      if let last, found != last {
        if found.runs != last.runs { counts.runs += 1 }
        if found.hosts != last.hosts { counts.hosts += 1 }
        if found.events != last.events { counts.events += 1 }
      }
      last = found
      return counts
    }
  }
}
