// Where the database is looked for.

import Store
import Testing

@Suite struct DatabaseLocationTests {
  @Test(arguments: [
    ("sqlite:///srv/a.sqlite3", "/srv/a.sqlite3"),
    ("SQLITE:///srv/a%20b.sqlite3", "/srv/a b.sqlite3"),
    ("/srv//x/./a.sqlite3", "/srv/x/a.sqlite3"),
    ("a.sqlite3", "/srv/here/a.sqlite3"),
    ("./a%20b.sqlite3", "/srv/here/a%20b.sqlite3"),
  ])
  func `an address or a path is read`(_ text: String, _ path: String) throws {
    let location = try DatabaseLocation(parsing: text, relativeTo: "/srv/here")
    #expect(location.path == path)
  }

  @Test(arguments: [
    ("", "the database's path is empty"),
    ("sqlite://a.sqlite3", "`sqlite://a.sqlite3` does not name an absolute path"),
    ("sqlite:///", "`sqlite:///` is not the path of a file"),
    ("postgres://db/x", "`postgres` is not a kind of database"),
  ])
  func `anything else is refused`(_ text: String, _ message: String) {
    let remedy = "write a path, or an address such as sqlite:///var/lib/pobsync/pobsync.sqlite3"
    #expect(throws: StoreError(.invalidLocation, message, remedy: remedy)) {
      try DatabaseLocation(parsing: text, relativeTo: "/srv/here")
    }
  }

  @Test func `a server's state is kept in the usual place`() throws {
    let location = try DatabaseLocation.resolve(
      option: "mariadb://pobsync@db/pobsync", environment: ["HOME": "/home/a"], userID: 1000, relativeTo: "/srv/here")
    #expect(location.path == nil)
    #expect(location.stateDirectory == "/home/a/.local/state/pobsync")
    #expect(location.description == "mariadb://pobsync@db/pobsync")
    func directory(_ given: String, _ url: String = "mariadb://pobsync@db/pobsync") throws -> String {
      try DatabaseLocation.resolve(
        option: url, environment: ["POBSYNC_STATE_DIRECTORY": given], userID: 0, relativeTo: "/srv/here"
      ).stateDirectory
    }
    #expect(try directory("/srv/state/") == "/srv/state")
    #expect(try directory("") == "/var/lib/pobsync")
    #expect(try directory("/srv/state", "/data/a.sqlite3") == "/data")
    #expect(throws: StoreError.self) { try directory("state") }
  }

  #if !MariaDB
    @Test func `MariaDB has to be built in`() async throws {
      let location = try DatabaseLocation(parsing: "mariadb://pobsync@db/pobsync")
      let expected = StoreError(
        .invalidLocation, "support for MariaDB is not built into this pobsync (mariadb://pobsync@db/pobsync)",
        remedy: "build it with `swift build --traits MariaDB`, or use an address such as "
          + "sqlite:///var/lib/pobsync/pobsync.sqlite3")
      await #expect(throws: expected) { _ = try await location.open() }
    }
  #endif

  private func resolve(
    _ option: String? = nil, _ environment: [String: String] = [:], user: UInt32 = 1000
  ) throws -> String? {
    try DatabaseLocation.resolve(option: option, environment: environment, userID: user, relativeTo: "/srv/here").path
  }

  @Test func `the option comes before the environment, and that before the usual place`() throws {
    let environment = ["POBSYNC_DATABASE": "sqlite:///env.db", "XDG_STATE_HOME": "/state", "HOME": "/home/a"]
    #expect(try resolve("/option.db", environment) == "/option.db")
    #expect(try resolve(nil, environment) == "/env.db")
    #expect(try resolve(nil, environment, user: 0) == "/env.db")
    #expect(
      try resolve(nil, ["POBSYNC_DATABASE": "", "HOME": "/home/a"], user: 0) == "/var/lib/pobsync/pobsync.sqlite3")
  }

  @Test func `users have a place of their own`() throws {
    #expect(try resolve(nil, ["XDG_STATE_HOME": "/state", "HOME": "/home/a"]) == "/state/pobsync/pobsync.sqlite3")
    let homeState = "/home/a/.local/state/pobsync/pobsync.sqlite3"
    #expect(try resolve(nil, ["HOME": "/home/a"]) == homeState)
    #expect(try resolve(nil, ["XDG_STATE_HOME": "relative", "HOME": "/home/a"]) == homeState)
    #expect(throws: StoreError.self) { try resolve(nil, [:]) }
  }

  @Test func `state is kept beside the database`() throws {
    let location = try DatabaseLocation(parsing: "sqlite:///var/lib/pobsync/pobsync.sqlite3")
    #expect(location.stateDirectory == "/var/lib/pobsync")
    #expect(location.description == "sqlite:///var/lib/pobsync/pobsync.sqlite3")
  }
}
