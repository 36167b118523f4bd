// The status report: how everything is at one time, as one value that the command line, the web and metrics all show.

package import Engine
package import Foundation
package import Spec
package import Store

package struct StatusReport: Sendable, Hashable {
  package var at: Date
  package var service: ServiceStatus
  package var backupRoot: BackupRootStatus
  package var hosts: HostCounts
  package var queue: QueueStatus
  package var running: [Run]
  /// Hosts whose last backup failed, or that cannot be backed up at all; those that are so for longest first.
  package var failed: [HostTrouble]
  /// Hosts that are not fresh, though no window keeps them waiting and no backup is queued or running.
  package var late: [HostTrouble]
  /// Hosts of which something goes on only when a person has looked at it.
  package var waiting: [HostTrouble]
  package var pauses: [PauseStatus]
  /// What is declared to be suspended, and why; what concerns most hosts first.
  package var suspensions: [SuspensionStatus]
  /// What declarations have asked for with `run_requested`; open ones first, then those that were seen to last.
  package var requests: [DeclaredRequest]
  package var nextFires: [NextFire]
}

extension ServiceStatus {
  /// False for a run whose worker has ended without having closed it: the next controller does.
  package func isAtWork(_ run: Run) -> Bool { workers.contains { $0.name == run.worker && $0.isAlive } }
}

/// The processes that do the work.
package struct ServiceStatus: Sendable, Hashable {
  /// The controller that leads, or did last; nil if there has never been one.
  package var controller: ServiceProcess?
  package var workers: [ServiceProcess]

  /// True if what is queued is carried out.
  package var hasWorker: Bool { workers.contains { $0.isAlive && $0.servesQueue } }
  /// True if plans are made and carried out.
  package var isThere: Bool { controller?.isAlive == true && hasWorker }
}

/// One process of the service.
package struct ServiceProcess: Sendable, Hashable {
  /// The name of its lease.
  package var name: String
  package var kind: Lease.Kind
  /// nil if it has ended in order, or is of another version.
  package var pid: Int32?
  package var machine: String?
  /// As far as can be told from here.
  package var isAlive: Bool
  /// False for a command that carries out a run of its own.
  package var servesQueue: Bool
  package var since: Date
  package var heardAt: Date
}

/// The disk that the snapshots are on.
package struct BackupRootStatus: Sendable, Hashable {
  package var path: AbsolutePath?
  package var space: DiskSpace?
  /// Why it cannot be used, if it cannot.
  package var problem: String?
  /// False while nothing is removed from it, because nobody has said yet that what was found there is ours.
  package var isAdopted = true

  package init(path: AbsolutePath? = nil, space: DiskSpace? = nil, problem: String? = nil) {
    self.path = path
    self.space = space
    self.problem = problem
  }
}

/// How many hosts there are of each sort. Each host is of one sort, the first that fits.
package struct HostCounts: Sendable, Hashable {
  package var declared = 0
  package var suspended = 0
  package var paused = 0
  package var failed = 0
  package var late = 0
  package var waiting = 0
  /// Not ready, but in order: something is queued, runs, or waits for its window.
  package var due = 0
  package var ready = 0
  /// The controller has not looked at them yet.
  package var unknown = 0
  /// Those that have changed since the controller last acted on them, of whatever sort.
  package var unobserved = 0
  /// Those that are declared no more and of which something is left; they are none of the others.
  package var retained = 0
}

/// The runs that wait for a worker.
package struct QueueStatus: Sendable, Hashable {
  package var length: Int
  /// The first of them, with why they wait.
  package var first: [QueuedRun]
}

package struct QueuedRun: Sendable, Hashable {
  package var run: Run
  package var waitsFor: String

  package init(run: Run, waitsFor: String) {
    self.run = run
    self.waitsFor = waitsFor
  }
}

/// What is not as it should be about a host.
package struct HostTrouble: Sendable, Hashable {
  package var host: HostName
  /// A stable code in words run together, as conditions have it.
  package var reason: String
  package var message: String
  package var since: Date
  /// When the newest good scheduled snapshot was begun. Not known of hosts that are fresh.
  package var newestGood: Date?
}

package struct PauseStatus: Sendable, Hashable {
  /// nil for everything.
  package var host: HostName?
  package var pause: Pause

  package init(host: HostName?, pause: Pause) {
    self.host = host
    self.pause = pause
  }
}

/// Hosts that are suspended by the same declaration.
package struct SuspensionStatus: Sendable, Hashable {
  package var suspension: Suspension
  /// How many hosts these are, and the first of them by name.
  package var count: Int
  package var hosts: [HostName]
}

/// The next firing of a schedule.
package struct NextFire: Sendable, Hashable {
  package var at: Date
  package var schedule: ResourceName
  /// How many hosts are backed up then, and the first of them by name.
  package var count: Int
  package var hosts: [HostName]
}
