// The strategy `clone`: the base is cloned by hard links while rsync surveys in what the source differs from it; what
// differs leaves the clone, is fetched into a directory of its own, and takes its place in the clone. What a host's own list
// says all of is made in the clone.

import Foundation
import Glibc
import Spec

extension Backup {
  /// Fills `data` by a survey of the base, a clone of it, and a transfer of what differs.
  ///
  /// - Parameter base: the base's data.
  /// - Throws: what `CloneObstacle` reads, if `link_dest` has to do it; `BackupFailure` and others, if the backup fails.
  func cloneAndTransfer(
    _ staging: Staging, base: String, in workspace: CloneWorkspace, holding lock: HostLock, log: TransferLog,
    progress: @escaping @Sendable (TransferProgress) -> Void
  ) async throws -> Transfer {
    if let argument = staging.host.rsync.extraArgs.first(where: { !$0.keepsSurveyExact }) {
      throw CloneObstacle.argument(argument.description)
    }
    try await blocking { try workspace.prepare() }
    let (first, clone) = try await surveyAndClone(staging, base: base, in: workspace, holding: lock, log: log)
    let survey = try await straightened(first, staging, base: base, in: workspace, holding: lock, log: log)
    let (differences, made) = try await blocking {
      try Self.check(clone, of: base, against: survey)
      var differences = try Differences(survey.found, base: base, arrived: survey.arrivals.paths)
      try Cut(of: workspace.clone, into: workspace.waste()).carryOut(differences, keepingIn: workspace.former)
      try Self.checkLeaders(of: differences.links, in: workspace.clone)
      let made = try survey.nodes.make(in: workspace.clone)
      differences.leaveOut(made.paths)
      return (differences, made)
    }
    if clone.copied > 0 {
      log.remark("\(clone.copied) files of the base had no room for another link, and were copied")
    }
    try await beforeTransfer()
    try Self.checkCancellation()
    let fetched = try await fetch(
      differences, staging, base: base, in: workspace, survey, holding: lock, log: log, progress: progress)
    let missing = try await blocking {
      try Self.assemble(
        differences, restricted: made.modes.reduce(into: clone.restricted) { $0[$1.key] = $1.value },
        fetched: fetched != nil, survey.arrivals, base: base, in: workspace)
    }
    return Transfer(
      verdict: Self.verdict(survey.verdict, fetched?.verdict, missing: missing),
      // rsync counts the directories on the way to what it brings.
      stats: Self.stats(
        of: survey, made: made.created.count { !differences.handed.leads(to: $0) }, and: fetched?.stats),
      exitCode: [fetched?.exitCode, survey.exitCode].compactMap(\.self).first { $0 != 0 } ?? 0,
      arguments: survey.arguments, strategy: .clone, surveyedAt: survey.begunAt)
  }

  // MARK: - Survey and clone

  /// A survey that rsync has ended.
  private struct Surveyed: Sendable {
    let found: Survey
    let verdict: TransferVerdict
    let messages: String
    let stats: SnapshotStats
    let exitCode: Int32
    let arguments: [String]
    let begunAt: Date
    /// How many entries the base had; nil if that has to be reckoned from what rsync says.
    var baseEntries: Int?
    var arrivals = EarlyArrivals()
    var nodes = ToldNodes()

    /// - Throws: if the survey does not tell all that differs.
    func check() throws {
      switch verdict {
      case .complete, .vanished: break
      case .partial(let note): throw CloneObstacle.surveyPartial(note)
      case .failed(let failure):
        // errors with program diagnostics: a name with its link's target is too long for a line of rsync's.
        guard exitCode == 13 else { throw failure }
        throw CloneObstacle.refused(failure.description)
      }
    }

    /// Whether rsync came by something that is no directory when it looked in the base for names of a hard-linked file.
    /// In a dry run it may end over that.
    var isMisled: Bool {
      // A host's own list is never looked up through a link, and what is said is said by the host.
      guard !found.namesEveryDifference else { return false }
      return messages.split(whereSeparator: \.isNewline).contains { line in
        line.hasPrefix("rsync: [generator] stat ")
          && [ENOTDIR, ELOOP].contains { line.hasSuffix(" failed: \(String(cString: strerror($0))) (\($0))") }
      }
    }
  }

