// What a page edits: a resource that is there, or one that is to be, and where the page is.

import Spec
import Store

enum EditTarget: Sendable, Hashable {
  case existing(ResourceID)
  case new(ResourceKind)

  /// The resource that the path names, of a kind.
  static func named(_ name: String?, kind: String?) throws(WebProblem) -> ResourceID {
    guard let kind = kind.flatMap(ResourceKind.init(rawValue:)), let name, name.utf8.count <= 255 else {
      throw .notFound("such a resource")
    }
    return ResourceID(kind: kind, name: name)
  }

  static func newResource(ofKind kind: String?) throws(WebProblem) -> EditTarget {
    guard let kind = kind.flatMap(ResourceKind.init(rawValue:)), kind != .settings else {
      throw .notFound("such a kind of resource")
    }
    return .new(kind)
  }

  var kind: ResourceKind {
    switch self {
    case .existing(let id): id.kind
    case .new(let kind): kind
    }
  }

  /// The page's own path.
  var path: String {
    switch self {
    case .existing(let id): id.editPath
    case .new(.host): "/hosts/new"
    case .new(let kind): "/new/\(kind.rawValue)"
    }
  }

  var title: String {
    switch self {
    case .existing(.settings): "Edit the settings"
    case .existing(let id): "Edit \(id.kind.noun) \(id.name)"
    case .new(let kind): "New \(kind.noun)"
    }
  }
}

extension ResourceID {
  /// Where it is edited. Names are made of letters, digits, `.`, `_` and `-`, which need no encoding.
  var editPath: String {
    kind == .host ? "/hosts/\(encodedName)/edit" : "/edit/\(kind.rawValue)/\(encodedName)"
  }

  var deletePath: String {
    kind == .host ? "/hosts/\(encodedName)/delete" : "/edit/\(kind.rawValue)/\(encodedName)/delete"
  }

  /// Where it is shown.
  var homePath: String {
    switch kind {
    case .host: "/hosts/\(encodedName)"
    case .settings: "/settings"
    case .retention: "/retention"
    case .schedule, .profile, .notification: "/spec"
    }
  }

  /// Which part of the site it belongs to.
  var section: Section {
    switch kind {
    case .host: .hosts
    case .settings: .settings
    case .retention: .retention
    case .schedule, .profile, .notification: .spec
    }
  }

  private var encodedName: String { PercentEncoding.encoded(name) }
}

extension ChangeOrigin {
  /// Of who edits by a page.
  static func web(_ request: WebRequest) -> ChangeOrigin {
    ChangeOrigin(source: ReservedSource.web.rawValue, actor: request.actor)
  }
}

extension Spec {
  /// The resources that name another.
  func users(of id: ResourceID) -> [ResourceID] {
    let declarations =
      profiles.map { (ResourceID(kind: .profile, name: $0.key.description), $0.value) }
      + hosts.map { (ResourceID.host($0.key), $0.value.own) }
    return declarations.filter { _, declared in
      let named: ResourceName? =
        switch id.kind {
        case .profile: declared.profile
        case .schedule: declared.schedule
        case .retention: declared.retention
        case .settings, .host, .notification: nil
        }
      return named?.description == id.name
    }.map(\.0).sorted()
  }

  /// The names of all resources of a kind.
  func names(of kind: ResourceKind) -> [String] {
    switch kind {
    case .settings: []
    case .retention: retention.keys.map(\.description).sorted()
    case .schedule: schedules.keys.map(\.description).sorted()
    case .profile: profiles.keys.map(\.description).sorted()
    case .host: hosts.keys.map(\.description).sorted()
    case .notification: notifications.keys.map(\.description).sorted()
    }
  }
}
