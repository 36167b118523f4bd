// Deleting resources: a page that says what is lost and what stays, and the deed.

import Engine
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let deletePages: [Route] = [
    .get("/hosts/:host/delete", .role(.operator), "The page that asks whether a host is to be deleted.") {
      request, site in try await Deletion(.host(try request.host()), site).ask()
    },
    .post("/hosts/:host/delete", .role(.operator), "Takes a host out of the desired state. Its snapshots stay.") {
      request, site in try await Deletion(.host(try request.host()), site).carryOut(request)
    },
    .get("/edit/:kind/:name/delete", .role(.operator), "The page that asks whether a resource is to be deleted.") {
      request, site in try await Deletion(try request.resource(), site).ask()
    },
    .post("/edit/:kind/:name/delete", .role(.operator), "Takes a resource out of the desired state.") {
      request, site in try await Deletion(try request.resource(), site).carryOut(request)
    },
  ]
}

private struct Deletion {
  private let id: ResourceID
  private let site: Site
  private let stored: StoredSpec

  /// - Throws: `WebProblem` if there is no such resource, or if it cannot be deleted at all.
  init(_ id: ResourceID, _ site: Site) async throws {
    self.id = id
    self.site = site
    stored = try await site.store.desired()
    guard id.kind != .settings, stored.spec.values(of: id) != nil else {
      throw WebProblem.notFound("a \(id.kind.noun) \(id.name.excerpt.quoted) to delete")
    }
  }

  func ask() async throws -> WebResponse {
    let view = DeletionView(
      heading: "Delete \(id.kind.noun) \(id.name)?", action: id.deletePath, revision: stored.revision,
      back: id.editPath,
      consequences: try await consequences(), obstacles: obstacles, isPossible: obstacles.isEmpty,
      button: "Delete \(id)")
    return .page(Page(view.heading, in: id.section, .deletion, view))
  }

  private func consequences() async throws -> [String] {
    var words: [String] = []
    if let owner = stored.records[id]?.source, ChangeOrigin.isSpecSet(owner) {
      words.append("It is declared by \(owner), whose next apply brings it back unless it is removed there too.")
    }
    guard id.kind == .host, let host = try? HostName(text: id.name) else { return words }
    words.insert("It is backed up no more.", at: 0)
    let count = try await site.store.snapshotRecords(of: host).count
    if count > 0, let kept = stored.retained(host, by: nil, at: site.now) {
      words.append("Its \(Shown.plural(count, "snapshot")) \(kept.outlook) (on_remove: \(kept.onRemove.rawValue)).")
    } else {
      words.append("No snapshots of it are recorded.")
    }
    return words
  }

  private var obstacles: [String] {
    var words: [String] = []
    let removal = RemovalGuard(removing: [id], of: 1, in: stored.spec, declaresHosts: true, allowed: 1)
    if let complaint = removal.complaint(about: ReservedSource.web.rawValue) {
      words.append("\(complaint.message); \(complaint.remedy)")
    }
    let users = stored.spec.users(of: id)
    if !users.isEmpty { words.append("\(id) is still used by \(EditorView.list(users)): change these first.") }
    return words
  }

  func carryOut(_ request: WebRequest) async throws -> WebResponse {
    guard let revision = request.field("revision").flatMap({ Int64($0) }) else {
      throw WebProblem.badRequest("`revision` is missing, or no number")
    }
    guard revision == stored.revision else { throw Self.stale }
    let basis = PlanBasis(revision: revision, hosts: [:], everything: try await site.store.revisionOfAllHosts())
    do {
      try await site.store.delete(
        id, as: .web(request), restingOn: basis,
        noting: { [id] former in
          let before = former.values(of: id).map { YAMLValue.map(SecretMask.values($0, in: id)) }
          return NewAuditEntry(by: request, "\(id.kind.rawValue).delete", on: "\(id)", before: before)
        }, at: site.now)
    } catch let error as StoreError where error.code == .stalePlan {
      throw Self.stale
    }
    guard id.kind == .host, let host = try? HostName(text: id.name) else {
      return .redirect(to: id.homePath, notice: "\(id) is deleted.")
    }
    let outlook = try await site.store.retainedHost(host).map { " Its snapshots \($0.outlook)." } ?? ""
    return .redirect(to: "/hosts", notice: "\(id) is deleted.\(outlook)")
  }

  private static var stale: WebProblem {
    WebProblem(
      .conflict, "stale", "Nothing was deleted", detail: "what is declared has changed since the page was shown",
      remedy: "go back, load the page again, and look at what it says now")
  }
}

struct DeletionView: Sendable {
  let heading: String
  let action: String
  let revision: Int64
  let back: String
  let consequences: [String]
  let obstacles: [String]
  let isPossible: Bool
  let button: String
}

extension Template {
  static let deletion = Template(
    name: "delete-resource",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="{{back}}">Edit</a><span aria-current="page">Delete</span></nav>
      <form class="confirm card" method="post" action="{{action}}">{{> csrf}}
      <input type="hidden" name="revision" value="{{revision}}">
      <h1>{{heading}}</h1>
      {{#consequences}}<p>{{.}}</p>{{/consequences}}
      {{#obstacles}}<div class="notice bad"><p>{{.}}</p></div>{{/obstacles}}
      <div class="buttons">{{#isPossible}}<button class="danger">{{button}}</button>{{/isPossible}}<a class="button quiet" href="{{back}}">Cancel</a></div>
      </form>

      """#)
}
