// The spec: the whole desired state, or the part of it that some files declare.

/// What operators declare. Read from files it holds what they say; read from the store, everything that holds.
package struct Spec: Sendable, Hashable {
  package var settings: Settings?
  package var retention: [ResourceName: RetentionPolicy] = [:]
  package var schedules: [ResourceName: Schedule] = [:]
  package var profiles: [ResourceName: Profile] = [:]
  package var hosts: [HostName: Host] = [:]
  package var notifications: [ResourceName: NotificationTarget] = [:]

  package init() {}

  /// The resources that are declared, in dependency order and by name.
  package var identifiers: [ResourceID] {
    func sorted(_ kind: ResourceKind, _ names: some Sequence<some TextValue>) -> [ResourceID] {
      names.map(\.description).sorted().map { ResourceID(kind: kind, name: $0) }
    }
    return (settings == nil ? [] : [.settings]) + sorted(.retention, retention.keys)
      + sorted(.schedule, schedules.keys) + sorted(.profile, profiles.keys) + sorted(.host, hosts.keys)
      + sorted(.notification, notifications.keys)
  }

  /// This spec with the resources of `other` in place of, or besides, its own.
  package func merging(_ other: Spec) -> Spec {
    var merged = self
    merged.settings = other.settings ?? settings
    merged.retention.merge(other.retention) { $1 }
    merged.schedules.merge(other.schedules) { $1 }
    merged.profiles.merge(other.profiles) { $1 }
    merged.hosts.merge(other.hosts) { $1 }
    merged.notifications.merge(other.notifications) { $1 }
    return merged
  }

  /// This spec without some resources.
  package func removing(_ gone: some Sequence<ResourceID>) -> Spec {
    var rest = self
    for id in gone {
      switch id.kind {
      case .settings: rest.settings = nil
      case .retention: rest.retention.remove(id)
      case .schedule: rest.schedules.remove(id)
      case .profile: rest.profiles.remove(id)
      case .host: rest.hosts.remove(id)
      case .notification: rest.notifications.remove(id)
      }
    }
    return rest
  }

  /// Whether another spec declares a resource, or leaves it out, just as this one does.
  func declares(_ id: ResourceID, as other: Spec) -> Bool {
    switch id.kind {
    case .settings: settings == other.settings
    case .retention: retention.agrees(with: other.retention, on: id)
    case .schedule: schedules.agrees(with: other.schedules, on: id)
    case .profile: profiles.agrees(with: other.profiles, on: id)
    case .host: hosts.agrees(with: other.hosts, on: id)
    case .notification: notifications.agrees(with: other.notifications, on: id)
    }
  }

  /// The declared fields of one resource, or nil if it is not declared.
  package func values(of id: ResourceID) -> [YAMLPair]? {
    switch id.kind {
    case .settings: return settings.map(Settings.fields.encode)
    case .retention:
      return (try? ResourceName(text: id.name)).flatMap { retention[$0] }.map(RetentionPolicy.fields.encode)
    case .schedule: return (try? ResourceName(text: id.name)).flatMap { schedules[$0] }.map(Schedule.fields.encode)
    case .profile: return (try? ResourceName(text: id.name)).flatMap { profiles[$0] }.map(Profile.fields.encode)
    case .host: return (try? HostName(text: id.name)).flatMap { hosts[$0] }.map(Host.fields.encode)
    case .notification:
      return (try? ResourceName(text: id.name)).flatMap { notifications[$0] }.map(NotificationTarget.fields.encode)
    }
  }
}

extension Dictionary where Key: TextValue {
  fileprivate mutating func remove(_ id: ResourceID) {
    if let name = try? Key(text: id.name) { removeValue(forKey: name) }
  }

  fileprivate func agrees(with other: Self, on id: ResourceID) -> Bool where Value: Equatable {
    (try? Key(text: id.name)).map { self[$0] == other[$0] } ?? true
  }
}
