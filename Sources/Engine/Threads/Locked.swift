// A value behind a lock, for the few places that streams from other threads feed. NSLock, for the thread sanitizer
// understands it.

import Foundation

/// Gives one caller at a time access to a value.
package final class Locked<Value>: @unchecked Sendable {
  // Sendable although it holds mutable state, because that state is reached only while the lock is held.
  private let lock = NSLock()
  private var value: Value

  package init(_ value: Value) { self.value = value }

  package func with<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
