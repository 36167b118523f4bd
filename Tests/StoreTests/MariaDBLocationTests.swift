// Addresses of MariaDB databases, and that no password is ever repeated.

import Spec
import Store
import Testing

@Suite struct MariaDBLocationTests {
  private static func path(_ text: String) throws -> AbsolutePath { try AbsolutePath(text: text) }

  @Test(arguments: [
    ("mariadb://pobsync@db.example.net/backups", "db.example.net", 3306, true),
    ("mysql://pobsync@db:3307/backups", "db", 3307, true),
    ("mariadb://pobsync@10.0.0.1/backups", "10.0.0.1", 3306, true),
    ("mariadb://pobsync@127.0.0.1/backups", "127.0.0.1", 3306, false),
    ("mariadb://pobsync@localhost/backups", "localhost", 3306, false),
    ("mariadb://pobsync@[::1]:3307/backups", "::1", 3307, false),
    ("mariadb://pobsync@[2001:db8::1]/backups", "2001:db8::1", 3306, true),
    ("mariadb://pobsync@127.0.0.1/backups?tls=verify", "127.0.0.1", 3306, true),
    ("mariadb://pobsync@db/backups?tls=off", "db", 3306, false),
    // What merely looks like the loopback address is not.
    ("mariadb://pobsync@127.0.0.1.example.net/backups", "127.0.0.1.example.net", 3306, true),
  ])
  func `a network address is read, and verified unless it is of this machine`(
    _ text: String, _ host: String, _ port: Int, _ isVerified: Bool
  ) throws {
    let location = try MariaDBLocation(parsing: text)
    #expect(location.user == "pobsync")
    #expect(location.database == "backups")
    #expect(location.endpoint == .network(host: host, port: UInt16(clamping: port)))
    #expect(location.encryption == (isVerified ? .verified(authorities: nil) : .off))
    #expect(location.password == nil)
  }

  @Test func `a socket, an authority and a password's file are read`() throws {
    let socket = try MariaDBLocation(parsing: "mariadb://back%40up@/pob%20sync?socket=/run/mysqld/mysqld.sock")
    let (path, authority) = (try Self.path("/run/mysqld/mysqld.sock"), try Self.path("/etc/ca.pem"))
    #expect(socket.user == "back@up")
    #expect(socket.database == "pob sync")
    #expect(socket.endpoint == .socket(path))
    #expect(socket.encryption == .off)
    #expect(socket.description == "mariadb://back%40up@/pob%20sync?socket=/run/mysqld/mysqld.sock")

    let remote = try MariaDBLocation(parsing: "mariadb://a@db/b?ca=/etc/ca.pem&password_file=/etc/pobsync/password")
    let file = try Self.path("/etc/pobsync/password")
    #expect(remote.encryption == .verified(authorities: authority))
    #expect(remote.password == .file(file))
    #expect(remote.description == "mariadb://a@db/b")
  }

  @Test func `the environment names the password's place, unless the address does`() throws {
    let environment = ["POBSYNC_DATABASE_PASSWORD_FILE": "/etc/a", "POBSYNC_DATABASE_PASSWORD": "sesame"]
    let plain = try MariaDBLocation(parsing: "mariadb://a@db/b")
    let (first, second) = (try Self.path("/etc/a"), try Self.path("/etc/b"))
    let variable = try VariableName(text: "POBSYNC_DATABASE_PASSWORD")
    #expect(try plain.reading(environment).password == .file(first))
    #expect(try plain.reading(["POBSYNC_DATABASE_PASSWORD": "sesame"]).password == .variable(variable))
    #expect(try plain.reading(["POBSYNC_DATABASE_PASSWORD": ""]).password == nil)
    let own = try MariaDBLocation(parsing: "mariadb://a@db/b?password_file=/etc/b")
    #expect(try own.reading(environment).password == .file(second))
  }

  @Test(arguments: [
    ("mariadb://db/b", "it names no user"),
    ("mariadb://@db/b", "it names no user"),
    ("mariadb://a@db", "it names no database"),
    ("mariadb://a@db/", "it names no database"),
    ("mariadb://a@db/b/c", "it names no database"),
    ("mariadb://a@/b", "it names neither a host nor a socket"),
    ("mariadb://a@db/b?socket=/s", "it names a host and a socket as well"),
    ("mariadb://a@db:0/b", "its port is not a number from 1 to 65535"),
    ("mariadb://a@db:65536/b", "its port is not a number from 1 to 65535"),
    ("mariadb://a@[::1/b", "its host has no `]`"),
    ("mariadb://a@db/b?tls=maybe", "`tls` is `maybe`, and may be `verify` or `off`"),
    ("mariadb://a@db/b?tls=off&ca=/c", "`ca` has no use with `tls=off`"),
    ("mariadb://a@db/b?ca=/c&ca=/d", "`ca` stands there twice"),
    ("mariadb://a@db/b?charset=latin1", "`charset` is not known after `?`"),
    ("mariadb://a@db/b?tls", "a part after `?` is not of the form name=value"),
    ("mariadb://a@/b?socket=run/s", "`socket` is not the path of a file: `run/s` does not begin with `/`"),
  ])
  func `anything else is refused`(_ text: String, _ problem: String) throws {
    let error = #expect(throws: StoreError.self) { try MariaDBLocation(parsing: text) }
    #expect(error?.code == .invalidLocation)
    #expect(error?.message.hasPrefix("the database's address cannot be used: \(problem)") == true, "\(error as Any)")
  }

  @Test(arguments: [
    "mariadb://a:sesame@db/b", "mariadb://a:sesame@open@db/b", "mariadb://a:@db/b", "mariadb://a@db/b?password=sesame",
    "mariadb://a@db/b?pass=sesame", "mariadb://a:ses?ame@db/b", "mariadb://a:ses/ame@db/b",
  ])
  func `a password in the address is refused and not repeated`(_ text: String) throws {
    let error = #expect(throws: StoreError.self) { try MariaDBLocation(parsing: text) }
    #expect(error?.code == .invalidLocation)
    #expect(error?.description.contains("ses") == false)
  }
}
