// Parts of a spec: some of its resources, chosen by their identity.

extension Spec {
  /// A spec of nothing but some of this one's resources; what this one does not declare is left out.
  package func picking(_ chosen: some Sequence<ResourceID>) -> Spec {
    var picked = Spec()
    for id in chosen {
      switch id.kind {
      case .settings: picked.settings = settings
      case .retention: picked.retention.take(id, from: retention)
      case .schedule: picked.schedules.take(id, from: schedules)
      case .profile: picked.profiles.take(id, from: profiles)
      case .host: picked.hosts.take(id, from: hosts)
      case .notification: picked.notifications.take(id, from: notifications)
      }
    }
    return picked
  }
}

extension Dictionary where Key: TextValue {
  fileprivate mutating func take(_ id: ResourceID, from other: Self) {
    if let name = try? Key(text: id.name) { self[name] = other[name] }
  }
}
