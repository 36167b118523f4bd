// `pobsync import legacy`: the YAML files of the original pobsync become the desired state, or a spec file.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct ImportLegacy: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "legacy",
    abstract: "Take over the YAML configuration of the original pobsync.",
    discussion: """
      Reads config/global.yaml and config/hosts/*.yaml below the prefix. What another reader would guess is understood; a
      key that nobody knows is told with its place, and the files are kept in the database as they were. A file that cannot
      be read at all is left out, and the rest is taken; then the exit status is 1. A value that is wrong changes nothing.
      What is imported belongs to the spec set `legacy`: another import brings it up to date, and what another spec set or a
      command has changed since is a conflict, as with `apply`.
      Times of schedules meant the server's local time: the settings get its time zone, unless --time-zone says another.
      With --out nothing is imported: the equal spec file is written, for `pobsync apply -f`, with a comment wherever a
      setting has no equal.
      Snapshots that are there are found and listed; `pobsync adopt` makes them the hosts' own.

      EXAMPLE
        pobsync import legacy --prefix /opt/pobsync --dry-run
        pobsync import legacy --prefix /opt/pobsync
        pobsync import legacy --prefix /opt/pobsync --out hosts.yaml
      """)

  @Option(help: ArgumentHelp("The directory that holds config/.", valueName: "dir"))
  var prefix: String

  @Flag(help: "Only say what would be done.")
  var dryRun = false

  @Option(
    help: ArgumentHelp(
      "Write a spec file instead, which must not be there yet; - for standard output.", valueName: "file"))
  var out: String?

  @Option(
    help: ArgumentHelp(
      "The zone in which the schedules' times are meant (the system's unless told).", valueName: "zone"))
  var timeZone: String?

  @Flag(help: "Delete what an earlier import has made and these files do not hold any more. Snapshots stay.")
  var prune = false

  @Flag(help: "Take resources that another owns, and undo what others have edited, where these files say otherwise.")
  var takeOver = false

  @Option(
    help: ArgumentHelp("With --prune: remove up to so many hosts, and even all of them.", valueName: "n"))
  var maxRemovals: Int?

  @Flag(help: "Import although the backup root is not there, or holds no snapshots.")
  var withoutSnapshots = false

  @OptionGroup var storage: StoreOptions

  func validate() throws {
    if prefix.isEmpty { throw ValidationError("--prefix names no directory") }
    if out != nil, dryRun || prune || takeOver || withoutSnapshots {
      throw ValidationError("--out writes a file and imports nothing: it goes with --prefix and --time-zone only")
    }
    if maxRemovals != nil, !prune { throw ValidationError("--max-removals goes with --prune") }
  }

  func run() async throws {
    let files = try LegacyPrefix.read(prefix)
    let reading = try LegacyReader.read(global: files.global, hosts: files.hosts)
    if prune, !reading.leftOut.isEmpty {
      Terminal.printError(Diagnostics(reading.leftOut))
      throw CommandFailure("nothing was imported: --prune would delete the hosts of files that cannot be read")
    }
    let imported = LegacyImport(reading, timeZone: try zone())
    let diagnostics = Diagnostics(reading.leftOut + reading.warnings)
    if !diagnostics.items.isEmpty { Terminal.writeError(diagnostics.rendered(colour: Terminal.coloursErrors)) }
    // What is told above with its line stands among the remarks for the comments of the spec file.
    let told = Set(reading.warnings.map(\.message))
    for remark in imported.remarks where !told.contains(remark.message) { Terminal.writeError("note: \(remark)") }
    if let out {
      try write(imported, to: out)
    } else {
      try await take(imported.spec, from: [files.global].compactMap(\.self) + files.hosts)
    }
    guard reading.leftOut.isEmpty else {
      let count = reading.leftOut.count
      Terminal.writeError("\(count) \(count == 1 ? "file was" : "files were") left out: correct them, and import again")
      throw ExitCode(1)
    }
  }

  private func zone() throws -> TimeZoneName {
    let system = Self.systemZone
    if timeZone == nil, Self.namesOfUTC.contains(system) { return .utc }
    do throws(InvalidText) {
      return try TimeZoneName(text: timeZone ?? system)
    } catch {
      guard timeZone == nil else { throw ValidationError("\(error)") }
      throw CommandFailure(
        "the system's time zone \(system.quoted) has no name by which schedules could be declared: give --time-zone")
    }
  }

  /// The name of the system's zone: `TZ` as it stands if it is set, for Foundation takes what it cannot read for UTC.
  private static var systemZone: String {
    guard let given = ProcessInfo.processInfo.environment["TZ"], !given.isEmpty else {
      return TimeZone.current.identifier
    }
    let path = given.hasPrefix(":") ? String(given.dropFirst()) : given
    return path.split(separator: "/zoneinfo/").last.map(String.init) ?? path
  }

  private static let namesOfUTC: Set = [
    "UTC", "GMT", "Etc/GMT", "Etc/UTC", "Etc/UCT", "UCT", "Etc/Universal", "Etc/Zulu",
  ]

  private func write(_ imported: LegacyImport, to path: String) throws {
    let comments = Dictionary(grouping: imported.remarks, by: \.resource).mapValues { $0.map(\.message) }
    let text = SpecWriter.write(imported.spec, comments: comments)
    guard path != "-" else {
      Terminal.printLine(text.trimmingSuffix("\n"))
      return
    }
    let place = URL(fileURLWithPath: path).standardizedFileURL.path
    guard try Disk.createDurably(text, at: place, suffix: "\(ProcessInfo.processInfo.processIdentifier)") else {
      throw CommandFailure("\(path) is there already, and was left as it is: name another file, or move it away")
    }
    Terminal.printLine(
      "\(imported.spec.hosts.count) hosts written to \(path); `pobsync diff -f \(path)` shows what they change")
  }

  private func take(_ spec: Spec, from files: [SourceText]) async throws {
    let environment = try await storage.environment()
    let store = environment.store
    if !withoutSnapshots { try await checkBackupRoot(of: spec, in: environment) }
    let origin = ChangeOrigin(source: ReservedSource.legacy.rawValue, actor: environment.actor)
    let options = ApplyOptions(prune: prune, takeOver: takeOver, maxRemovals: maxRemovals)
    let review =
      dryRun
      ? try await store.preview(spec, as: origin, options)
      : try await store.apply(spec, as: origin, options, files: files, at: WallClock.system.now)
    if dryRun, let refusal = review.refusal { throw refusal }
    review.difference.printFields()
    Terminal.printLine(review.difference.counts + (dryRun ? " (dry run)" : ""))
    if !dryRun { try await sayWhatIsLeft(spec, in: environment) }
  }

  /// An installation that has run holds snapshots. Where there are none the disk is probably not mounted, and all would be
  /// copied anew to wherever its mount point is.
  private func checkBackupRoot(of spec: Spec, in environment: Reconciler.Environment) async throws {
    guard let path = spec.settings?.backupRoot else { return }
    let wayOut = "mount its disk, or give --without-snapshots if it is to be begun afresh; nothing was imported"
    _ = try await environment.disk.peek(spec.settings)
    let (isThere, holdsSnapshots) = try await blocking {
      (Disk.leadsToDirectory(path.description), BackupRoot.holdsSnapshots(path))
    }
    guard isThere else { throw CommandFailure("the backup root \(path) does not exist: \(wayOut)") }
    guard holdsSnapshots else { throw CommandFailure("the backup root \(path) holds no snapshots: \(wayOut)") }
  }

  private func sayWhatIsLeft(_ spec: Spec, in environment: Reconciler.Environment) async throws {
    guard case .notAdopted = try await environment.disk.peek(spec.settings) else { return }
    Terminal.printLine(
      "The snapshots in the backup root are only looked at for now: `pobsync adopt` shows them, and makes them the hosts' own."
    )
  }
}

/// The name that the original has for it.
struct ImportPobsyncConfigs: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "import-pobsync-configs", abstract: "The same as `import legacy`.", shouldDisplay: false)

  @OptionGroup var legacy: ImportLegacy

  func run() async throws { try await legacy.run() }
}
