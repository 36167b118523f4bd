// `pobsync apply` and `pobsync diff` with another pobsync.

import ArgumentParser
import Engine
import Foundation
import Reconciler
import Spec
import Store

extension SpecOptions {
  /// The files' texts, which are to be those of a spec set: another machine knows nothing of the directory that they are
  /// in, by which they would be called here.
  ///
  /// - Parameter set: the set that is asked for.
  fileprivate func readForServer(set: ResourceName?) throws -> [SourceText] {
    let texts = try read()
    // What cannot be read is sent all the same, and comes back with every complaint about it.
    let namesSet = texts.contains { text in
      guard let documents = try? YAML.parse(text) else { return true }
      return documents.contains { $0.value["set"] != nil }
    }
    guard set != nil || texts.isEmpty || namesSet else {
      throw CommandFailure("name the spec set that these files are, with `set:` in one of them or with --set")
    }
    return texts
  }
}

extension ApplyArguments {
  fileprivate var query: RemoteServer.Query {
    var query: RemoteServer.Query = []
    if let set = self.set { query.append((name: "set", value: set.description)) }
    if prune { query.append((name: "prune", value: "true")) }
    if takeOver { query.append((name: "take_over", value: "true")) }
    if let maxRemovals { query.append((name: "max_removals", value: "\(maxRemovals)")) }
    return query
  }
}

extension Apply {
  func apply(at server: RemoteServer) async throws {
    guard plan == nil else {
      throw CommandFailure("a plan is carried out on the server that it was made on; with --server give -f")
    }
    let files = try specs.readForServer(set: arguments.set)
    let query = arguments.query + (dryRun ? [(name: "dry_run", value: "true")] : [])
    guard let outcome = ApplyOutcome(reading: try await server.post("/api/apply", query, files: files)) else {
      throw CommandFailure("the server answers what this version of pobsync does not understand")
    }
    outcome.print()
    guard wait else { return }
    let hosts = outcome.resources.filter { $0.change != .deleted }.compactMap { resource -> HostName? in
      let prefix = "host/"
      guard resource.id.hasPrefix(prefix) else { return nil }
      return try? HostName(text: String(resource.id.dropFirst(prefix.count)))
    }
    guard !hosts.isEmpty else { return }
    var convergence = RemoteConvergence(server, hosts: Set(hosts), timeout: timeout)
    guard try await convergence.wait() else { throw ExitCode(1) }
  }
}

extension Diff {
  /// - Returns: whether something differs.
  func compare(with server: RemoteServer) async throws -> Bool {
    guard out == nil else {
      throw CommandFailure("plans are made on the server itself: --out does not go with --server")
    }
    let files = try specs.readForServer(set: arguments.set)
    let report = try await server.post("/api/diff", arguments.query, files: files)
    guard let differs = report["differs"]?.flag else {
      throw CommandFailure("the server answers what this version of pobsync does not understand")
    }
    try show(report)
    return differs
  }
}

/// Follows another pobsync until some hosts are as declared, or cannot come to be so by themselves. One that falls silent is
/// asked again for a while.
struct RemoteConvergence {
  private let server: RemoteServer
  private let patience: Patience
  private let deadline: Date?
  private var waiting: Set<HostName>
  private var outcomes: [HostName: Convergence.Outcome] = [:]
  private var unattendedSince: Date?

  init(_ server: RemoteServer, hosts: Set<HostName>, timeout: TimeSpan?, patience: Patience = Patience()) {
    self.server = server
    self.patience = patience
    waiting = hosts
    deadline = timeout.map { WallClock.system.now.addingTimeInterval(Double($0.seconds)) }
  }

  /// - Throws: if nobody carries anything out there, or the time is up.
  /// - Returns: whether nothing has failed.
  mutating func wait() async throws -> Bool {
    while true {
      // Posted because it could bear a spec. It changes nothing, and may be asked as often as one likes.
      let report = try await ask { try await $0.post("/api/diff", [], files: []) }
      settle(report)
      if waiting.isEmpty { return outcomes.tell() }
      let status = try await ask { try await $0.status().report }
      try checkService(status)
      if isOverdue { throw CommandFailure(timedOut: waiting, busy: []) }
      try await patience.sleep(.seconds(2))
    }
  }

  private var isOverdue: Bool { deadline.map { WallClock.system.now >= $0 } ?? false }

  private mutating func ask<Answer>(_ read: (RemoteServer) async throws -> Answer) async throws -> Answer {
    var patience = patience
    // What is asked last has some time for its answer, however late it is.
    if let deadline {
      let left = max(Self.shortestLimit, deadline.timeIntervalSince(WallClock.system.now))
      patience.limit = min(patience.limit, .seconds(left))
    }
    let server = server
    var wasSilent = false
    func tell(_ text: String) {
      wasSilent = true
      Terminal.writeError(text)
    }
    do {
      let answer = try await patience.ask(telling: tell) { limit in try await read(server.within(limit)) }
      // While the server was away nobody could tell whether anyone was there to carry things out.
      if wasSilent { unattendedSince = nil }
      return answer
    } catch let silence as ServerSilence {
      if isOverdue { throw CommandFailure(timedOut: waiting, busy: []) }
      throw CommandFailure(
        "\(silence); the spec is applied, and its backups are left to the server: once it answers, ask with "
          + "`pobsync status --server \(server.address)`")
    }
  }

  /// In seconds.
  private static let shortestLimit = 10.0

  /// Notes the hosts with nothing left to do.
  private mutating func settle(_ report: YAMLValue) {
    let plans = Dictionary(report.entries("plan").map { ($0.word("host"), $0) }) { first, _ in first }
    for host in waiting {
      // A host that was deleted meanwhile is not waited for either.
      guard let plan = plans[host.description] else {
        waiting.remove(host)
        continue
      }
      guard let outcome = Convergence.Outcome(plan) else { continue }
      outcomes[host] = outcome
      waiting.remove(host)
    }
  }

  private mutating func checkService(_ report: StatusReport) throws {
    let now = WallClock.system.now
    guard !report.service.isThere else {
      unattendedSince = nil
      return
    }
    let since = unattendedSince ?? now
    unattendedSince = since
    guard now.timeIntervalSince(since) >= Convergence.patience else { return }
    throw CommandFailure(unattended: report.service)
  }
}

extension Convergence.Outcome {
  /// Gives nil while something is to be done or under way.
  ///
  /// - Parameter plan: of a host, as programs get it.
  fileprivate init?(_ plan: YAMLValue) {
    // A host is as it is declared also while its trash is emptied.
    guard plan.entries("actions").allSatisfy({ $0["action"]?.text == RunKind.emptyTrash.rawValue }) else { return nil }
    guard let hold = plan.entries("holds").first else {
      self = .converged
      return
    }
    // What this version does not know is waited for by others.
    let code = hold["code"]?.text.flatMap(Hold.Code.init(rawValue:)) ?? .stale
    self.init(code, hold.word("message"))
  }
}
