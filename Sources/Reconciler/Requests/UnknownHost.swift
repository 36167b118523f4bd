// What is asked for by a name that nobody knows.

package import Engine
package import Spec

/// There is no host of a name.
package struct UnknownHost: Error, Sendable, Hashable, CustomStringConvertible {
  package let host: HostName
  /// The name of a declared host of which it is most likely a slip.
  package let near: String?

  package init(_ host: HostName, among spec: Spec) {
    self.host = host
    near = nearest(to: host.description, among: spec.hosts.keys.map(\.description))
  }

  package var description: String {
    "there is no host \(host.description.quoted)"
      + (near.map { "; did you mean \($0.quoted)?" } ?? "; `pobsync get hosts` lists those that are declared")
  }
}

/// A host has no such snapshot, or not any more.
package struct UnknownSnapshot: Error, Sendable, Hashable, CustomStringConvertible {
  package let host: HostName
  package let snapshot: SnapshotID

  package init(_ snapshot: SnapshotID, of host: HostName) {
    self.host = host
    self.snapshot = snapshot
  }

  package var description: String {
    "host \(host) has no snapshot \(snapshot); `pobsync get snapshots --host \(host)` lists those that there are"
  }
}
