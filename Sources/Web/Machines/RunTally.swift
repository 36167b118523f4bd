// Counting runs as they end. The store forgets old runs, so that what it holds is no number that only grows; what has
// been seen to end since this process began is.

import Store

/// Tells of runs, looked at again and again, which have ended since the first look.
struct RunTally: Sendable {
  struct Outcome: Sendable, Hashable {
    let kind: RunKind
    let state: RunState
  }

  /// How many have ended like this.
  private(set) var ended: [Outcome: Int] = [:]
  /// The number that the next run gets at the earliest.
  private(set) var next: Int64
  /// The runs that had not ended at the last look.
  private(set) var unfinished: Set<Int64> = []

  /// - Parameter next: what ended before any run of this number was queued, and was not seen, is not counted.
  init(next: Int64) { self.next = next }

  /// - Parameter marks: the runs from the number `next` on, those that have not ended, and those that had not.
  mutating func take(_ marks: [RunMark]) {
    for mark in marks where mark.state.isFinished && (mark.id >= next || unfinished.contains(mark.id)) {
      ended[Outcome(kind: mark.kind, state: mark.state), default: 0] += 1
    }
    unfinished = Set(marks.filter { !$0.state.isFinished }.map(\.id))
    next = max(next, (marks.map(\.id).max() ?? 0) + 1)
  }
}
