// Adopting: what is in a backup root, or in one host's directory, is shown, and then made the hosts' own.

import Engine
import Reconciler
import Spec
import Store

/// One backup root, and what is declared.
struct Adoption {
  let path: AbsolutePath
  private let environment: Reconciler.Environment
  private let declared: Set<HostName>
  private let state: RootState

  /// - Throws: `BackupRootUnusable` if there is no backup root to look at.
  init(in environment: Reconciler.Environment) async throws {
    let desired = try await environment.store.desired().spec
    self.environment = environment
    declared = Set(desired.hosts.keys)
    state = try await environment.disk.root(of: desired.settings)
    switch state {
    case .unset, .unused: throw BackupRootUnusable.unset
    case .unusable(let problem): throw BackupRootUnusable(description: problem)
    case .notAdopted(let path): self.path = path
    case .ready(let root): path = root.path
    }
  }

  /// The root, marked now if it was not before.
  private func markedRoot() async throws -> BackupRoot {
    if case .ready(let root) = state { return root }
    // Of hosts whose directories have ids the snapshots may be pruned only once somebody has looked at all of them.
    let holdsOwnHosts = try await blocking { try BackupRoot.holdsOwnHosts(path) }
    return try await environment.takeIntoUse(path, isAdopted: !holdsOwnHosts)
  }

  private func confirm(_ question: String) throws {
    guard Terminal.isInputTerminal else {
      throw CommandFailure("nothing was adopted: give --yes to adopt without asking")
    }
    guard Terminal.ask("\(question) Type yes:") == "yes" else { throw CommandFailure("nothing was adopted") }
  }

  // MARK: - One host

  func adopt(_ host: HostName, trusting bases: Set<SnapshotID>, isConfirmed: Bool) async throws {
    let directory = HostDirectory(host, below: path)
    let (inventory, notAdopted, trusted) = try await blocking {
      try directory.checkLayout()
      try directory.checkOwner()
      return (try directory.inventory(), try directory.notAdopted(), try directory.trustedBases())
    }
    guard !inventory.snapshots.isEmpty || !inventory.foreign.isEmpty || notAdopted != nil else {
      throw CommandFailure("\(directory.path) holds no snapshots: there is nothing to adopt")
    }
    try check(bases, among: inventory, of: host)
    if notAdopted == nil, case .ready = state, bases.isSubset(of: trusted) {
      Terminal.printLine("\(directory.path) is the directory of host \(host) already.")
      return
    }
    inventory.printFound(in: directory, bases: trusted.union(bases))
    if !isConfirmed {
      try confirm("Are these the snapshots of host \(host), which follow the spec from now on?")
    }
    let root = try await markedRoot()
    _ = try await environment.adopt(HostDirectory(host, in: root), trusting: bases)
    let following = declared.contains(host) ? "" : "; it is not declared, so that nothing is backed up or pruned"
    Terminal.printLine("The snapshots of host \(host) are \(Terminal.paint("adopted", .green))\(following).")
  }

  private func check(_ bases: Set<SnapshotID>, among inventory: HostInventory, of host: HostName) throws {
    for base in bases.sorted() {
      guard let snapshot = inventory.snapshots.first(where: { $0.id == base }) else {
        throw CommandFailure(
          "host \(host) has no snapshot \(base) of its own; `pobsync get snapshots --host \(host)` lists those that it has"
        )
      }
      guard snapshot.status == .unknown else {
        throw CommandFailure(
          "\(base) of host \(host) is known to be \(snapshot.status.rawValue): --base is for those of unknown status")
      }
    }
  }

  // MARK: - Everything

  func adoptAll(isConfirmed: Bool) async throws {
    let survey = try await blocking { try RootSurvey(of: path) }
    guard try await isAnythingLeft(survey) else {
      Terminal.printLine("The backup root \(path) is adopted already.")
      return
    }
    survey.listing(declared: declared).print(as: .table)
    for name in survey.unmanaged { Terminal.printLine("\(name.printable()): nothing of ours, left alone") }
    for host in survey.hosts {
      for path in host.unmanaged { Terminal.printLine("\(host.name)/\(path.printable()): not a snapshot, left alone") }
    }
    if !isConfirmed { try confirm("Are these \(survey.snapshots) snapshots to follow the spec from now on?") }
    _ = try await carryOutAll()
    Terminal.printLine(
      "The backup root \(path) is \(Terminal.paint("adopted", .green)): from now on its snapshots are pruned as the "
        + "spec says; `pobsync diff` shows what that means now.")
  }

  private func isAnythingLeft(_ survey: RootSurvey) async throws -> Bool {
    guard case .ready = state, try await environment.store.isRootAdopted(path) else { return true }
    return survey.hosts.contains { !$0.isAdopted && declared.contains($0.name) }
  }

  /// Adopts the root and the directories of all declared hosts.
  ///
  /// - Returns: false if all of that was done before.
  func carryOutAll() async throws -> Bool {
    let wasMarked = if case .ready = state { true } else { false }
    let root = try await markedRoot()
    var isNews = try await environment.adopt(root) || !wasMarked
    for host in declared.sorted() {
      let directory = HostDirectory(host, in: root)
      guard try await blocking({ try directory.notAdopted() }) != nil else { continue }
      isNews = try await environment.adopt(directory) || isNews
    }
    return isNews
  }
}

extension HostInventory {
  /// Shows all that there is, for a person to say that it is right.
  fileprivate func printFound(in directory: HostDirectory, bases: Set<SnapshotID>) {
    Terminal.printLine("\(directory.path) holds:")
    Listing.found(snapshots + foreign, bases: bases).print(as: .table)
    for name in incomplete { Terminal.printLine(".incomplete/\(name): unfinished, left alone") }
    for path in unmanaged { Terminal.printLine("\(path.printable()): not a snapshot, left alone") }
  }
}

extension Listing {
  /// Snapshots as they were found on disk, with what their bases are.
  fileprivate static func found(_ snapshots: [Snapshot], bases: Set<SnapshotID>) -> Listing {
    let known = Set(snapshots.map(\.id))
    return Listing(
      headers: ["SNAPSHOT", "STATUS", "BASE", ""],
      rows: snapshots.sorted { $0.id < $1.id }.map { snapshot in
        let base = snapshot.base.map { base in
          base.id.map(known.contains) ?? false ? base.name : "\(base.name) (not there)"
        }
        let trust = bases.contains(snapshot.id) ? "may be a base" : nil
        return [
          snapshot.id.description, snapshot.status.rawValue, base?.printable() ?? "-",
          [trust, snapshot.note?.printable()].compactMap(\.self).joined(separator: "; "),
        ]
      },
      value: .null, empty: "No snapshots.")
  }
}

extension RootSurvey {
  fileprivate func listing(declared: Set<HostName>) -> Listing {
    Listing(
      headers: ["HOST", "SNAPSHOTS", "PINNED", "UNFINISHED", "NOT OURS", "ADOPTED", "DECLARED"],
      rows: hosts.map { host in
        [
          host.name.description, "\(host.snapshots)", "\(host.pinned)", "\(host.unfinished)",
          "\(host.unmanaged.count)", host.isAdopted ? "yes" : "no", declared.contains(host.name) ? "yes" : "no",
        ]
      },
      value: .null, empty: "The backup root holds no hosts.")
  }
}
