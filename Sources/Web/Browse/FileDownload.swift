// Downloads of single files: whole, or from where an earlier download broke off.

import Engine
import Foundation
import HTTPTypes
import Logging
import Spec
import Store

enum FileDownload {
  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let (snapshot, path) = (try request.snapshot(), try request.snapshotPath())
    let tree = try await site.tree(of: snapshot)
    let file = try await site.looking { try tree.file(at: path) }
    let tag = "\"\(file.tag)\""
    var headers: HTTPFields = [
      .contentDisposition: Attachment.disposition(of: file.entry.name), .acceptRanges: "bytes", .eTag: tag,
    ]
    // A part is of use only to those who have the rest of the same file.
    let isSame = request.headers[.ifRange].map { $0 == tag } ?? true
    let asked = isSame ? ByteRange(request.headers[.range], of: file.size) : .whole
    let range: Range<Int64>
    var status = HTTPResponse.Status.ok
    switch asked {
    case .whole: range = 0..<file.size
    case .part(let part):
      range = part
      status = .partialContent
      headers[.contentRange] = "bytes \(part.lowerBound)-\(part.upperBound - 1)/\(file.size)"
    case .beyond:
      headers[.contentRange] = "bytes */\(file.size)"
      headers[.contentDisposition] = nil
      return WebResponse(status: .rangeNotSatisfiable, headers: headers)
    }
    let place = try site.placeForDownload(request)
    // What is fetched in parts is noted once.
    if request.method == .get, range.lowerBound == 0 {
      try await site.audit(
        request, "snapshot.download", on: "host/\(snapshot.host)",
        after: .map([
          YAMLPair("snapshot", .string(snapshot.id.description)), YAMLPair("path", .string("\(path)")),
        ]))
    }
    let what = "\(path) of \(snapshot.host) \(snapshot.id)"
    var response = WebResponse.stream(
      type: "application/octet-stream", length: Int64(range.count), headers: headers
    ) { sink in
      defer { withExtendedLifetime(place) {} }
      try await site.toldWhenCut(what) { try await file.read(range) { try await sink.write($0) } }
    }
    response.status = status
    return response
  }
}

extension Site {
  /// Streams something; where that breaks off, the log has the reason, for the reader only sees that the end is missing.
  func toldWhenCut(_ what: String, _ body: () async throws -> Void) async throws {
    do {
      try await body()
    } catch {
      if !(error is CancellationError) {
        logger.warning("a download was cut off", metadata: ["what": "\(what)", "error": "\(error)"])
      }
      throw error
    }
  }
}

/// Which part of a file somebody asks for (RFC 9110, section 14).
enum ByteRange: Sendable, Hashable {
  case whole
  case part(Range<Int64>)
  /// Nothing of it is in the file.
  case beyond

  /// Reads the header field. What is no single range of bytes asks for the whole.
  init(_ field: String?, of size: Int64) {
    self = Self.range(field, of: size) ?? .whole
  }

  private static func range(_ field: String?, of size: Int64) -> ByteRange? {
    guard let field, field.utf8.count < 100, field.lowercased().hasPrefix("bytes=") else { return nil }
    let ends = field.dropFirst(6).split(separator: "-", omittingEmptySubsequences: false)
    guard ends.count == 2, ends.allSatisfy({ $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) else { return nil }
    // Digits that are no number are one that is too large.
    let numbers = ends.map { end -> Int64? in end.isEmpty ? nil : Int64(end) ?? .max }
    switch (numbers[0], numbers[1]) {
    case (nil, nil): return nil
    case (nil, let length?): return length > 0 && size > 0 ? .part(max(0, size - length)..<size) : .beyond
    case (let first?, nil): return first < size ? .part(first..<size) : .beyond
    case (let first?, let last?):
      guard first <= last else { return nil }
      return first < size ? .part(first..<(last < size ? last + 1 : size)) : .beyond
    }
  }
}

/// What browsers call what they download (RFC 6266).
enum Attachment {
  /// - Parameter name: of a file, whatever that is; nothing of it leaves its place in the header field.
  static func disposition(of name: [UInt8], with ending: String = "") -> String {
    let text = plain(String(decoding: name, as: UTF8.self)) + ending
    let letters = text.unicodeScalars.map { scalar -> Character in
      switch scalar {
      case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": Character(scalar)
      default: "_"
      }
    }
    return "attachment; filename=\"\(String(letters))\"; filename*=UTF-8''\(PercentEncoding.encoded(text))"
  }

  /// The name without what could disguise it or lead elsewhere.
  private static func plain(_ name: String) -> String {
    let scalars = name.unicodeScalars.prefix(200).map { scalar -> Character in
      switch scalar.properties.generalCategory {
      case .control, .format, .surrogate, .privateUse, .lineSeparator, .paragraphSeparator, .unassigned: "_"
      default: scalar == "/" || scalar == "\\" ? "_" : Character(scalar)
      }
    }
    return scalars.isEmpty ? "download" : String(scalars)
  }
}
