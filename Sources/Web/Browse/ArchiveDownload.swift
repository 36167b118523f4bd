// Downloads of directories, as tar archives that are made while they are sent.

import Engine
import Foundation
import HTTPTypes
import Logging
import Spec
import Store

enum ArchiveDownload {
  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let (snapshot, path) = (try request.snapshot(), try request.snapshotPath())
    let name = path.name ?? Array("\(snapshot.host)-\(Timestamp.compact(snapshot.id.name.startedAt))".utf8)
    let tree = try await site.tree(of: snapshot)
    let place = try site.placeForDownload(request)
    let archive = try await site.looking { try tree.tar(of: path, named: name) }
    if request.method == .get {
      try await site.audit(
        request, "snapshot.archive", on: "host/\(snapshot.host)",
        after: .map([
          YAMLPair("snapshot", .string(snapshot.id.description)), YAMLPair("path", .string("\(path)")),
        ]))
    }
    let what = "\(path) of \(snapshot.host) \(snapshot.id)"
    let headers: HTTPFields = [.contentDisposition: Attachment.disposition(of: name, with: ".tar")]
    return .stream(type: "application/x-tar", headers: headers) { sink in
      defer { withExtendedLifetime(place) {} }
      try await site.toldWhenCut(what) {
        while let piece = try await archive.next() { try await sink.write(piece) }
      }
      let omitted = archive.omissions
      guard omitted != TarStream.Omissions() else { return }
      site.logger.info(
        "an archive lacks what it cannot hold",
        metadata: ["what": "\(what)", "sockets": "\(omitted.sockets)", "attributes": "\(omitted.attributes)"])
    }
  }
}
