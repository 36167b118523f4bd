// The part of a preflight that looks at the backup server's own disk. Nothing is made or marked there.

import Foundation
import Glibc
package import Spec

/// The backup root as a preflight is told of it.
package struct PreflightRoot: Sendable, Hashable {
  /// Nil where the settings name none.
  package let path: AbsolutePath?
  /// The id that the store remembers for it; nil if it has never seen it.
  package let expectedID: String?
  /// The name that the host's directory still bears, if the host was renamed and it was not yet.
  package let formerName: HostName?

  package init(path: AbsolutePath?, expectedID: String?, formerName: HostName? = nil) {
    self.path = path
    self.expectedID = expectedID
    self.formerName = formerName
  }

  /// The host's directory, to look at.
  func directory(of host: HostName) -> HostDirectory? {
    path.map { HostDirectory(formerName ?? host, below: $0) }
  }
}

struct DiskChecks: Sendable {
  let host: EffectiveHost
  let root: PreflightRoot
  let now: Date

  func run() -> (checks: [PreflightCheck], facts: HostDiskFacts?) {
    guard let path = root.path, let directory = root.directory(of: host.name) else {
      let unset = PreflightCheck(
        .backupRoot, .failed, "no backup root is set",
        remedy: "give `settings: {backup_root: …}` in a spec, or `pobsync configure-global --backup-root DIR`",
        blocks: .backup)
      return ([unset] + skipped + [localRsync], nil)
    }
    let rootCheck = backupRoot(path)
    guard rootCheck.outcome != .failed || Disk.leadsToDirectory(path.description) else {
      return ([rootCheck] + skipped + [localRsync], nil)
    }
    let place = Disk.leadsToDirectory(path.description) ? path.description : parent(of: path)
    let (snapshots, facts) = snapshotCheck(in: directory)
    let checks = [
      rootCheck, writable(place, directory), space(at: place), inodes(at: place), hostDirectory(directory), snapshots,
      localRsync,
    ]
    return (checks, facts)
  }

  private static let belowRoot: [PreflightCheck.Name] = [.writable, .space, .inodes, .hostDirectory, .snapshots]

  private var skipped: [PreflightCheck] {
    Self.belowRoot.map { PreflightCheck($0, .skipped, "the backup root comes first") }
  }

  private func parent(of path: AbsolutePath) -> String { (path.description as NSString).deletingLastPathComponent }

  // MARK: - The root

  private func backupRoot(_ path: AbsolutePath) -> PreflightCheck {
    do {
      if try BackupRoot.peek(path, expected: root.expectedID) != nil {
        return PreflightCheck(.backupRoot, .ok, "\(path) is there, and marked")
      }
      guard Disk.leadsToDirectory(path.description) else {
        guard Disk.leadsToDirectory(parent(of: path)) else {
          throw BackupRootError.parentMissing(path, parent(of: path))
        }
        return PreflightCheck(.backupRoot, .ok, "\(path) is not there yet; the first run makes it")
      }
      guard try !BackupRoot.isOfAnother(path) else {
        return PreflightCheck(
          .backupRoot, .failed, "\(path) holds snapshots that another program has made, and nobody has adopted it",
          remedy: "`pobsync adopt` shows them, and takes the root into use once you have said that they are ours",
          blocks: .backup)
      }
      return PreflightCheck(.backupRoot, .ok, "\(path) is there; the first run marks it")
    } catch {
      return PreflightCheck(.backupRoot, .failed, "\(error)", blocks: .backup)
    }
  }

  private func writable(_ place: String, _ directory: HostDirectory) -> PreflightCheck {
    let places = [place] + (Disk.exists(directory.path) ? [directory.path] : [])
    for place in places where access(place, W_OK | X_OK) != 0 {
      let why = String(cString: strerror(errno))
      return PreflightCheck(
        .writable, .failed, "\(place) cannot be written: \(why)",
        remedy: "mount it for writing, or let the account \(NSUserName()) write there", blocks: .backup)
    }
    return PreflightCheck(.writable, .ok, "\(places.joined(separator: " and ")) can be written")
  }

  private func space(at place: String) -> PreflightCheck {
    do {
      let space = try Disk.space(at: place)
      let found = "\(space.available.shownAsSize) are free of \(space.total.shownAsSize)"
      guard let least = host.minFree else { return PreflightCheck(.space, .ok, "\(found); no `min_free` is set") }
      guard space.available < least.bytes else {
        return PreflightCheck(.space, .ok, "\(found), and `min_free` asks for \(least)")
      }
      return PreflightCheck(
        .space, .failed, "only \(found), and `min_free` asks for \(least)", remedy: "free space, or lower `min_free`",
        blocks: .backup)
    } catch {
      return PreflightCheck(.space, .failed, "\(error)", blocks: .backup)
    }
  }

