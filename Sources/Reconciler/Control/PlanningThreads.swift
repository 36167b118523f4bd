// Threads of their own for planning: a round for a whole fleet computes for a while, and whoever asks for a page meanwhile
// shall not wait for the threads that Swift's tasks share.

import Dispatch

/// Runs the tasks of a control loop.
final class PlanningThreads: TaskExecutor {
  private let queue = DispatchQueue(label: "pobsync.planning", attributes: .concurrent)

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