  /// Does both at once; where one cannot be done, the other is stopped.
  private func surveyAndClone(
    _ staging: Staging, base: String, in workspace: CloneWorkspace, holding lock: HostLock, log: TransferLog
  ) async throws -> (Surveyed, TreeClone.Outcome) {
    try await withThrowingTaskGroup(of: Part.self) { group in
      group.addTask {
        let made: Surveyed
        // What an earlier backup has brought that was not completed is not to be fetched again.
        let fetches = surveying == .byListing && staging.command.linkDestinations == [base]
        if let listed = try await surveyByListing(
          of: base, fetching: fetches && staging.command.mayFetchEarly, staging, in: workspace, holding: lock, log: log)
        {
          made = listed
        } else {
          made = try await survey(of: base, staging, holding: lock, log: log)
        }
        if !made.isMisled { try made.check() }
        return .survey(made)
      }
      group.addTask { .clone(try await TreeClone(of: base, to: workspace.clone).run()) }
      var (surveyed, clone): (Surveyed?, TreeClone.Outcome?) = (nil, nil)
      for try await part in group {
        switch part {
        case .survey(let made): surveyed = made
        case .clone(let made): clone = made
        }
      }
      guard let surveyed, let clone else { throw CancellationError() }
      return (surveyed, clone)
    }
  }

  private enum Part: Sendable {
    case survey(Surveyed)
    case clone(TreeClone.Outcome)
  }

  /// Makes sure that the base had as many entries when it was surveyed as when it was cloned: what somebody has taken from
  /// it in between is not among what has gone from the source.
  private static func check(_ clone: TreeClone.Outcome, of base: String, against survey: Surveyed) throws {
    let cloned = clone.directories + clone.linked + clone.copied
    if let entries = survey.baseEntries {
      guard entries == cloned else { throw CloneObstacle.baseChanged }
      return
    }
    // rsync has counted them: whatever was taken is not among what it has deleted, or among what it has made.
    let deleted = survey.found.kinds.count { $0 == .deleted }
    if let files = survey.stats.files, files == Int64(cloned - deleted) + (survey.stats.createdFiles ?? 0) { return }
    var count = 1
    try TreeWalk.visit(base) { _, _ in count += 1 }
    guard count == cloned else { throw CloneObstacle.baseChanged }
  }

  /// A survey for which rsync has looked through no symbolic link of the tree that it surveyed.
  ///
  /// Where the base has a link and the source a directory, rsync looks for the names of hard-linked files in it through
  /// the link, and may take what it finds there for them. Then such links leave the clone, and that is surveyed.
  private func straightened(
    _ first: Surveyed, _ staging: Staging, base: String, in workspace: CloneWorkspace, holding lock: HostLock,
    log: TransferLog
  ) async throws -> Surveyed {
    guard !first.found.namesEveryDifference else { return first }
    let replaced: PathList
    if first.isMisled {
      // Without an eye for hard links rsync comes to its end.
      let plain = try await survey(of: base, hardLinks: false, staging, holding: lock, log: log)
      replaced = try await blocking { try plain.found.replaced(in: base) }
      if replaced.isEmpty { try first.check() }
    } else {
      replaced = try await blocking { try first.found.replaced(in: base, sort: S_IFLNK) }
    }
    guard !replaced.isEmpty else { return first }
    try await blocking { try Cut(of: workspace.clone, into: workspace.waste()).makeWay(for: replaced) }
    let again = try await survey(of: workspace.clone, staging, holding: lock, log: log)
    try again.check()
    let left = try await blocking { try again.found.replaced(in: workspace.clone, sort: S_IFLNK) }
    if let path = left.first { throw CloneObstacle.linkBecameDirectory(path) }
    return again
  }

