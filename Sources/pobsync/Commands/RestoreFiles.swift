// `pobsync restore`: gets a file or a directory out of a snapshot, onto its host or into a directory here.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

struct RestoreFiles: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Restore a file or a directory from a snapshot.",
    discussion: """
      What is restored has the path that it had, below the directory to which it goes, with owners, modes, times, links,
      ACLs and attributes. Files that are there already are overwritten where they differ; nothing is ever deleted.

      --to-directory restores on this machine. --to-host restores into a directory of its own on the host, and
      --to-original over what is there now, after the host's name was typed. A key that may only read there, which is what
      `pobsync ssh-key show` gives, cannot restore to the host.

      EXAMPLE
        pobsync restore web-1 scheduled/20260519-021500Z__K3VQEVH7 /etc/fstab --to-directory /root/restored
        pobsync restore web-1 scheduled/20260519-021500Z__K3VQEVH7 /srv/www --to-host --dry-run
      """)

  @OptionGroup var target: HostArgument

  @Argument(
    help: "The snapshot, as `pobsync get snapshots` lists it: kind/name.", transform: SnapshotID.fromCommandLine)
  var snapshot: SnapshotID

  @OptionGroup var place: SnapshotPathArgument

  @Option(help: ArgumentHelp("Restore below this directory of this machine.", valueName: "dir"))
  var toDirectory: String?

  @Flag(help: "Restore below a directory of the host: --target, or /var/lib/pobsync-restore- and the snapshot's time.")
  var toHost = false

  @Option(
    name: .customLong("target"),
    help: ArgumentHelp(
      "With --to-host: the directory there. It is made if the one above it is there.", valueName: "dir"))
  var hostDirectory: String?

  @Flag(help: "Restore over what is on the host now.")
  var toOriginal = false

  @Flag(help: "Only show what would be done.")
  var dryRun = false

  @Flag(help: "Do not ask before anything is overwritten with --to-original.")
  var yes = false

  @OptionGroup var waiting: WaitOptions
  @OptionGroup var storage: StoreOptions

  func validate() throws {
    guard [toDirectory != nil, toHost, toOriginal].count(where: { $0 }) == 1 else {
      throw ValidationError("say where to, with one of --to-directory, --to-host and --to-original")
    }
    if hostDirectory != nil, !toHost { throw ValidationError("--target is for --to-host") }
    _ = try destination()
  }

  private func destination() throws -> RestoreOrder.Target {
    do throws(InvalidText) {
      if let toDirectory {
        let here = FileManager.default.currentDirectoryPath
        return .local(try AbsolutePath(text: toDirectory.hasPrefix("/") ? toDirectory : "\(here)/\(toDirectory)"))
      }
      if let hostDirectory { return .remote(try AbsolutePath(text: hostDirectory)) }
    } catch {
      throw ValidationError("\(error)")
    }
    return toHost ? .remote(RestoreOrder.sideDirectory(for: snapshot)) : .original
  }

  func run() async throws {
    let path = try place.parsed()
    let order = RestoreOrder(
      snapshot: snapshot, path: path.bytes, target: try destination(), isRehearsal: dryRun)
    let work = try await storage.keptHostAtWork(target.host)
    let (host, directory) = (work.name, work.directory)
    if toDirectory == nil { _ = try await work.environment.store.desired(of: host).host(host) }
    // Whoever mistypes a path is told so at once, and not by a run.
    _ = try await blocking { [snapshot] in try SnapshotTree(opening: snapshot, of: directory).entry(at: path) }
    if toOriginal, !dryRun, !yes { try confirm(order) }
    let request = RunRequest(restoring: order, of: host, trigger: .cli, requestedBy: work.environment.actor)
    let run = try await Request(environment: work.environment).carryOut(request, waits: waiting.wait || dryRun)
    guard let run else { return }
    if dryRun { showChanges(run) }
    guard run.state.isGood else { throw ExitCode(1) }
  }

  private func confirm(_ order: RestoreOrder) throws {
    guard Terminal.isInputTerminal else {
      throw CommandFailure("nothing was restored: give --yes to overwrite without being asked")
    }
    Terminal.writeError("This overwrites what is there now: \(order.description(of: target.host)).")
    guard Terminal.ask("Type the host's name to restore it:") == target.host.description else {
      throw CommandFailure("nothing was restored")
    }
  }

  /// The lines in which rsync has told what it would do, of all that is in the log.
  private func showChanges(_ run: Run) {
    for line in (run.log ?? "").split(separator: "\n") {
      let letters = line.prefix(2)
      guard let first = letters.first, let second = letters.last, "<>ch.".contains(first), "fdLDS".contains(second),
        line.dropFirst(11).first == " "
      else { continue }
      Terminal.printLine(String(line).printable(limit: 5000))
    }
  }
}
