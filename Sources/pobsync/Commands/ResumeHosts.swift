// `pobsync resume`: the end of a pause.

import ArgumentParser
import Engine
import Reconciler
import Spec
import Store

struct ResumeHosts: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resume",
    abstract: "End the pause of hosts, or that of everything.",
    discussion: """
      --all ends the pause of everything; hosts that were paused by name stay so until they are resumed by name.

      EXAMPLE
        pobsync resume web-1
        pobsync resume --all
      """)

  @OptionGroup var targets: PauseTargets
  @OptionGroup var storage: StoreOptions

  func run() async throws {
    let store = try await storage.open()
    let spec = try await store.desired().spec
    for host in targets.keys {
      let wasPaused = try await store.resume(host, at: WallClock.system.now)
      if !wasPaused, let host, spec.hosts[host] == nil { throw CommandFailure(unknown: host, among: spec) }
      Terminal.printLine(
        "\(host.shownAsTarget) \(wasPaused ? Terminal.paint("resumed", .green) : "was not paused")")
    }
    let rest = try await store.pauses(at: WallClock.system.now)
    if targets.all {
      for (host, pause) in rest.hosts.sorted(by: { $0.key < $1.key }) {
        Terminal.writeError("\(host) stays \(pause.description)")
      }
    } else if let all = rest.all {
      Terminal.writeError("everything is still \(all.description); `pobsync resume --all` ends that")
    }
  }
}
