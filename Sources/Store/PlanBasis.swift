// What a written plan rests on, and whether that is still so.

package import Spec

/// The states of the store on which a plan rests.
package struct PlanBasis: Sendable, Hashable {
  /// The revision of the desired state.
  package let revision: Int64
  /// The number of the latest change of each host that the plan concerns.
  package let hosts: [HostName: Int64]
  /// The number of the latest change that concerns all hosts: a pause, an adoption.
  package let everything: Int64

  package init(revision: Int64, hosts: [HostName: Int64], everything: Int64 = 0) {
    self.revision = revision
    self.hosts = hosts
    self.everything = everything
  }
}

extension Store {
  /// Refuses a plan whose basis has changed.
  ///
  /// - Throws: `StoreError` that names what has changed.
  package func check(_ basis: PlanBasis) async throws {
    try await database.read { try basis.check(in: $0) }
  }

  /// The number of the latest change that concerns all hosts; 0 if there never was one.
  package func revisionOfAllHosts() async throws -> Int64 {
    try await database.read { try $0.revisionOfAllHosts() }
  }

  /// The numbers of some hosts' latest changes; 0 for a host to which nothing ever happened.
  package func hostRevisions(of hosts: [HostName]) async throws -> [HostName: Int64] {
    try await database.read { connection in
      var revisions: [HostName: Int64] = [:]
      for host in hosts { revisions[host] = try connection.revision(of: host) }
      return revisions
    }
  }
}

extension PlanBasis {
  private static let named = 5

  func check(in connection: any SQLConnection) throws {
    var news: [String] = []
    if try connection.specRevision() != revision { news.append(try changesOfSpec(in: connection)) }
    let changed = try hosts.keys.sorted().filter { try connection.revision(of: $0) != hosts[$0] }
    if !changed.isEmpty {
      let names = changed.prefix(Self.named).map(\.description).joined(separator: ", ")
      let more = changed.count > Self.named ? " and \(changed.count - Self.named) more" : ""
      news.append("runs, snapshots or a pause of \(names)\(more) have changed")
    }
    if try connection.revisionOfAllHosts() != everything {
      news.append("something that concerns all hosts has changed, as a pause or the backup root")
    }
    guard !news.isEmpty else { return }
    throw StoreError(
      .stalePlan, "nothing was applied: since the plan was made, \(news.joined(separator: ", and "))",
      remedy: "make a new plan with `pobsync diff -f … --out`")
  }

  private func changesOfSpec(in connection: any SQLConnection) throws -> String {
    let changes = try connection.rows(
      of: "spec_changes", "SELECT * FROM spec_changes WHERE id > ? ORDER BY id DESC LIMIT ?",
      [revision.sqlValue, (Self.named + 1).sqlValue], as: SpecChange.init)
    guard !changes.isEmpty else { return "the database has been replaced by another, or by an older one" }
    let words = changes.prefix(Self.named).map {
      "\($0.resource) was \($0.action.rawValue) by \($0.origin.actor) (\($0.origin.source))"
    }
    return words.joined(separator: ", ") + (changes.count > Self.named ? " and more" : "")
  }
}
