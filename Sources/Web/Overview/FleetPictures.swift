// What pages show of the whole fleet, remembered for a moment: readers who ask for other parts of it cost no more queries.

import Engine
import Reconciler
import Store

/// One for each server.
final class FleetPictures: Sendable {
  /// All hosts, a line each.
  let lines: Remembered<[HostLine]>
  /// What the last weeks came to. It reads the runs of three weeks, which change little in half a minute.
  let days: Remembered<BackupDays>
  /// What the snapshots of the last month took. A forecast is not of minutes.
  let spaceDays: Remembered<[SpaceDay]>

  init(_ environment: Reconciler.Environment) {
    lines = Remembered(for: 1, by: environment.elapsed) { try await environment.hostLines() }
    days = Remembered(for: 30, by: environment.elapsed) { try await environment.backupDays() }
    spaceDays = Remembered(for: 600, by: environment.elapsed) {
      try await environment.store.spaceDays(since: SpaceForecast.start(at: environment.clock.now))
    }
  }
}
