// A real MariaDB server in a scratch directory of its own, which ends with the process that runs the tests.

#if MariaDB
  import Foundation
  import Glibc
  package import Store
  import Synchronization

  /// A server that listens on a socket, and with `network` on 127.0.0.1 as well.
  package final class MariaDBServer: Sendable {
    /// A certificate, its key, and who has signed it.
    package struct Certificate: Sendable {
      let authority: String
      let certificate: String
      let key: String

      package init(authority: String, certificate: String, key: String) {
        self.authority = authority
        self.certificate = certificate
        self.key = key
      }
    }

    package let socket: String
    /// Nil if it listens on its socket only.
    package let port: Int?
    private let directory: String
    private let certificate: Certificate?
    private let process = Mutex<RunningTool?>(nil)
    /// Held open for writing: when this process ends, however it ends, the server's watcher reads the end and kills it.
    private let lifeline: Int32

    /// - Parameters:
    ///   - directory: empty, or not there; it goes when this process ends.
    ///   - certificate: given, it also listens on 127.0.0.1 with it.
    package init(in directory: String, certificate: Certificate? = nil) async throws {
      self.directory = directory
      self.certificate = certificate
      socket = "\(directory)/socket"
      port = try certificate.map { _ in try SSHServer.freePort() }
      try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
      let fifo = "\(directory)/lifeline"
      guard mkfifo(fifo, 0o600) == 0 else { throw FileError("mkfifo", RawPath(fifo)) }
      lifeline = open(fifo, O_RDWR | O_CLOEXEC)
      guard lifeline >= 0 else { throw FileError("open", RawPath(fifo)) }
      // A server that starts clears away what it takes for its own in its directory of temporary files.
      try FileManager.default.createDirectory(atPath: "\(directory)/tmp", withIntermediateDirectories: true)
      try await runTool(
        "mariadb-install-db",
        [
          "--no-defaults", "--user=\(NSUserName())", "--datadir=\(directory)/data",
          "--tmpdir=\(directory)/tmp", "--skip-test-db",
          "--auth-root-authentication-method=normal",
        ]
      ).check()
    }

    deinit {
      process.withLock { $0 }?.signal(SIGKILL, group: true)
      if lifeline >= 0 { close(lifeline) }
    }

    // MARK: - Starting and stopping

    /// Starts the server, and returns once it answers.
    package func start() async throws {
      let script = #"""
        lifeline=$1 directory=$2; shift 2
        "$@" >>"$directory/log" 2>&1 &
        server=$!
        read -r _ <"$lifeline"
        kill -KILL $server; wait $server; rm -rf "$directory"
        """#
      var arguments = [
        "--no-defaults", "--user=\(NSUserName())", "--datadir=\(directory)/data", "--socket=\(socket)",
        "--tmpdir=\(directory)/tmp", "--pid-file=\(directory)/pid", "--skip-log-bin", "--innodb-buffer-pool-size=64M",
        "--innodb-log-file-size=16M", "--max-connections=500",
        // Hundreds of installations at a time, each with statements of its own.
        "--max-prepared-stmt-count=1048576",
        // Tests make many databases, which have to outlive the server's end, and no power cut.
        "--innodb-file-per-table=0", "--innodb-flush-log-at-trx-commit=2", "--innodb-doublewrite=0",
      ]
      if let port, let certificate {
        arguments += [
          "--bind-address=127.0.0.1", "--port=\(port)", "--ssl-ca=\(certificate.authority)",
          "--ssl-cert=\(certificate.certificate)", "--ssl-key=\(certificate.key)",
        ]
      } else {
        arguments.append("--skip-networking")
      }
      let tool = try RunningTool(
        "/bin/sh", ["-c", script, "sh", "\(directory)/lifeline", directory, Self.program] + arguments)
      process.withLock { $0 = tool }
      let location = try location(of: "mysql")
      try await poll(until: 60, "MariaDB to answer on \(socket)") {
        (try? await MariaDBDatabase.open(location)) != nil
      }
    }

    /// Ends the server at once.
    package func stop() async throws {
      let tool = process.withLock { $0 }
      tool?.signal(SIGKILL, group: true)
      try await poll(until: 20, "the end of MariaDB") { tool?.isRunning != true }
    }

    private static let program =
      ["/usr/sbin/mariadbd", "/usr/libexec/mariadbd"].first { (path: String) in access(path, X_OK) == 0 } ?? "mariadbd"

    /// Whether there is a server to be tested with.
    package static let isInstalled =
      access(program, X_OK) == 0 && access("/usr/bin/mariadb-install-db", X_OK) == 0

    // MARK: - Databases

    /// The address of a database for the user who may do anything, through the socket.
    package func location(of database: String) throws -> MariaDBLocation {
      try MariaDBLocation(parsing: "mariadb://root@/\(database)?socket=\(socket)")
    }

    /// Makes a new, empty database.
    package func makeDatabase() async throws -> MariaDBLocation {
      let name = "test_\(UUID().uuidString.replacing("-", with: "").lowercased())"
      try await administer("CREATE DATABASE \(name)")
      return try location(of: name)
    }

    /// Runs a statement as the administrator.
    package func administer(_ statement: String) async throws {
      let database = try await MariaDBDatabase.open(location(of: "mysql"), connections: 1)
      try await database.write { _ = try $0.execute(statement, []) }
    }

    /// The server of all tests that need none of their own.
    private static let shared = Task {
      let server = try await MariaDBServer(in: ScratchDirectory("mariadb").path)
      try await server.start()
      return server
    }

    /// Gives `body` the address of an empty database on the tests' common server, and takes the database away again.
    package static func withDatabase<Result>(
      isolation: isolated (any Actor)? = #isolation, _ body: (MariaDBLocation) async throws -> Result
    ) async throws -> Result {
      let server = try await shared.value
      let location = try await server.makeDatabase()
      let result: Result
      do {
        result = try await body(location)
      } catch {
        try? await server.administer("DROP DATABASE \(location.database)")
        throw error
      }
      try await server.administer("DROP DATABASE \(location.database)")
      return result
    }

    /// An empty database on the tests' common server, which stays until the tests are over.
    package static func freshDatabase() async throws -> MariaDBLocation {
      try await shared.value.makeDatabase()
    }
  }
#endif
