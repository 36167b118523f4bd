// The environment of everything that acts: the store, the clock, and how transfers are run.

package import Engine
package import Spec
package import Store

/// What the loop and the worker need of the outside world.
package struct Environment: Sendable {
  package let store: Store
  package let clock: WallClock
  package let runner: ProcessRunner
  package let sshDefaults: SSHDefaults
  /// Who acts, for the record: the name of the account that runs the program.
  package let actor: String

  package init(store: Store, clock: WallClock, runner: ProcessRunner, sshDefaults: SSHDefaults, actor: String) {
    self.store = store
    self.clock = clock
    self.runner = runner
    self.sshDefaults = sshDefaults
    self.actor = actor
  }
}

/// The settings lack what cannot be done without.
package struct BackupRootUnset: Error, Sendable, CustomStringConvertible {
  package let description =
    "no backup root is set: give `settings: {backup_root: …}` in a spec, or run `pobsync configure-global --backup-root DIR`"

  package init() {}
}

extension Environment {
  /// The backup root, checked against what the store remembers of it, and marked on first use.
  package func backupRoot(of settings: Settings?) async throws -> BackupRoot {
    guard let path = settings?.backupRoot else { throw BackupRootUnset() }
    let expected = try await store.rootID(of: path)
    let now = clock.now
    let root = try await blocking {
      var generator = SystemRandomNumberGenerator()
      return try BackupRoot.open(path, expected: expected, now: now, using: &generator)
    }
    if expected == nil {
      // Of two that take a root into use at the same time, the one that the store remembers is right.
      guard try await store.rememberRoot(path, id: root.id, at: now) == root.id else {
        throw BackupRootError.another(path)
      }
    }
    return root
  }

  /// The backup root for looking only: nothing is marked.
  package func rootState(of settings: Settings?) async throws -> RootState {
    guard let path = settings?.backupRoot else { return .unset }
    let expected = try await store.rootID(of: path)
    return try await blocking { try BackupRoot.peek(path, expected: expected) }.map(RootState.ready) ?? .unused(path)
  }
}
