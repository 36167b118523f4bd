// The options and surroundings that commands share: the database, pobsync's own ssh files, the guard.

import ArgumentParser
import Engine
import Foundation
import Glibc
import Reconciler
import Spec
import Store

struct StoreOptions: ParsableArguments {
  @Option(
    name: .long,
    help: ArgumentHelp(
      "The database: sqlite:///PATH, a path, or mariadb://USER@HOST/NAME. POBSYNC_DATABASE otherwise, else "
        + "/var/lib/pobsync/pobsync.sqlite3 for root and a file under $XDG_STATE_HOME for others.", valueName: "url"))
  var database: String?

  func location() throws -> DatabaseLocation { try Self.location(of: database) }

  /// - Parameter url: nil for the usual place.
  static func location(of url: String?) throws -> DatabaseLocation {
    try DatabaseLocation.resolve(option: url, environment: ProcessInfo.processInfo.environment, userID: getuid())
  }

  /// Opens the database, making it if it is new.
  func open() async throws -> Store { try await Store.open(try location(), at: WallClock.system.now) }

  /// Opens the database if there is one: for commands that can do without.
  func openIfThere() async throws -> Store? {
    let location = try location()
    if let file = location.path, !Disk.exists(file) { return nil }
    return try await Store.open(location, at: WallClock.system.now)
  }

  /// Everything that acting needs.
  func environment() async throws -> Reconciler.Environment {
    let location = try location()
    let store = try await Store.open(location, at: WallClock.system.now)
    // A file's directory is there by now; with a server this machine may have none yet.
    if !Disk.exists(location.stateDirectory) {
      try FileManager.default.createDirectory(
        atPath: location.stateDirectory, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    }
    let directory = "\(location.stateDirectory)/ssh"
    try Disk.makeDirectory(directory)
    return Reconciler.Environment(
      store: store, clock: .system, elapsed: .system, runner: ProcessRunner(executable: Self.ownExecutable),
      sshDefaults: SSHDefaults(
        knownHostsFile: try SSHFilePath(text: "\(directory)/known_hosts"), identityFile: nil,
        prefersAES: ProcessorFeatures.ofThisMachine.hasAES),
      actor: Self.actor)
  }

  /// The account that runs the program, for the record of changes.
  static var actor: String { NSUserName() }

  private static var ownExecutable: String {
    (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")) ?? CommandLine.arguments[0]
  }
}

extension StoreOptions {
  /// A declared host that something is done with, checked as `Environment.hostAtWork` does.
  func hostAtWork(_ name: HostName) async throws -> HostAtWork { try await environment().hostAtWork(name) }

  /// A declared host that is only looked at.
  func hostInSight(_ name: HostName) async throws -> HostInSight { try await environment().hostInSight(name) }

  /// The same as `hostAtWork` of a host that need not be declared any more.
  func keptHostAtWork(_ name: HostName) async throws -> KeptHostAtWork {
    try await environment().keptHostAtWork(name)
  }
}

/// A host named on the command line.
struct HostArgument: ParsableArguments {
  @Argument(help: "The host's name.", transform: HostName.fromCommandLine)
  var host: HostName
}

extension HostName {
  /// - Throws: `ValidationError` with the reason, for the command line to show.
  static func fromCommandLine(_ text: String) throws -> HostName {
    do throws(InvalidText) {
      return try HostName(text: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

extension ResourceName {
  /// - Throws: `ValidationError` with the reason, for the command line to show.
  static func fromCommandLine(_ text: String) throws -> ResourceName {
    do throws(InvalidText) {
      return try ResourceName(text: text)
    } catch {
      throw ValidationError("\(error)")
    }
  }
}

extension TimeSpan {
  /// - Throws: `ValidationError` with the reason, for the command line to show.
  static func fromCommandLine(_ text: String) throws -> TimeSpan {
    do throws(TimeSpanError) {
      return try TimeSpan(parsing: text)
    } catch {
      throw ValidationError(error.message)
    }
  }
}

extension StoredSpec {
  /// A declared host with everything that holds for it.
  func host(_ name: HostName) throws -> EffectiveHost {
    guard let host = spec.effectiveHost(name) else { throw CommandFailure(unknown: name, among: spec) }
    return host
  }
}

extension CommandFailure {
  init(unknown name: HostName, among spec: Spec) {
    self.init(UnknownHost(name, among: spec).description)
  }
}
