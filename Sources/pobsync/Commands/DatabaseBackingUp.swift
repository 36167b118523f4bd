// `pobsync database backup`: the database in a file, while it is used.

import ArgumentParser
import Engine
import Store

struct DatabaseBackingUp: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup", abstract: "Write the whole database into a new SQLite file.",
    discussion: """
      The file holds the database as of one moment, whatever is at work meanwhile, and it is there whole or not at all.
      Of a MariaDB it is a copy in SQLite, which `pobsync database copy` brings back. A SQLite file is put back by
      moving it into the place of the database while nothing runs.

      EXAMPLE
        pobsync database backup --out /root/pobsync-2026-05-19.sqlite3
      """)

  @Option(help: ArgumentHelp("The file to make; its directory has to be there.", valueName: "file"))
  var out: String

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let location = try storage.location()
    if let path = location.path, !Disk.exists(path) { throw CommandFailure("there is no database \(location)") }
    try await DatabaseBackup.make(of: location.open(), into: out, at: WallClock.system.now)
    Terminal.printLine("\(location) is in \(out)")
  }
}
