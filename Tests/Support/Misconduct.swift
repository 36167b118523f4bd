// Misconduct: ways in which a simulated worker may break the rules, to see that the referee notices.

/// What a worker does wrong on purpose.
package enum Misconduct: String, Sendable, CaseIterable {
  /// Publishes what it has made though it was given up meanwhile.
  case ignoresLease
  case ignoresLanes
  case ignoresGroups
  case ignoresPauses
  case ignoresRank
  /// Begins what was planned long ago without another look.
  case ignoresWindows
  case ignoresRoot
  /// Removes whatever the policy does not ask for.
  case ignoresPruneLimit
  case removesNewest
  case publishesTwice
  /// Forgets to record how a run ended.
  case forgetsEnd
  /// Deletes what is in the trash before its time.
  case emptiesEarly
  /// Lets backups wait for the emptying of the trash of their host.
  case letsTrashOccupy
  /// Leaves the snapshots that discovery is to find unrecorded.
  case discoversNothing
}
