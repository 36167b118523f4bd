// What is paused or resumed: some hosts by name, or everything.

import ArgumentParser
import Reconciler
import Spec
import Store

struct PauseTargets: ParsableArguments {
  @Argument(help: "Names of hosts.", transform: HostName.fromCommandLine)
  var hosts: [HostName] = []

  @Flag(help: "Everything.")
  var all = false

  func validate() throws {
    if all, !hosts.isEmpty { throw ValidationError("name hosts, or give --all") }
    if !all, hosts.isEmpty { throw ValidationError("name a host, or give --all for everything") }
  }

  /// The hosts; nil stands for everything.
  var keys: [HostName?] { all ? [nil] : hosts }

  /// - Throws: if one of the hosts is not declared.
  func check(against spec: Spec) throws {
    for host in hosts where spec.hosts[host] == nil { throw CommandFailure(unknown: host, among: spec) }
  }
}

extension HostName? {
  var shownAsTarget: String { self?.description ?? "everything" }
}
