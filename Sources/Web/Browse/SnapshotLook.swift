// Looking into snapshots from a page: on threads that may wait for the disk, and with words for what is not there.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

extension Site {
  /// A host's directory on the disk, for looking only: nothing is marked or made there.
  func directory(of host: HostName) async throws -> HostDirectory {
    guard let path = try await store.desired(of: host).spec.settings?.backupRoot else {
      throw BackupRootUnusable.unset
    }
    // What is not known yet may be another program's, and can be looked at as well.
    guard let expected = try await store.rootID(of: path) else { return HostDirectory(host, below: path) }
    guard let root = try await looking({ try BackupRoot.peek(path, expected: expected) }) else {
      return HostDirectory(host, below: path)
    }
    return HostDirectory(host, in: root)
  }

  func tree(of snapshot: SnapshotAddress) async throws -> SnapshotTree {
    let directory = try await directory(of: snapshot.host)
    return try await looking { try SnapshotTree(opening: snapshot.id, of: directory) }
  }

  /// Does something that waits for the disk.
  func looking<Result: Sendable>(_ body: @escaping @Sendable () throws -> Result) async throws -> Result {
    do {
      return try await machines.disk.read(body)
    } catch let error as SnapshotTreeError {
      throw WebProblem(looking: error)
    }
  }
}

extension Site {
  /// The right to one download, which lasts as long as the reader takes.
  func placeForDownload(_ request: WebRequest) throws(WebProblem) -> Place {
    guard let place = machines.downloads.take(for: request.actor) else {
      throw .tooBusy(
        "too_many_downloads", "Too much is being downloaded already", remedy: "try again when a download has ended")
    }
    return place
  }
}

extension WebProblem {
  fileprivate init(looking error: SnapshotTreeError) {
    switch error {
    case .noSnapshot, .notFound, .notADirectory, .behindLink:
      self.init(
        .notFound, "not_found", "That is not there", detail: "\(error)",
        remedy: "it may have been pruned: look at the list of snapshots")
    case .notAFile: self.init(.conflict, "not_a_file", "That cannot be downloaded", detail: "\(error)")
    case .deleted: self.init(.gone, "gone", "The snapshot is being deleted", detail: "\(error)")
    case .changed: self.init(.internalServerError, "changed", "The file cannot be read", detail: "\(error)")
    case .tooDeep: self.init(.conflict, "too_deep", "The directory cannot be archived", detail: "\(error)")
    }
  }
}
