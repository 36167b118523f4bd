// A real sshd on the loopback address, with keys, known hosts and a log of its own.

import Foundation
import Glibc
import Synchronization

/// An OpenSSH server for the current user, on 127.0.0.1 and a free port; works with and without root.
package final class SSHServer: Sendable {
  /// How sessions behave.
  package struct Options: Sendable {
    /// Sessions find every usual program in `PATH` but rsync.
    package var hidesRsync = false
    /// What runs instead of whatever the client asks for (which it finds in `SSH_ORIGINAL_COMMAND`).
    package var forcedCommand: String?
    /// Variables for every session.
    package var environment: [String: String] = [:]
    /// Further lines for sshd_config.
    package var configuration: [String] = []

    /// An ordinary server.
    package init() {}
  }

  /// Where the server listens.
  package let address = "127.0.0.1"
  /// The account to log in to: the one that runs the tests.
  package let user: String
  /// The client's private key, which the server accepts.
  package let identityFile: String
  /// The client's known hosts: this server under `[127.0.0.1]:port`, with the key it had when first started.
  package let knownHostsFile: String
  /// The directory of all these files.
  package let directory: String

  private struct State {
    var port = 0
    var options = Options()
    var process: RunningTool?
  }
  private let state = Mutex(State())
  /// Marks the processes of this server's sessions, in their environment.
  private let marker = "POBSYNC_TEST_SSHD=\(UUID().uuidString)"
  /// Held open for writing: when this process dies, however it dies, the server's watcher reads the end and kills it.
  private let lifeline: Int32

  private var hostKeyFile: String { "\(directory)/host_key" }
  private var authorizedKeysFile: String { "\(directory)/authorized_keys" }
  private var logFile: String { "\(directory)/sshd.log" }
  private var pidFile: String { "\(directory)/sshd.pid" }

  /// An sshd without PAM refuses accounts whose password is locked, as root's is on Ubuntu; PAM itself needs root.
  private static let needsPAM: Bool = {
    guard geteuid() == 0, let shadow = try? String(contentsOfFile: "/etc/shadow", encoding: .utf8) else { return false }
    return shadow.split(separator: "\n").contains { $0.hasPrefix("root:!") }
  }()

  /// Makes the keys in a new directory `name` of the scratch directory; `start()` starts the server.
  package init(in scratch: ScratchDirectory, name: String = "sshd") async throws {
    directory = try scratch.makeDirectory(name)
    identityFile = "\(directory)/client_key"
    knownHostsFile = "\(directory)/known_hosts"
    guard let account = getpwuid(geteuid()) else { throw ToolError(message: "user \(geteuid()) has no account") }
    user = String(cString: account.pointee.pw_name)
    let fifo = "\(directory)/lifeline"
    guard mkfifo(fifo, 0o600) == 0 else { throw FileError("mkfifo", RawPath(fifo)) }
    lifeline = open(fifo, O_RDWR | O_CLOEXEC)
    guard lifeline >= 0 else { throw FileError("open", RawPath(fifo)) }
    try await SSHServer.makeKey(identityFile)
    try await SSHServer.makeKey(hostKeyFile)
    try authorizeClientKey("\(identityFile).pub")
  }

  deinit {
    killProcesses()
    if lifeline >= 0 { close(lifeline) }
  }

  /// The port, once started; it stays the same when the server is stopped and started again.
  package var port: Int { state.withLock { $0.port } }

  /// The server's log, at level VERBOSE.
  package var logText: String { (try? String(contentsOfFile: logFile, encoding: .utf8)) ?? "" }

  /// Arguments for `ssh` that lead to this server and nowhere else, without the destination.
  package var clientArguments: [String] {
    [
      "-F", "none", "-p", "\(port)", "-i", identityFile, "-o", "IdentitiesOnly=yes", "-o", "BatchMode=yes",
      "-o", "UserKnownHostsFile=\(knownHostsFile)", "-o", "GlobalKnownHostsFile=none", "-o",
      "StrictHostKeyChecking=yes",
      "-o", "ConnectTimeout=10", "-l", user,
    ]
  }

  /// The same for `rsync -e`; the scratch directory's path must hold no blank.
  package var remoteShell: String { (["ssh"] + clientArguments).joined(separator: " ") }

  // MARK: - Starting and stopping

  /// Starts the server and returns once it answers.
  package func start(hidingRsync: Bool = false) async throws {
    var options = Options()
    options.hidesRsync = hidingRsync
    try await start(options)
  }

  /// Starts the server with options and returns once it answers.
  package func start(_ options: Options) async throws {
    state.withLock { $0.options = options }
    let fixed = port != 0
    for _ in 0..<20 {
      if !fixed { try state.withLock { $0.port = try SSHServer.freePort() } }
      if try await attempt() {
        if !fixed { try writeKnownHosts() }
        return
      }
    }
    throw ToolError(message: "sshd did not start on port \(port):\n\(logText)")
  }

  /// Ends the server and every session, as if the machine had lost its power.
  package func stop() async throws {
    killProcesses()
    try await poll(until: 10, "the end of sshd and its sessions") {
      killProcesses()
      return processes.isEmpty
    }
    state.withLock { $0.process = nil }
    unlink(pidFile)
  }

  /// Starts the server again on its port with another host key; the client's known hosts keep the old one.
  package func replaceHostKey() async throws {
    try await stop()
    for file in [hostKeyFile, "\(hostKeyFile).pub"] { unlink(file) }
    try await SSHServer.makeKey(hostKeyFile)
    try await start(state.withLock { $0.options })
  }

  /// Ends the sessions, so that clients lose their connection; the server goes on and takes new ones.
  package func cutSessions() {
    for process in processes where !process.isServer { kill(process.pid, SIGKILL) }
  }

  /// Stops the server and its sessions without closing a connection, as a network does that swallows everything.
  package func freeze() { for process in processes { kill(process.pid, SIGSTOP) } }

  /// Undoes `freeze()`.
  package func thaw() { for process in processes { kill(process.pid, SIGCONT) } }

  /// The command lines of what runs in sessions now, words joined by blanks: empty when a client left nothing behind.
  package var sessionCommands: [String] { processes.filter(\.isCommand).map(\.commandLine) }

  // MARK: - Keys

  /// Lets the owner of a public key log in.
  package func authorizeClientKey(_ publicKeyFile: String) throws {
    let known = (try? String(contentsOfFile: authorizedKeysFile, encoding: .utf8)) ?? ""
    let key = try String(contentsOfFile: publicKeyFile, encoding: .utf8)
    try (known + key).write(toFile: authorizedKeysFile, atomically: true, encoding: .utf8)
  }

  /// Makes a key pair that the server does not accept and gives the private key's path.
  package func makeStrangerKey() async throws -> String {
    let file = "\(directory)/stranger-\(UUID().uuidString)"
    try await SSHServer.makeKey(file)
    return file
  }

  private static func makeKey(_ file: String) async throws {
    try await runTool("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "pobsync-test", "-f", file]).check()
  }

  private func writeKnownHosts() throws {
    let fields = try String(contentsOfFile: "\(hostKeyFile).pub", encoding: .utf8).split(separator: " ")
    try "[\(address)]:\(port) \(fields[0]) \(fields[1])\n".write(
      toFile: knownHostsFile, atomically: true, encoding: .utf8)
  }

  // MARK: - The process

  /// Starts sshd on the chosen port; false when the port is taken.
  private func attempt() async throws -> Bool {
    if geteuid() == 0 && mkdir("/run/sshd", 0o755) != 0 && errno != EEXIST {
      throw FileError("mkdir", "/run/sshd")
    }
    unlink(pidFile)
    let configurationFile = "\(directory)/sshd_config"
    try (configuration().joined(separator: "\n") + "\n").write(
      toFile: configurationFile, atomically: true, encoding: .utf8)
    // sshd gives every connection a session of its own, so that its group does not hold them: see `processes`. It must be
    // started by its absolute path, because it starts itself again for every connection.
    let script = #"(read -r _ <"$1"; kill -KILL -$$) & shift; exec "$@""#
    let process = try RunningTool(
      "/bin/sh",
      ["-c", script, "sh", "\(directory)/lifeline", Self.program, "-D", "-f", configurationFile, "-E", logFile])
    state.withLock { $0.process = process }
    try await poll(until: 20, "sshd to listen on port \(port)\n\(logText)") {
      if !process.isRunning { return true }
      let pid = (try? String(contentsOfFile: pidFile, encoding: .utf8))?.trimmingCharacters(in: .whitespacesAndNewlines)
      return pid == "\(process.pid)" && SSHServer.answers(port)
    }
    if process.isRunning { return true }
    process.signal(SIGKILL, group: true)
    guard logText.contains("Address already in use") else {
      throw ToolError(message: "sshd ended at once:\n\(logText)\n\(process.stderr)")
    }
    return false
  }

  private func configuration() throws -> [String] {
    let options = state.withLock { $0.options }
    var environment = options.environment
    if options.hidesRsync { environment["PATH"] = try directoryWithoutRsync() }
    // Only the first SetEnv line counts, so all variables go on one.
    let variables = ([marker] + environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" })
      .map { "\"\($0)\"" }.joined(separator: " ")
    var lines = [
      "Port \(port)", "ListenAddress \(address)", "HostKey \"\(hostKeyFile)\"",
      "AuthorizedKeysFile \"\(authorizedKeysFile)\"", "PidFile \"\(pidFile)\"",
      "StrictModes no", "UsePAM \(Self.needsPAM ? "yes" : "no")", "PasswordAuthentication no",
      "KbdInteractiveAuthentication no",
      "PermitRootLogin yes", "MaxStartups 100:30:200", "MaxSessions 100", "UseDNS no", "PrintMotd no",
      "LogLevel VERBOSE", "SetEnv \(variables)",
    ]
    // From OpenSSH 9.8 on, tests of refused keys would get the loopback address locked out.
    if Self.knowsPenalties { lines.append("PerSourcePenalties no") }
    if let command = options.forcedCommand { lines.append("ForceCommand \(command)") }
    return lines + options.configuration
  }

  private static let program =
    ["/usr/local/sbin/sshd", "/usr/bin/sshd"].first { (path: String) in access(path, X_OK) == 0 } ?? "/usr/sbin/sshd"

  /// The option's name is in the program when it knows the option.
  private static let knowsPenalties: Bool = {
    guard let binary = try? Data(contentsOf: URL(fileURLWithPath: program)) else { return false }
    return binary.range(of: Data("persourcepenalties".utf8)) != nil
  }()

  /// A directory of links to all programs but rsync.
  private func directoryWithoutRsync() throws -> String {
    let place = "\(directory)/bin-without-rsync"
    try FileManager.default.createDirectory(atPath: place, withIntermediateDirectories: true)
    for source in ["/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin"] {
      for name in (try? FileManager.default.contentsOfDirectory(atPath: source)) ?? [] where !name.hasPrefix("rsync") {
        symlink("\(source)/\(name)", "\(place)/\(name)")
      }
    }
    return place
  }

  // MARK: - The sessions

  private struct Member {
    let pid: pid_t
    let isServer: Bool
    let isCommand: Bool
    let commandLine: String
  }

  /// The server's living processes: sshd, its watcher and its descendants, and whatever carries the sessions' marker.
  private var processes: [Member] {
    let server = state.withLock { $0.process?.pid }
    var parents: [pid_t: (parent: pid_t, group: pid_t)] = [:]
    for name in (try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? [] {
      // After the command's name, which may hold anything, come state, parent and process group.
      guard let pid = pid_t(name), let line = try? String(contentsOfFile: "/proc/\(name)/stat", encoding: .utf8),
        let end = line.range(of: ")", options: .backwards)
      else { continue }
      let fields = line[end.upperBound...].split(separator: " ")
      guard fields.count > 2, fields[0] != "Z", fields[0] != "X", let parent = pid_t(fields[1]),
        let group = pid_t(fields[2])
      else { continue }
      parents[pid] = (parent, group)
    }
    return parents.compactMap { pid, place -> Member? in
      let isServer = server != nil && place.group == server
      var ancestor = place.parent
      while ancestor > 1, ancestor != server, let next = parents[ancestor] { ancestor = next.parent }
      let environment = (try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/environ"))) ?? Data()
      let isCommand = environment.range(of: Data(marker.utf8)) != nil
      guard isServer || isCommand || (server != nil && ancestor == server) else { return nil }
      let words = ((try? Data(contentsOf: URL(fileURLWithPath: "/proc/\(pid)/cmdline"))) ?? Data()).split(separator: 0)
      return Member(
        pid: pid, isServer: isServer, isCommand: isCommand,
        commandLine: words.map { String(decoding: $0, as: UTF8.self) }.joined(separator: " "))
    }
  }

  private func killProcesses() {
    for process in processes { kill(process.pid, SIGKILL) }
    // Also reaps the server, which is this process's child.
    _ = state.withLock { $0.process }?.exitStatus
  }

  // MARK: - Ports

  /// A port of the loopback address that nobody listens on.
  static func freePort() throws -> Int {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { throw FileError("socket", "127.0.0.1") }
    defer { close(socket) }
    var place = loopback(port: 0)
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let code = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        bind(socket, address, length) == 0 ? getsockname(socket, address, &length) : -1
      }
    }
    guard code == 0 else { throw FileError("bind", "127.0.0.1") }
    return Int(UInt16(bigEndian: place.sin_port))
  }

  /// Whether an SSH banner comes from the port.
  private static func answers(_ port: Int) -> Bool {
    let socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    guard socket >= 0 else { return false }
    defer { close(socket) }
    var limit = timeval(tv_sec: 2, tv_usec: 0)
    setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    var place = loopback(port: port)
    let code = withUnsafePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard code == 0 else { return false }
    var banner = [UInt8](repeating: 0, count: 8)
    return recv(socket, &banner, banner.count, 0) > 4 && banner.starts(with: Array("SSH-".utf8))
  }

  private static func loopback(port: Int) -> sockaddr_in {
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_port = UInt16(truncatingIfNeeded: port).bigEndian
    place.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return place
  }
}

/// Gives `body` a running SSH server and ends it afterwards, however `body` ends.
@discardableResult
package func withSSHServer<Result>(
  in scratch: ScratchDirectory,
  _ options: SSHServer.Options = SSHServer.Options(),
  isolation: isolated (any Actor)? = #isolation,
  _ body: (SSHServer) async throws -> Result
) async throws -> Result {
  let server = try await SSHServer(in: scratch, name: "sshd-\(UUID().uuidString.prefix(8))")
  let result: Result
  do {
    try await server.start(options)
    result = try await body(server)
  } catch {
    try? await server.stop()
    throw error
  }
  try await server.stop()
  return result
}
