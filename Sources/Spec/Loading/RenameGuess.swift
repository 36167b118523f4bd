// Likely renames: a host that comes and one that goes, which are reached in the same way.

extension Spec {
  /// Which of the hosts that come with this spec are likely hosts under another name that go.
  ///
  /// Only pairs of which nobody else is reached in that way are named: of several, nobody could tell which is which.
  ///
  /// - Parameters:
  ///   - new: hosts that this spec declares.
  ///   - gone: hosts that `current` declares.
  /// - Returns: the moves, by their new names.
  package func likelyMoves(
    to new: some Sequence<HostName>, from gone: some Sequence<HostName>, of current: Spec
  ) -> [HostMove] {
    let former = Dictionary(grouping: gone.compactMap { current.effectiveHost($0) }, by: Route.init)
    let latter = Dictionary(grouping: new.compactMap { effectiveHost($0) }, by: Route.init)
    let moves = latter.compactMap { route, hosts -> HostMove? in
      guard let others = former[route], let host = hosts.first, let other = others.first, hosts.count == 1,
        others.count == 1
      else { return nil }
      return HostMove(from: other.name, to: host.name)
    }
    return moves.sorted { $0.to < $1.to }
  }
}

/// How a host is reached.
private struct Route: Hashable {
  let address: HostAddress
  let port: Int
  let user: UserName
  let identityFile: SSHFilePath?

  init(_ host: EffectiveHost) {
    address = host.address
    port = host.ssh.port
    user = host.ssh.user
    identityFile = host.ssh.identityFile
  }
}
