// `pobsync discover-snapshots`: reads the disk into the store.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct DiscoverSnapshots: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Read snapshots from disk into the store.",
    discussion: """
      The disk is the truth: a store that was lost is rebuilt like this. Nothing on disk is changed.

      EXAMPLE
        pobsync discover-snapshots --host web-1
      """)

  @Option(help: "Only this host; otherwise all that are declared, or retained.", transform: HostName.fromCommandLine)
  var host: HostName?

  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let environment = try await storage.environment()
    let desired = try await environment.store.desired()
    let hosts: [HostName]
    if let host {
      try await environment.store.checkKept(host, declared: desired.spec)
      hosts = [host]
    } else {
      hosts = Set(desired.spec.hosts.keys).union(try await environment.store.retainedHosts().keys).sorted()
    }
    let root = try await environment.disk.root(of: desired.spec.settings)
    var failed = false
    for host in hosts {
      let request = try await environment.discoveryRequest(of: host, .cli)
      let run = try await Request(environment: environment).carryOut(request, waits: true)
      failed = failed || run?.state.isGood != true
      guard let directory = root.directory(of: host) else { continue }
      let inventory = try await blocking { try directory.inventory() }
      for path in inventory.unmanaged { Terminal.printLine("\(host)/\(path): not a snapshot, left alone") }
      for snapshot in inventory.foreign {
        Terminal.printLine("\(host)/\(snapshot.id): \((snapshot.note ?? "").printable()), left alone")
      }
      for name in inventory.incomplete { Terminal.printLine("\(host)/.incomplete/\(name): unfinished") }
      for (count, what, list) in [
        (inventory.trash.count, "in the trash", "trash"), (inventory.leftAlone.count, "left alone", "unmanaged"),
      ] where count > 0 {
        Terminal.printLine("\(host): \(count) \(what); `pobsync get \(list) --host \(host)` lists it")
      }
      if let notAdopted = try await environment.notAdoptedDirectory(of: host, settings: desired.spec.settings) {
        Terminal.printLine("\(host): \(notAdopted.path) is only looked at until `pobsync adopt \(host)`")
      }
    }
    if failed { throw ExitCode(1) }
  }
}
