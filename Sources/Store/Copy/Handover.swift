// A handover: what one thread reads goes to another that writes it, a few pieces at a time, so that neither a connection
// changes threads nor a whole database stands in memory.

import Foundation

/// Hands pieces from one blocking thread to another, in their order.
///
/// Sendable although it holds mutable state, because that state is reached only while the condition's lock is held.
final class Handover<Piece: Sendable>: @unchecked Sendable {
  private let condition = NSCondition()
  private var pieces: [Piece] = []
  private let capacity: Int
  private var isTaken = false
  /// Set once nothing more comes, or nothing more is wanted.
  private var end: Result<Void, any Error>?

  init(capacity: Int) { self.capacity = capacity }

  /// Hands a piece over, as soon as there is room for it.
  /// - Throws: why nothing more is wanted.
  func put(_ piece: Piece) throws {
    condition.lock()
    defer { condition.unlock() }
    while pieces.count >= capacity, end == nil { condition.wait() }
    if case .failure(let error) = end { throw error }
    pieces.append(piece)
    condition.broadcast()
  }

  /// The next piece; nil once there are no more.
  /// - Throws: why the rest does not come.
  func take() throws -> Piece? {
    condition.lock()
    defer { condition.unlock() }
    while pieces.isEmpty, end == nil { condition.wait() }
    if case .failure(let error) = end { throw error }
    guard !pieces.isEmpty else { return nil }
    condition.broadcast()
    return pieces.removeFirst()
  }

  /// Notes that somebody begins to take.
  /// - Returns: false if somebody has before, who may have taken pieces that do not come again.
  func begin() -> Bool {
    condition.lock()
    defer { condition.unlock() }
    defer { isTaken = true }
    return !isTaken
  }

  /// Ends it: without an error by whoever puts, once all is put; with one by either side. The first end counts.
  func finish(_ result: Result<Void, any Error> = .success(())) {
    condition.lock()
    defer { condition.unlock() }
    if case .failure = end { return }
    end = result
    condition.broadcast()
  }
}