  /// Holds the host's own list against a tree.
  ///
  /// - Parameter fetching: whether to take what it can give: small files that differ, directories and links.
  /// - Returns: nil if rsync has to survey.
  private func surveyByListing(
    of tree: String, fetching: Bool, _ staging: Staging, in workspace: CloneWorkspace, holding lock: HostLock,
    log: TransferLog
  ) async throws -> Surveyed? {
    let command = staging.command
    // Who is not root cannot give files to others, and so is not to compare owners.
    guard surveying != .byDryRun, geteuid() == 0, let arguments = command.listingArguments(fetching: fetching) else {
      return nil
    }
    let begunAt = clock.now
    log.begin(arguments)
    let host = staging.host
    let listing = HostListing(
      includes: host.includes, excludes: host.excludes, timeout: Int(host.rsync.timeout.seconds))
    let (said, exit) = try await runner.converse(arguments, holding: lock) { bytes in
      log.takeError(bytes)
    } talk: { socket in
      let comparison = try BaseComparison(base: tree)
      let early = fetching ? try EarlyFetch(into: workspace.arrived, base: tree, readsAll: command.readsAll) : nil
      if early?.isOff ?? false {
        log.remark("what is made here gets an ACL or a label by itself, so that nothing is made of what the list tells")
      }
      let outcome = try listing.read(from: socket, comparing: comparison, fetching: early) { text in
        log.takeSentence(text)
      }
      var arrivals = early?.arrivals ?? EarlyArrivals()
      arrivals.settle(comparison.survey)
      let nodes = early?.nodes ?? ToldNodes()
      return (
        outcome: outcome, survey: comparison.survey, count: comparison.count, arrivals: arrivals, nodes: nodes
      )
    }
    try Self.checkCancellation()
    func judged(_ exit: ProcessExit) -> TransferVerdict {
      TransferVerdict(exit: exit, messages: log.messages, stats: log.stats, host: host, sshDefaults: sshDefaults)
    }
    switch said {
    case .success(let made):
      if made.outcome.isUnsure {
        log.remark("the host could not send all that was asked for with its list, and may have hidden errors of that")
        return try await surveyByListing(
          of: tree, fetching: false, staging, in: workspace, holding: lock, log: log)
      }
      log.takeFigures(made.count.figures(made.outcome, made.arrivals))
      let code = made.outcome.errors.exitCode
      return Surveyed(
        found: made.survey, verdict: judged(.exited(code)), messages: log.messages, stats: log.stats, exitCode: code,
        arguments: arguments, begunAt: begunAt, baseEntries: made.count.inBase, arrivals: made.arrivals,
        nodes: made.nodes)
    case .failure(ListingFault.timedOut):
      guard case .failed(let failure) = judged(.exited(30)) else { return nil }
      throw failure
    case .failure(let fault as ListingFault):
      // ssh ends so where it has no connection, or none any more; without a word of its own also where the host's rsync was
      // killed. Any other fault has ended ssh, and not the reverse.
      if fault == .ended, exit == .exited(255), case .failed(let failure) = judged(exit), failure.code != .sshFailed {
        throw failure
      }
      log.remark("the host's list of files was of no use: \(fault)")
      return nil
    case .failure(let error): throw error
    }
  }

  /// - Parameters:
  ///   - tree: what the source is compared with.
  ///   - hardLinks: whether to look at these too.
  private func survey(
    of tree: String, hardLinks: Bool = true, _ staging: Staging, holding lock: HostLock, log: TransferLog
  ) async throws -> Surveyed {
    let begunAt = clock.now
    let arguments = staging.command.surveyArguments(base: tree, hardLinks: hardLinks)
    log.begin(arguments)
    let collected = Locked(Survey(listsEverything: staging.command.surveysEverything))
    let exit = try await runSurvey(arguments, holding: lock, into: collected, log: log)
    try Self.checkCancellation()
    collected.with { $0.finish() }
    let found = collected.with { $0 }
    if case .notUnderstood(let line) = found.fault { throw CloneObstacle.notUnderstood(line) }
    guard let exit, found.fault != .tooLong else { throw CloneObstacle.tooMuch }
    let verdict = TransferVerdict(
      exit: exit, messages: log.messages, stats: log.stats, host: staging.host, sshDefaults: sshDefaults)
    return Surveyed(
      found: found, verdict: verdict, messages: log.messages, stats: log.stats, exitCode: exit.code,
      arguments: arguments, begunAt: begunAt)
  }

  /// Runs rsync's dry run, as long as what it says is of use.
  /// - Returns: nil if it was stopped.
  private func runSurvey(
    _ arguments: [String], holding lock: HostLock, into collected: Locked<Survey>, log: TransferLog
  ) async throws -> ProcessExit? {
    let (ofNoUse, stop) = AsyncStream.makeStream(of: Void.self)
    return try await withThrowingTaskGroup(of: ProcessExit?.self) { group in
      group.addTask {
        try await runner.run(arguments, holding: lock) { bytes in
          let (figures, isOfNoUse) = collected.with { survey in (survey.take(bytes), survey.fault != nil) }
          if !figures.isEmpty { figures.withUnsafeBytes { _ = log.takeOutput($0) } }
          if isOfNoUse { stop.finish() }
        } error: { bytes in
          log.takeError(bytes)
        }
      }
      group.addTask {
        for await _ in ofNoUse {}
        return nil
      }
      let first = try await group.next() ?? nil
      group.cancelAll()
      return first
    }
  }

