// Threads that leave the processors to whoever else has something to do.

import Glibc

enum YieldingThread {
  /// Of a thread, on Linux. It is only ever raised, for which nobody needs a right; so the thread is nobody else's.
  private static let niceness: Int32 = 10

  /// Runs `body` on a new thread, which ends with it.
  ///
  /// - Returns: false if no thread can be had; then nothing was run.
  static func start(_ body: @escaping @Sendable () -> Void) -> Bool {
    final class Body: Sendable {
      let run: @Sendable () -> Void
      init(_ run: @escaping @Sendable () -> Void) { self.run = run }
    }
    let held = Unmanaged.passRetained(Body(body))
    var thread = pthread_t()
    let code = pthread_create(&thread, nil, { held in
      _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, YieldingThread.niceness)
      if let held { Unmanaged<Body>.fromOpaque(held).takeRetainedValue().run() }
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