  /// Hard links need none, but every directory of every snapshot does.
  private func inodes(at place: String) -> PreflightCheck {
    do {
      guard let inodes = try Disk.inodes(at: place) else {
        return PreflightCheck(.inodes, .ok, "the file system sets no limit")
      }
      let found = "\(inodes.available) are free of \(inodes.total)"
      let remedy = "lower the retention of some hosts; each directory of each snapshot takes one"
      if inodes.available == 0 { return PreflightCheck(.inodes, .failed, found, remedy: remedy, blocks: .backup) }
      let isScarce = inodes.available < inodes.total / 20
      return PreflightCheck(.inodes, isScarce ? .warning : .ok, found, remedy: isScarce ? remedy : nil)
    } catch {
      return PreflightCheck(.inodes, .failed, "\(error)", blocks: .backup)
    }
  }

  // MARK: - The host

  private func hostDirectory(_ directory: HostDirectory) -> PreflightCheck {
    let name = PreflightCheck.Name.hostDirectory
    guard Disk.exists(directory.path) else {
      return PreflightCheck(name, .ok, "\(directory.path) is not there yet; the first backup makes it")
    }
    do {
      try directory.checkLayout()
      try directory.checkOwner()
      if try directory.notAdopted() != nil {
        return PreflightCheck(
          name, .failed, "\(directory.path) holds snapshots that another program has made",
          remedy:
            "`pobsync adopt \(host.name)` shows them, and takes them over once you have said that they are its own",
          blocks: .backup)
      }
      let isFree = try HostLock.isFree(directory)
      let rename = root.formerName.map { "; it is still that of \($0), and the next run renames it" } ?? ""
      return PreflightCheck(
        name, .ok, "\(directory.path) is the host's own\(rename)" + (isFree ? "" : "; a run is at work on it just now"))
    } catch {
      return PreflightCheck(name, .failed, "\(error)", blocks: .backup)
    }
  }

  private func snapshotCheck(in directory: HostDirectory) -> (PreflightCheck, HostDiskFacts?) {
    do {
      guard try Disk.isDirectory(directory.path) else {
        return (
          PreflightCheck(.snapshots, .ok, "none; the first backup copies everything"),
          HostDiskFacts(directory: directory.path, isThere: false)
        )
      }
      let inventory = try directory.inventory()
      let base = try directory.base(now: now)
      let facts = HostDiskFacts(
        directory: directory.path, isThere: true, scheduled: inventory.snapshots.count { $0.id.kind == .scheduled },
        manual: inventory.snapshots.count { $0.id.kind == .manual }, unfinished: inventory.incomplete.count,
        trash: inventory.trash.count, leftAlone: inventory.leftAlone.count, newest: inventory.snapshots.last?.id,
        base: base?.id)
      let counts = "\(facts.scheduled) scheduled, \(facts.manual) manual, \(facts.unfinished) unfinished"
      guard let base else {
        let isNew = inventory.snapshots.isEmpty
        return (
          PreflightCheck(
            .snapshots, isNew ? .ok : .warning,
            "\(counts); \(isNew ? "" : "none is known to be whole, so ")the next one copies everything"), facts
        )
      }
      return (PreflightCheck(.snapshots, .ok, "\(counts); the next one is linked against \(base.id)"), facts)
    } catch {
      return (PreflightCheck(.snapshots, .failed, "\(error)", blocks: .backup), nil)
    }
  }

  // MARK: - rsync

  private var localRsync: PreflightCheck {
    do {
      let program = try RsyncProgram.find(host.rsync.binary)
      guard let version = RsyncVersion(program.version) else {
        return PreflightCheck(.localRsync, .warning, "\(program.path) does not tell its version")
      }
      let found = "\(program.path) has version \(program.version)"
      guard version >= .oldestUsable else {
        return PreflightCheck(
          .localRsync, .failed, found, remedy: "install \(RsyncVersion.oldestUsable) or later", blocks: .dryRun)
      }
      guard let hole = RsyncHole.first(of: version, .here) else { return PreflightCheck(.localRsync, .ok, found) }
      return PreflightCheck(
        .localRsync, .warning, "\(found), which \(hole.description)",
        remedy: "install \(hole.closedIn) or later, unless your distribution has mended its own")
    } catch {
      return PreflightCheck(.localRsync, .failed, "\(error)", blocks: .dryRun)
    }
  }
}