  // MARK: - Transfer

  private struct Fetched: Sendable {
    let verdict: TransferVerdict
    let stats: SnapshotStats
    let exitCode: Int32
  }

  /// - Returns: nil if there is nothing to fetch.
  private func fetch(
    _ differences: Differences, _ staging: Staging, base: String, in workspace: CloneWorkspace, _ survey: Surveyed,
    holding lock: HostLock, log: TransferLog, progress: @escaping @Sendable (TransferProgress) -> Void
  ) async throws -> Fetched? {
    var asked = differences.handed
    if asked.isEmpty {
      guard differences.includesTop else { return nil }
      // Whatever else is asked for, the attributes of the top come with it.
      asked.append(TreePath(known: Array(".pobsync-\(staging.id.name)".utf8)))
    }
    let list = asked
    let destinations = try await blocking {
      try workspace.write(list)
      let others = staging.command.linkDestinations.filter { $0 != base }
      return try [workspace.former] + workspace.take(list, from: others) { log.remark($0) }
    }
    let exit = try await runRsync(
      staging.command.transferArguments(
        of: workspace.list, linking: destinations, version: RsyncVersion(staging.rsyncVersion)),
      holding: lock, log: log, progress: progress)
    var stats = log.stats
    stats.files = survey.stats.files
    let verdict = TransferVerdict(
      exit: exit, messages: log.messages, stats: stats, host: staging.host, sshDefaults: sshDefaults)
    switch verdict {
    case .failed(let failure): throw Self.judged(failure, log.messages)
    case .partial where Self.tellsOfVanishedDirectories(log.messages):
      return Fetched(verdict: .complete, stats: stats, exitCode: exit.code)
    case .complete, .vanished, .partial:
      return Fetched(verdict: verdict, stats: stats, exitCode: exit.code)
    }
  }

  /// Whether the only complaints are of files in directories that are none any more: they have vanished with these.
  private static func tellsOfVanishedDirectories(_ messages: String) -> Bool {
    let complaints = messages.split(whereSeparator: \.isNewline).filter { !$0.hasPrefix("rsync error: ") }
    return !complaints.isEmpty
      && complaints.allSatisfy {
        ($0.hasPrefix("rsync: [sender] link_stat ") || $0.hasPrefix("rsync: link_stat "))
          && $0.hasSuffix(" failed: Not a directory (20)")
      }
  }

  /// What may be owed to the options of the clone strategy alone is an obstacle: `link_dest` tries, and has its own words
  /// if it fails too.
  private static func judged(_ failure: BackupFailure, _ messages: String) -> any Error {
    let isRefused = [.usage, .protocolMismatch].contains(failure.code)
    // A forced command that refuses an option ends before it has said anything.
    let saidNothing = messages.split(whereSeparator: \.isNewline).contains {
      $0.hasPrefix("rsync: connection unexpectedly closed (0 bytes received so far)")
    }
    guard isRefused || (failure.code == .connectionLost && saidNothing) else { return failure }
    return CloneObstacle.refused(failure.description)
  }

  // MARK: - Assembly

  /// Makes what was fetched part of the clone, and that the data.
  ///
  /// - Parameter restricted: modes that directories are still to get.
  /// - Returns: what was asked for and did not come.
  private static func assemble(
    _ differences: Differences, restricted: [TreePath: mode_t], fetched: Bool, _ arrivals: EarlyArrivals, base: String,
    in workspace: CloneWorkspace
  ) throws -> [TreePath] {
    var modes = restricted
    if fetched {
      let graft = Graft(of: workspace.data, onto: workspace.clone, waste: try workspace.waste())
      for (path, mode) in try graft.carryOut(asked: differences.handed) { modes[path] = mode }
    }
    var missing = try arrivals.move(from: workspace.arrived, into: workspace.clone, waste: workspace.waste())
    missing += try link(differences.links, base: base, in: workspace)
    let descent = try Descent(workspace.clone)
    for path in differences.handed {
      if try descent.status(path) == nil { missing.append(path) }
    }
    // The deepest first, for a directory above may be closed to its owner by its mode.
    for (path, mode) in modes.sorted(by: { $0.key > $1.key }) {
      guard let directory = try descent.directory(path) else { continue }
      guard fchmod(directory, mode) == 0 else { throw DiskError("give its mode to", "\(workspace.clone)/\(path)") }
    }
    try workspace.finish()
    return missing
  }

