// Servers that fall silent while something is waited for, as when they are restarted: they are asked again for a while.

import Engine

/// What was asked has had no answer, for a reason that may pass.
struct ServerSilence: Error, CustomStringConvertible {
  let description: String

  init(_ description: String) { self.description = description }
}

/// After which pauses a silent server is asked again, and for how long.
struct Patience: Sendable {
  /// After the first time that there was no answer. Each further pause is twice as long as the one before.
  var firstPause = Duration.seconds(1)
  var longestPause = Duration.seconds(15)
  /// How long a silence may last.
  var limit = Duration.seconds(300)
  /// What an attempt has at least, however late it is: a machine may sleep meanwhile.
  var shortestAttempt = Duration.seconds(10)
  var clock = ElapsedClock.system
  var sleep: @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }

  /// Reads something, again and again while the server is silent. Only for what may be asked twice.
  ///
  /// - Parameters:
  ///   - tell: is told once that the server is silent, and once that it answers again.
  ///   - read: asks once; it is given how long that may take.
  /// - Throws: `ServerSilence` when the silence has lasted too long; anything else at once.
  func ask<Answer>(
    telling tell: (String) -> Void, _ read: (_ limit: Duration) async throws -> Answer
  ) async throws -> Answer {
    let start = clock.now
    var attempts = 0
    while true {
      attempts += 1
      do {
        let answer = try await read(max(limit - elapsed(since: start), shortestAttempt))
        if attempts > 1 { tell("the server answers again") }
        return answer
      } catch let reason as ServerSilence {
        let silence = elapsed(since: start)
        guard let pause = self.pause(after: attempts, silence: silence) else {
          if attempts == 1 { throw reason }
          throw ServerSilence("\(reason) (asked \(attempts) times in \((silence / .seconds(1)).shownAsDuration))")
        }
        if attempts == 1 { tell("the server does not answer, and is asked again (\(reason))") }
        try await sleep(pause)
      }
    }
  }

  /// The pause after so many attempts in vain.
  ///
  /// - Parameter silence: for how long there has been no answer.
  /// - Returns: nil if no time is left for another.
  func pause(after attempts: Int, silence: Duration) -> Duration? {
    var pause = firstPause
    for _ in 1..<max(1, attempts) where pause < longestPause { pause += pause }
    return silence < limit ? min(pause, longestPause, limit - silence) : nil
  }

  private func elapsed(since start: Double) -> Duration { .seconds(clock.now - start) }
}
