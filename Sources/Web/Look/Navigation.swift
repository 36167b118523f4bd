// The navigation: the parts of the site that a reader may see, with the one lit that the page belongs to.

/// Entries below one heading.
struct NavigationGroup: Sendable, Hashable {
  let label: String?
  let entries: [NavigationEntry]
}

/// A link to a part of the site.
struct NavigationEntry: Sendable, Hashable {
  let name: String
  let path: String
  /// The name of its icon and of the section that lights it.
  let icon: String
  let isCurrent: Bool
}

extension NavigationGroup {
  /// The groups of which a reader may see something, in order.
  static func all(lit section: Section, mayOperate: Bool, mayAdminister: Bool) -> [NavigationGroup] {
    let lit = section.rawValue
    func group(_ label: String?, _ entries: [(name: String, path: String, icon: String)]) -> NavigationGroup {
      NavigationGroup(
        label: label,
        entries: entries.map {
          NavigationEntry(name: $0.name, path: $0.path, icon: $0.icon, isCurrent: $0.icon == lit)
        })
    }
    var groups = [
      group(
        nil,
        [
          ("Overview", "/", "overview"), ("Hosts", "/hosts", "hosts"), ("Snapshots", "/snapshots", "snapshots"),
          ("Runs", "/runs", "runs"),
          ("Events", "/events", "events"),
        ])
    ]
    if mayOperate {
      groups.append(
        group(
          "Operate",
          [
            ("Spec", "/spec", "spec"), ("Retention", "/retention", "retention"),
            ("SSH keys", "/ssh-keys", "credentials"), ("Purges", "/purges", "purges"),
          ]))
    }
    if mayAdminister {
      groups.append(
        group(
          "Administer", [("Users", "/users", "users"), ("Tokens", "/tokens", "tokens"), ("Audit", "/audit", "audit")])
      )
    }
    groups.append(group(mayOperate ? "Service" : nil, [("Settings", "/settings", "settings")]))
    return groups
  }
}
