// Changes of the desired state that reach beyond backups: into the backup server itself, or to whoever a secret is sent.
// Whoever may make them may as well be given the server's account, so ways in that know of roles keep them for admins.

extension SpecDifference {
  /// What is changed that only somebody may who is trusted with the backup server, as `settings/global backup_root`: which
  /// programs are run here and on hosts, which files are read as keys or trusted, where snapshots go, and whom pobsync tells
  /// with which secret.
  package var privileged: [String] {
    changes.filter { $0.kind == .created || $0.kind == .configured }.flatMap { change in
      change.id.kind == .notification
        ? ["\(change.id)"]
        : change.fields.filter { Self.privilegedPaths.contains($0.path) }.map { "\(change.id) \($0.path)" }
    }
  }

  private static let privilegedPaths: Set = [
    "backup_root", "rsync.binary", "rsync.remote_binary", "ssh.identity_file", "ssh.known_hosts_file",
  ]
}
