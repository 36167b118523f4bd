// Threads that are nobody else's, so that they may leave the processors to whoever else has something to do.

import Glibc

enum DedicatedThread {
  private final class Body: Sendable {
    let run: @Sendable () -> Void
    let niceness: Int32

    init(_ run: @escaping @Sendable () -> Void, niceness: Int32) {
      self.run = run
      self.niceness = niceness
    }
  }

  /// Runs `body` on a new thread, which ends with it.
  ///
  /// - Parameter niceness: 0 to 19, the readiest to yield. On Linux it is that of a thread, and of the threads that this one
  ///   starts, of Dispatch's too. It is only ever raised, for which nobody needs a right.
  /// - Returns: false if no thread can be had; then nothing was run.
  static func start(niceness: Int32, _ body: @escaping @Sendable () -> Void) -> Bool {
    let held = Unmanaged.passRetained(Body(body, niceness: niceness))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { held in
        guard let held else { return nil }
        let body = Unmanaged<Body>.fromOpaque(held).takeRetainedValue()
        if body.niceness > 0 { _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, body.niceness) }
        body.run()
        return nil
      }, held.toOpaque())
    guard code == 0 else {
      held.release()
      return false
    }
    pthread_detach(thread)
    return true
  }
}
