// Answers that are remembered for a moment: however many ask, they cost one look in that time.

import Engine

/// Makes a value, and gives it to all who ask within a time.
actor Remembered<Value: Sendable> {
  private let seconds: Double
  private let elapsed: ElapsedClock
  private let make: @Sendable () async throws -> Value
  private var latest: (value: Value, madeAt: Double)?
  /// Under way; whoever comes meanwhile waits for it as well.
  private var making: Task<Value, any Error>?
  /// How often the value has been forgotten.
  private var age = 0

  /// - Parameter make: throws what those who wait are told; the next to ask lets it try again.
  init(for seconds: Double, by elapsed: ElapsedClock, _ make: @escaping @Sendable () async throws -> Value) {
    self.seconds = seconds
    self.elapsed = elapsed
    self.make = make
  }

  var value: Value {
    get async throws {
      if let latest, elapsed.now - latest.madeAt < seconds { return latest.value }
      if let making { return try await making.value }
      // Not a part of the task of whoever asks first: when that one goes, the others wait on.
      let task = Task { [make] in try await make() }
      making = task
      let begun = age
      defer { if age == begun { making = nil } }
      let value = try await task.value
      if age == begun { latest = (value, elapsed.now) }
      return value
    }
  }

  /// Makes it anew for whoever asks from now on, for what it is made of was changed.
  func forget() {
    (latest, making) = (nil, nil)
    age += 1
  }
}
