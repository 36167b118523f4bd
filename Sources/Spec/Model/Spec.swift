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
    let named =
      retention.keys.map { ResourceID(kind: .retention, name: $0.description) }
      + schedules.keys.map { ResourceID(kind: .schedule, name: $0.description) }
      + profiles.keys.map { ResourceID(kind: .profile, name: $0.description) }
      + hosts.keys.map(ResourceID.host)
      + notifications.keys.map { ResourceID(kind: .notification, name: $0.description) }
    return (settings == nil ? [] : [.settings]) + named.sorted()
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

  /// This spec without one resource.
  package func removing(_ id: ResourceID) -> Spec {
    var rest = self
    switch id.kind {
    case .settings: rest.settings = nil
    case .retention: rest.retention = retention.filter { $0.key.description != id.name }
    case .schedule: rest.schedules = schedules.filter { $0.key.description != id.name }
    case .profile: rest.profiles = profiles.filter { $0.key.description != id.name }
    case .host: rest.hosts = hosts.filter { $0.key.description != id.name }
    case .notification: rest.notifications = notifications.filter { $0.key.description != id.name }
    }
    return rest
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
