// The environment of everything that acts: the store, the clocks, and how transfers are run.

package import Engine
package import Spec
package import Store

/// What controllers and workers need of the outside world.
package struct Environment: Sendable {
  package let store: Store
  package let clock: WallClock
  package let elapsed: ElapsedClock
  package let runner: ProcessRunner
  package let sshDefaults: SSHDefaults
  /// Who acts, for the record: the name of the account that runs the program.
  package let actor: String
  /// Which process acts, as leases name their holders.
  package let process: String

  package init(
    store: Store, clock: WallClock, elapsed: ElapsedClock, runner: ProcessRunner, sshDefaults: SSHDefaults,
    actor: String, process: String = ProcessIdentity.current.description
  ) {
    self.store = store
    self.clock = clock
    self.elapsed = elapsed
    self.runner = runner
    self.sshDefaults = sshDefaults
    self.actor = actor
    self.process = process
  }

  package var disk: EngineDisk { EngineDisk(store: store, clock: clock) }
  package var executor: EngineExecutor { EngineExecutor(self) }
  package var sshTools: SSHTools { SSHTools(runner: runner, defaults: sshDefaults) }

  /// The backup root, checked against what the store remembers of it, and marked on first use.
  /// - Throws: `BackupRootUnusable` if it is not set or cannot be used, `NotAdopted` if it is another program's still.
  package func backupRoot(of settings: Settings?) async throws -> BackupRoot {
    switch try await disk.root(of: settings) {
    case .ready(let root): return root
    case .unusable(let problem): throw BackupRootUnusable(description: problem)
    case .notAdopted(let path): throw NotAdopted(.root, at: path.description)
    case .unset, .unused: throw BackupRootUnusable.unset
    }
  }

  /// The directory of a host that is for looking only, because another program has made what is there; nil if it is the
  /// host's own.
  package func notAdoptedDirectory(of host: HostName, settings: Settings?) async throws -> HostDirectory? {
    switch try await disk.root(of: settings) {
    case .unset, .unused, .unusable: return nil
    case .notAdopted(let path): return HostDirectory(host, below: path)
    case .ready(let root):
      let directory = HostDirectory(host, in: root)
      return try await blocking { try directory.notAdopted() } == nil ? nil : directory
    }
  }
}

/// Nothing can be backed up, and why.
package struct BackupRootUnusable: Error, Sendable, CustomStringConvertible {
  package let description: String

  package init(description: String) { self.description = description }

  package static let unset = BackupRootUnusable(
    description:
      "no backup root is set: give `settings: {backup_root: …}` in a spec, or run `pobsync configure-global --backup-root DIR`"
  )
}
