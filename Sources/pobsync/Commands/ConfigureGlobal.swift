// `pobsync configure-global`: the settings, from the command line.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct ConfigureGlobal: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Change the settings.",
    discussion: """
      EXAMPLE
        pobsync configure-global --backup-root /mnt/backups/pobsync --max-concurrent-backups 4
      """)

  @Option(help: "The directory that holds all snapshots.")
  var backupRoot: String?

  @Option(help: "How many hosts are backed up at the same time.")
  var maxConcurrentBackups: Int?

  @Option(help: "No backup starts with less free than this, such as 50GiB.")
  var minFree: String?

  @Option(help: "The zone of schedules and retention that name none, such as Europe/Amsterdam.")
  var timeZone: String?

  @OptionGroup var transfer: TransferArguments
  @OptionGroup var storage: StoreOptions

  @Flag(
    help:
      "Accept the directory at the backup root as it is now, although it is not the disk it was. Mount the right disk first."
  )
  var acceptBackupRoot = false

  func run() async throws {
    let environment = try await storage.environment()
    let store = environment.store
    var edit = SpecEdit(.settings)
    edit.set("backup_root", text: backupRoot)
    edit.set("max_concurrent_backups", number: maxConcurrentBackups)
    edit.set("min_free", text: minFree)
    edit.set("time_zone", text: timeZone)
    transfer.add(to: &edit)
    guard !edit.isEmpty || acceptBackupRoot else { throw ValidationError("name at least one setting to change") }
    if !edit.isEmpty { try await store.applyEdits([edit]) }
    if acceptBackupRoot {
      guard let path = try await store.desired().spec.settings?.backupRoot else {
        throw CommandFailure("no backup root is set; give --backup-root")
      }
      guard Disk.leadsToDirectory(path.description) else {
        throw CommandFailure("\(path) does not exist: mount its disk, or create the directory, before it is accepted")
      }
      try await store.forgetRoot(path)
      if try await blocking({ try BackupRoot.isOfAnother(path) && !BackupRoot.holdsOwnHosts(path) }) {
        Terminal.printLine(
          "\(path) is accepted as it is. It holds snapshots that another program has made: `pobsync adopt` shows them, and "
            + "nothing is written there until then.")
        return
      }
      let holdsSnapshots = try await blocking { BackupRoot.holdsSnapshots(path) }
      _ = try await environment.takeIntoUse(path, isAdopted: !holdsSnapshots)
      Terminal.printLine("\(path) is accepted as it is")
      if holdsSnapshots {
        Terminal.printLine("It holds snapshots: nothing of them is pruned until `pobsync adopt`.")
      }
    }
  }
}

/// ssh, rsync and exclude options that the settings and a host share.
struct TransferArguments: ParsableArguments {
  @Option(help: "The account to log in to.")
  var user: String?

  @Option(help: "The TCP port of sshd.")
  var port: Int?

  @Option(help: "The private key to log in with.")
  var identityFile: String?

  @Option(help: "The file of trusted host keys.")
  var knownHostsFile: String?

  @Option(help: "The most to transfer in a second, such as 10MiB.")
  var bandwidthLimit: String?

  @Option(name: .customLong("exclude"), help: "A pattern to leave out; repeat it to give the whole list of this level.")
  var excludes: [String] = []

  func add(to edit: inout SpecEdit) {
    edit.set("ssh.user", text: user)
    edit.set("ssh.port", number: port)
    edit.set("ssh.identity_file", text: identityFile)
    edit.set("ssh.known_hosts_file", text: knownHostsFile)
    edit.set("rsync.bandwidth_limit", text: bandwidthLimit)
    edit.set("excludes", list: excludes)
  }
}
