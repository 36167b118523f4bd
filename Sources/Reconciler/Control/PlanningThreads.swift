// Threads of their own for planning, at a low priority: a round for a whole fleet computes for a while, and whoever asks for
// a page meanwhile shall wait neither for the threads that Swift's tasks share, nor for a processor.

import Dispatch
import Engine
import Foundation
import Glibc

/// Runs the tasks of a control loop.
final class PlanningThreads: TaskExecutor {
  private struct Item: Sendable {
    let job: UnownedJob
    /// Alive as long as something is to be run on it.
    let executor: PlanningThreads
  }

  /// What is to be run, in order. The threads end when they are woken for nothing.
  private final class Line: Sendable {
    let items = Locked([Item]())
    let arrivals = DispatchSemaphore(value: 0)

    func next() -> Item? {
      arrivals.wait()
      return items.with { $0.isEmpty ? nil : $0.removeFirst() }
    }
  }

  private let line = Line()
  private let count = max(2, ProcessInfo.processInfo.activeProcessorCount)
  private static let niceness: Int32 = 5

  init() {
    for _ in 0..<count {
      Thread.detachNewThread { [line] in
        // Of a thread, on Linux. It may only ever be raised, for which nobody needs a right.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, Self.niceness)
        while let item = line.next() { item.job.runSynchronously(on: item.executor.asUnownedTaskExecutor()) }
      }
    }
  }

  deinit {
    for _ in 0..<count { line.arrivals.signal() }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let item = Item(job: UnownedJob(job), executor: self)
    line.items.with { $0.append(item) }
    line.arrivals.signal()
  }
}
