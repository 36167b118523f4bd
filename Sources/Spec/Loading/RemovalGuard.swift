// The removal guard: whether an apply may take so many hosts out of the desired state. A spec that was cut short, or
// the wrong file, must not retire a fleet.

/// The hosts that an apply would remove, and why it may not, if it may not.
package struct RemovalGuard: Sendable, Hashable {
  package enum Refusal: Sendable, Hashable {
    /// Some are declared with `prevent_removal: true`.
    case prevented([HostName])
    /// The spec declares no host, so that all would go.
    case everyHost
    /// More would go than may at once.
    case tooMany
  }

  /// The hosts that would go, by name.
  package let removed: [HostName]
  /// How many hosts the spec set owns now.
  package let owned: Int
  /// How many may go at once.
  package let limit: Int
  package let refusal: Refusal?

  /// Decides.
  ///
  /// - Parameters:
  ///   - removed: what would be deleted; anything but hosts is of no interest.
  ///   - owned: how many hosts the spec set owns now.
  ///   - current: the desired state as it is stored. Its settings and its hosts decide, not those that are to be: a
  ///     spec cannot lift the guard in the same step that the guard is there for.
  ///   - declaresHosts: whether the spec declares any host.
  ///   - allowed: the number that a person has named, which lifts everything but `prevent_removal`.
  package init(
    removing removed: some Sequence<ResourceID>, of owned: Int, in current: Spec, declaresHosts: Bool,
    allowed: Int? = nil
  ) {
    let hosts = removed.filter { $0.kind == .host }.compactMap { try? HostName(text: $0.name) }.sorted()
    let limit = allowed ?? current.settings?.maxRemovals ?? Self.defaultLimit(of: owned)
    let prevented = hosts.filter { current.effectiveHost($0)?.preventRemoval == true }
    self.removed = hosts
    self.owned = owned
    self.limit = limit
    refusal =
      if !prevented.isEmpty {
        .prevented(prevented)
      } else if allowed == nil, !declaresHosts, !hosts.isEmpty {
        .everyHost
      } else if hosts.count > limit {
        .tooMany
      } else {
        nil
      }
  }

  /// How many of so many hosts may go at once unless the settings say: a tenth, two at least.
  package static func defaultLimit(of owned: Int) -> Int { max(2, owned / 10) }

  /// What is wrong and what to do, for a spec set of a name; nil if nothing is.
  package func complaint(about set: String) -> (message: String, remedy: String)? {
    guard let refusal else { return nil }
    let flag = "give --max-removals \(removed.count) if they are to go"
    switch refusal {
    case .prevented(let hosts):
      let isOne = hosts.count == 1
      return (
        "\(isOne ? "host" : "hosts") \(Self.list(hosts)) \(isOne ? "is" : "are") declared with "
          + "`prevent_removal: true`, and may not be removed",
        "apply `prevent_removal: false` for \(isOne ? "it" : "them") first"
      )
    case .everyHost:
      return (
        "the spec declares no host, and \(removed.count == 1 ? "the only host" : "all \(removed.count) hosts") of set "
          + "\(set) would be removed: \(Self.list(removed))",
        "check that these are all the files; \(flag)"
      )
    case .tooMany:
      return (
        "\(removed.count) of the \(owned) hosts of set \(set) would be removed, and at most \(limit) may go at once: "
          + Self.list(removed), flag
      )
    }
  }

  private static let listed = 20

  /// The first of some names, and how many more there are.
  private static func list(_ hosts: [HostName]) -> String {
    let more = hosts.count > listed ? " and \(hosts.count - listed) more" : ""
    return hosts.prefix(listed).map(\.description).joined(separator: ", ") + more
  }
}
