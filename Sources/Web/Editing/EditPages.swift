// Editing resources: written by form or as YAML, reviewed, saved if what the review rests on is still so.

import HTTPTypes
import Spec
import Store

extension Route {
  static let editPages: [Route] = editorPages + deletePages

  private static let editorPages: [Route] = [
    .get("/hosts/new", .role(.operator), "The page that declares a host.") { request, site in
      try await Editing(.new(.host), request, site).show()
    },
    .post("/hosts/new", .role(.operator), "Reviews or saves a new host.") { request, site in
      try await Editing(.new(.host), request, site).take()
    },
    .get("/hosts/:host/edit", .role(.operator), "The page that edits a host.") { request, site in
      try await Editing(.existing(.host(try request.host())), request, site).show()
    },
    .post("/hosts/:host/edit", .role(.operator), "Reviews or saves changes of a host.") { request, site in
      try await Editing(.existing(.host(try request.host())), request, site).take()
    },
    .get("/new/:kind", .role(.operator), "The page that declares a resource of a kind.") { request, site in
      try await Editing(try .newResource(ofKind: request.parameter("kind")), request, site).show()
    },
    .post("/new/:kind", .role(.operator), "Reviews or saves a new resource.") { request, site in
      try await Editing(try .newResource(ofKind: request.parameter("kind")), request, site).take()
    },
    .get("/edit/:kind/:name", .role(.operator), "The page that edits a resource.") { request, site in
      try await Editing(.existing(try request.resource()), request, site).show()
    },
    .post("/edit/:kind/:name", .role(.operator), "Reviews or saves changes of a resource.") { request, site in
      try await Editing(.existing(try request.resource()), request, site).take()
    },
  ]
}

extension WebRequest {
  /// The resource that the path names.
  func resource() throws(WebProblem) -> ResourceID {
    try EditTarget.named(parameter("name"), kind: parameter("kind"))
  }
}

/// One request of an editor.
private struct Editing {
  private let target: EditTarget
  private let request: WebRequest
  private let site: Site
  private let stored: StoredSpec

  /// - Throws: `WebProblem` if what is to be edited is not there.
  init(_ target: EditTarget, _ request: WebRequest, _ site: Site) async throws {
    self.target = target
    self.request = request
    self.site = site
    stored = try await site.store.desired()
    if case .existing(let id) = target, id != .settings, stored.spec.values(of: id) == nil {
      throw WebProblem.notFound("a \(id.kind.noun) \(id.name.excerpt.quoted)")
    }
  }

  private var section: Section {
    switch target {
    case .existing(let id): id.section
    case .new(let kind): ResourceID(kind: kind, name: "").section
    }
  }

  /// The name of the resource; of a new one, that which the form gives.
  private var name: String {
    switch target {
    case .existing(let id): id.name
    case .new: request.field("name") ?? ""
    }
  }

  // MARK: - Writing

  func show() async throws -> WebResponse {
    let isYAML = request.query("as") == "yaml"
    switch target {
    case .existing(let id):
      let values = SecretMask.values(stored.spec.values(of: id) ?? [], in: id)
      return editor(
        isYAML
          ? .yaml(ResourceDraft.text(of: id, values)) : .form(ResourceForm(id.kind, showing: values), name: id.name))
    case .new(let kind):
      let form = ResourceForm(kind, showing: [])
      let example = ResourceID(kind: kind, name: kind == .host ? HostName.example : ResourceName.example)
      return editor(isYAML ? .yaml(ResourceDraft.text(of: example, [])) : .form(form, name: ""))
    }
  }

  private func editor(_ content: EditorContent, _ problem: DraftProblem? = nil) -> WebResponse {
    let view = EditorView(target, content, problem, stored: stored)
    return .page(
      Page(target.title, in: section, .editor, view, status: problem == nil ? .ok : .unprocessableContent))
  }

  // MARK: - What was written