  /// Makes sure that files of the clone that are to get other names are there: nothing should be in the way once much was
  /// fetched.
  private static func checkLeaders(of links: [Differences.Link], in clone: String) throws {
    let descent = try Descent(clone)
    for link in links {
      guard try descent.status(link.leader) != nil else { throw CloneObstacle.leaderUnclear(link.leader) }
    }
  }

  /// Gives files of the clone their new names. One whose directory has vanished meanwhile is still in the base.
  /// - Returns: names for which there is no directory, for it has vanished meanwhile.
  private static func link(
    _ links: [Differences.Link], base: String, in workspace: CloneWorkspace
  ) throws -> [TreePath] {
    let (edit, leaders) = (try TreeEdit(workspace.clone), try Descent(workspace.clone))
    let waste = try workspace.waste()
    var missing: [TreePath] = []
    for link in links {
      let place = "\(workspace.clone)/\(link.path)"
      guard let directory = try edit.directory(link.path.parent) else {
        missing.append(link.path)
        continue
      }
      // Nobody was asked for it, but a host may have sent it.
      try waste.remove(link.path.name.cName, from: directory, place: place)
      func isLinked(from tree: Descent) throws(DiskError) -> Bool {
        guard let home = try tree.directory(link.leader.parent) else { return false }
        if linkat(home, link.leader.name.cName, directory, link.path.name.cName, 0) == 0 { return true }
        guard errno == ENOENT else { throw DiskError(TreeClone.linking, place) }
        return false
      }
      guard try isLinked(from: leaders) || (try? Descent(base)).map(isLinked) ?? false else {
        throw CloneObstacle.leaderUnclear(link.leader)
      }
    }
    try edit.finish()
    return missing
  }

  // MARK: - What came of it

  /// The worse of two verdicts, neither of which is a failure, with what both say.
  private static func verdict(
    _ survey: TransferVerdict, _ transfer: TransferVerdict?, missing: [TreePath]
  ) -> TransferVerdict {
    var notes: [String] = []
    var isPartial = false
    for verdict in [survey, transfer] {
      switch verdict {
      case .vanished(let note): notes.append(note)
      case .partial(let note):
        isPartial = true
        notes.append(note)
      case .complete, .failed, nil: break
      }
    }
    // What could not be read is missing too, and is complained of already.
    if !missing.isEmpty, !isPartial {
      let names = missing.prefix(5).map(\.description).joined(separator: ", ")
      notes.append(
        "\(missing.count) \(missing.count == 1 ? "entry" : "entries") vanished from the source after the survey: "
          + names + (missing.count > 5 ? " and others" : ""))
    }
    let note = notes.joined(separator: "; ")
    return isPartial ? .partial(note: note) : notes.isEmpty ? .complete : .vanished(note: note)
  }

  /// What the snapshot holds is as the survey counted it; what it cost is what the list and the transfer did.
  ///
  /// - Parameter made: how many directories and links were made from the list.
  private static func stats(of survey: Surveyed, made: Int, and transfer: SnapshotStats?) -> SnapshotStats {
    func sum(_ figure: KeyPath<SnapshotStats, Int64?>) -> Int64? {
      survey.stats[keyPath: figure].map { $0 + (transfer?[keyPath: figure] ?? 0) }
    }
    var stats = survey.stats
    let arrived = survey.arrivals
    stats.createdFiles = (transfer?.createdFiles ?? 0) + Int64(arrived.count + made)
    stats.transferredFiles = (transfer?.transferredFiles ?? 0) + Int64(arrived.fileCount)
    stats.uniqueApparentSizeBytes = (transfer?.uniqueApparentSizeBytes ?? 0) + arrived.size
    stats.literalDataBytes = (transfer?.literalDataBytes ?? 0) + arrived.received - arrived.matched
    stats.matchedDataBytes = (transfer?.matchedDataBytes ?? 0) + arrived.matched
    stats.sentBytes = sum(\.sentBytes)
    stats.receivedBytes = sum(\.receivedBytes)
    return stats
  }
}
