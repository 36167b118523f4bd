// `pobsync database copy`: an installation moves from one database to another.

import ArgumentParser
import Engine
import Spec
import Store

struct DatabaseCopying: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "copy", abstract: "Copy everything from one database into a new one, from SQLite to MariaDB or back.",
    discussion: """
      Stop every service and every worker first: what is written to the old database after the copy is not in the new
      one. The new database has to be empty; a file that does not exist is made, and a MariaDB database by the server's
      administrator (CREATE DATABASE). Everything is copied in one transaction, as of one moment, and read back before
      that ends: either all of it is there, with equal counts and checksums, or nothing.
      Then let POBSYNC_DATABASE name the new one, on every machine, and start the services again.

      EXAMPLE
        pobsync database copy --from /var/lib/pobsync/pobsync.sqlite3 --to 'mariadb://pobsync@db.example.net/pobsync'
      """)

  @Option(help: ArgumentHelp("The database to copy.", valueName: "url"))
  var from: String

  @Option(help: ArgumentHelp("The database to copy it into.", valueName: "url"))
  var to: String

  @OptionGroup var output: OutputOptions

  func run() async throws {
    let (source, target) = (try StoreOptions.location(of: from), try StoreOptions.location(of: to))
    // Opening makes a file that is not there.
    if let path = source.path, !Disk.exists(path) { throw CommandFailure("there is no database \(source)") }
    let copy = try await DatabaseCopy.make(from: source.open(), to: target.open(), at: WallClock.system.now)
    Listing.tables(copy.tables).print(as: output.format)
    if !copy.holders.isEmpty {
      Terminal.writeError(
        "pobsync: \(copy.holders.joined(separator: ", ")) may have been at work in the old database: what was written "
          + "to it since is not in the new one")
    }
    if output.format == .table { Terminal.writeError("everything is in \(target), and was read back equal") }
  }
}

extension Listing {
  fileprivate static func tables(_ tables: [DatabaseCopy.Table]) -> Listing {
    Listing(
      headers: ["TABLE", "ROWS", "CHECKSUM"],
      rows: tables.map { [$0.name, "\($0.checksum.rows)", "\($0.checksum)"] },
      value: .list(
        tables.map { table in
          YAMLValue.map([
            YAMLPair("table", .string(table.name)), YAMLPair("rows", .int(Int64(table.checksum.rows))),
            YAMLPair("checksum", .string("\(table.checksum)")),
          ])
        }),
      empty: "there are no tables")
  }
}
