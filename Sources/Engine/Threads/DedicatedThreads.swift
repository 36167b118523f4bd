// Threads of their own for what computes for a while: a round of planning for a whole fleet, a page that is made anew. Nobody
// who asks for something small waits meanwhile for the threads that Swift's tasks share.

import Dispatch
import Foundation

/// Runs tasks on as many threads as there are processors, and two at least.
package final class DedicatedThreads: TaskExecutor {
  private struct Item: Sendable {
    let job: UnownedJob
    /// Alive as long as something is to be run on it.
    let executor: DedicatedThreads
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
  /// How many threads there are; none, if none was to be had.
  private let count: Int

  /// - Parameter niceness: 0 to 19, the readiest to yield their processors.
  package init(niceness: Int32) {
    let wanted = max(2, ProcessInfo.processInfo.activeProcessorCount)
    count = (0..<wanted).count { [line] _ in
      DedicatedThread.start(niceness: niceness) {
        while let item = line.next() { item.job.runSynchronously(on: item.executor.asUnownedTaskExecutor()) }
      }
    }
  }

  deinit {
    for _ in 0..<count { line.arrivals.signal() }
  }

  package func enqueue(_ job: consuming ExecutorJob) {
    let item = Item(job: UnownedJob(job), executor: self)
    guard count > 0 else {
      DispatchQueue.global().async { item.job.runSynchronously(on: item.executor.asUnownedTaskExecutor()) }
      return
    }
    line.items.with { $0.append(item) }
    line.arrivals.signal()
  }
}
