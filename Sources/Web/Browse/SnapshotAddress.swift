// Addresses of what is in snapshots, and how a request's address is read as one. Names of files are bytes: in addresses
// they are percent-encoded, whatever they are.

import Engine
import HTTPTypes
import Spec

/// A snapshot as addresses name it.
struct SnapshotAddress: Sendable, Hashable {
  enum Verb: String {
    case look = "snapshots"
    case download, tar, restore
    case restoreOriginal = "restore-original"
  }

  let host: HostName
  let id: SnapshotID

  /// The address of a path within it.
  func link(_ verb: Verb, _ path: SnapshotPath = .root) -> String {
    let top = "/\(verb.rawValue)/\(host)/\(id.kind.rawValue)/\(PercentEncoding.encoded(id.name.description))"
    return path == .root ? top : "\(top)/\(path.percentEncoded)"
  }

  /// The way from the list of all snapshots to a path, for the top of a page; the last is where the reader is.
  func crumbs(to path: SnapshotPath, in page: String? = nil) -> [Crumb] {
    var crumbs = [
      Crumb(text: "Snapshots", crumbLink: "/snapshots"),
      Crumb(text: host.description, crumbLink: "/snapshots?host=\(host)"),
      Crumb(text: id.description.printable(), crumbLink: link(.look)),
    ]
    for (index, name) in path.components.enumerated() {
      crumbs.append(Crumb(text: SnapshotPath.shown(name), crumbLink: link(.look, path.prefix(index + 1))))
    }
    if let page { crumbs.append(Crumb(text: page, crumbLink: nil)) }
    if let last = crumbs.popLast() { crumbs.append(Crumb(text: last.text, crumbLink: nil)) }
    return crumbs
  }
}

/// A step of the way to a page.
struct Crumb: Sendable {
  let text: String
  /// Nil for the page itself.
  let crumbLink: String?
}

extension WebRequest {
  /// The snapshot that the path names.
  func snapshot() throws(WebProblem) -> SnapshotAddress {
    let host = try host()
    let text = parameter("name") ?? ""
    guard let kind = parameter("kind").flatMap({ SnapshotKind(rawValue: $0) }), let name = SnapshotName(text) else {
      throw .notFound("a snapshot \(text.excerpt.quoted) of \(host)")
    }
    return SnapshotAddress(host: host, id: SnapshotID(kind: kind, name: name))
  }

  /// What follows it in the path.
  func snapshotPath() throws(WebProblem) -> SnapshotPath {
    do throws(InvalidText) {
      return try SnapshotPath(components: catchAllBytes)
    } catch {
      throw .notFound("a path like that: \(error)")
    }
  }
}
