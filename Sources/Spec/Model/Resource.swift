// Resources: the kinds of named things that a spec declares, and how each is identified.

/// The kinds of resources, in the order in which one may refer to another: each refers only to kinds before it.
package enum ResourceKind: String, Sendable, Hashable, CaseIterable, Comparable {
  case settings, retention, schedule, profile, host, notification

  /// The key of the section in a spec file, and the plural on the command line.
  package var section: String {
    switch self {
    case .settings: "settings"
    case .retention: "retention"
    case .schedule: "schedules"
    case .profile: "profiles"
    case .host: "hosts"
    case .notification: "notifications"
    }
  }

  /// The columns of the kind's values, in the order of its fields.
  package var columns: [FieldColumn] { Self.columns[self] ?? [] }

  private static let columns = Dictionary(uniqueKeysWithValues: allCases.map { ($0, $0.definedColumns) })

  private var definedColumns: [FieldColumn] {
    switch self {
    case .settings: Settings.fields.flatMap(\.columns)
    case .retention: RetentionPolicy.fields.flatMap(\.columns)
    case .schedule: Schedule.fields.flatMap(\.columns)
    case .profile: Profile.fields.flatMap(\.columns)
    case .host: Host.fields.flatMap(\.columns)
    case .notification: NotificationTarget.fields.flatMap(\.columns)
    }
  }

  package static func < (left: ResourceKind, right: ResourceKind) -> Bool { left.rank < right.rank }

  private var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// One resource of the desired state: `host/web-1`. The settings, of which there is one, are `settings/global`.
package struct ResourceID: Sendable, Hashable, Comparable, CustomStringConvertible {
  package let kind: ResourceKind
  package let name: String

  package static let settings = ResourceID(kind: .settings, name: "global")
  package static func host(_ name: HostName) -> ResourceID { ResourceID(kind: .host, name: name.description) }

  package init(kind: ResourceKind, name: String) {
    self.kind = kind
    self.name = name
  }

  package var description: String { "\(kind.rawValue)/\(name)" }

  package static func < (left: ResourceID, right: ResourceID) -> Bool {
    left.kind == right.kind ? left.name < right.name : left.kind < right.kind
  }
}

/// A type of resource, read and written through its table of fields.
protocol Resource: Sendable, Hashable {
  static var fields: [Field<Self>] { get }
  /// A value with nothing declared, into which the fields are read. Required fields hold a stand-in, which never
  /// outlives reading: a missing one is a complaint.
  static var blank: Self { get }
  /// What is wrong with the values taken together, each as a sentence part that follows the resource's name.
  func inconsistencies() -> [InvalidText]
}

extension Resource {
  func inconsistencies() -> [InvalidText] { [] }
}
