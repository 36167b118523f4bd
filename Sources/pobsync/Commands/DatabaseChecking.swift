// `pobsync database check`: whether the database is whole.

import ArgumentParser
import Engine
import Store

struct DatabaseChecking: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check", abstract: "Test whether the database is whole and everything in it can be read.",
    discussion: """
      Runs the database's own test of its files, follows every reference, and reads everything. Nothing is changed. It
      says nothing of snapshots: `pobsync discover-snapshots` compares these with the disk.

      Exit status 1 if something is wrong.
      """)

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let location = try storage.location()
    if let path = location.path, !Disk.exists(path) { throw CommandFailure("there is no database \(location)") }
    let complaints = try await DatabaseCheck.complaints(about: location.open(), at: WallClock.system.now)
    for complaint in complaints { Terminal.printLine(complaint) }
    guard complaints.isEmpty else { throw ExitCode(1) }
    Terminal.printLine("\(location) is whole")
  }
}