  func take() async throws -> WebResponse {
    let isForm = request.field("as") == "form"
    // What comes from the review is YAML, however it was written.
    if let text = request.field("text")?.withUnixLines {
      switch request.field("step") {
      case "edit": return editor(isForm ? form(of: text) : .yaml(text))
      case "save": return try await save(text, isForm: isForm)
      default: return try await review(text, isForm: isForm)
      }
    }
    guard isForm else { throw WebProblem.badRequest("neither `text` nor the fields of a form were sent") }
    let form = ResourceForm(target.kind) { request.field($0) }
    let draft: ResourceDraft
    do throws(DraftProblem) {
      draft = try ResourceDraft(form: form, named: name, for: target, known: stored.spec)
    } catch {
      return editor(.form(form, name: name), error)
    }
    return try await reviewed(draft, isForm: true)
  }

  /// The form again of what was reviewed.
  private func form(of text: String) -> EditorContent {
    guard let draft = try? ResourceDraft(yaml: text, for: target, known: stored.spec) else { return .yaml(text) }
    let values = SecretMask.values(draft.wanted.values(of: draft.id) ?? [], in: draft.id)
    return .form(ResourceForm(target.kind, showing: values), name: draft.id.name)
  }

  private func review(_ text: String, isForm: Bool) async throws -> WebResponse {
    let draft: ResourceDraft
    do throws(DraftProblem) {
      draft = try ResourceDraft(yaml: text, for: target, known: stored.spec)
    } catch {
      return editor(.yaml(text), error)
    }
    return try await reviewed(draft, isForm: isForm)
  }

  private var options: ApplyOptions { ApplyOptions(maxRemovals: .max, isPrivileged: request.may(.admin)) }

  private func reviewed(_ draft: ResourceDraft, isForm: Bool, isStale: Bool = false) async throws -> WebResponse {
    let review = try await site.store.preview(draft.wanted, as: .web(request), options)
    if let refusal = review.refusal, refusal.code == .needsAdmin { throw refusal }
    guard !review.difference.isEmpty else {
      return .redirect(to: target.path, notice: "Nothing is changed: \(draft.id) is just so already.")
    }
    let drift = try await site.store.drift(in: stored).filter { $0.id == draft.id }
    let view = ReviewView(
      target, draft, review, way: isForm ? "form" : "yaml", stored: stored, drift: drift, isStale: isStale)
    return .page(
      Page(view.heading, in: section, .review, view, status: isStale ? .conflict : .ok))
  }

  // MARK: - Saving

  private func save(_ text: String, isForm: Bool) async throws -> WebResponse {
    let draft: ResourceDraft
    do throws(DraftProblem) {
      draft = try ResourceDraft(yaml: text, for: target, known: stored.spec)
    } catch {
      return editor(.yaml(text), error)
    }
    guard let revision = request.field("revision").flatMap({ Int64($0) }) else {
      throw WebProblem.badRequest("`revision` is missing, or no number")
    }
    guard revision == stored.revision else { return try await reviewed(draft, isForm: isForm, isStale: true) }
    let store = site.store
    let basis = PlanBasis(revision: revision, hosts: [:], everything: try await store.revisionOfAllHosts())
    let id = draft.id
    let wanted = draft.wanted
    let isNew = stored.spec.values(of: id) == nil
    do {
      _ = try await store.apply(
        wanted, as: .web(request), options, restingOn: basis,
        noting: { _, former in
          func shown(_ spec: Spec) -> YAMLValue? { spec.values(of: id).map { .map(SecretMask.values($0, in: id)) } }
          return NewAuditEntry(
            by: request, "\(id.kind.rawValue).\(isNew ? "create" : "edit")", on: "\(id)", before: shown(former),
            after: shown(wanted))
        }, at: site.now)
    } catch let error as StoreError where error.code == .stalePlan {
      return try await Editing(target, request, site).reviewed(draft, isForm: isForm, isStale: true)
    }
    return .redirect(to: id.homePath, notice: "\(id) is \(isNew ? "declared" : "changed").")
  }
}
