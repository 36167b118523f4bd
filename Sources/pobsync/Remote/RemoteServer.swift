// Another pobsync, asked over its API.

import Engine
import Foundation
import Reconciler
import Spec

struct RemoteServer: Sendable {
  let address: RemoteAddress
  private let token: String
  /// Longer than any server takes to answer.
  private var timeLimit = Duration.seconds(90)

  init(_ address: RemoteAddress, token: String) {
    self.address = address
    self.token = token
  }

  /// The same server, which has so much time at most for each answer.
  func within(_ limit: Duration) -> RemoteServer {
    var hurried = self
    hurried.timeLimit = min(timeLimit, limit)
    return hurried
  }

  private static let answerLimit = 64 << 20
  private static let mostValues = 10_000_000

  typealias Query = [(name: String, value: String)]

  // MARK: - Asking

  func get(_ path: String, _ query: Query = []) async throws -> YAMLValue {
    try value(of: try await send("GET", path, query))
  }

  /// A text, with the header fields that came with it, by their names in lower case.
  func text(_ path: String, _ query: Query = []) async throws -> (text: String, headers: [String: String]) {
    let reply = try await send("GET", path, query)
    return (String(decoding: reply.body, as: UTF8.self), reply.headers)
  }

  /// Posts what makes something happen.
  func post(_ path: String, _ body: YAMLValue = .map([])) async throws -> YAMLValue {
    let text = JSONWriter.compact(body)
    return try value(of: try await send("POST", path, [], Data(text.utf8), type: "application/json"))
  }

  /// Posts the files of a spec; none for the desired state as it is.
  func post(_ path: String, _ query: Query, files: [SourceText]) async throws -> YAMLValue {
    guard !files.isEmpty else { return try value(of: try await send("POST", path, query, Data(), type: nil)) }
    let bundle = try files.map { file -> YAMLValue in
      guard let text = String(validating: file.bytes, as: UTF8.self) else {
        throw CommandFailure("\(file.name) is not UTF-8")
      }
      return .map([YAMLPair("file", .string(file.name)), YAMLPair("content", .string(text))])
    }
    let text = JSONWriter.compact(.map([YAMLPair("files", .list(bundle))]))
    let type = "application/vnd.pobsync.spec-files+json"
    return try value(of: try await send("POST", path, query, Data(text.utf8), type: type))
  }

  /// Everything in a list, or so many of it, page by page.
  ///
  /// - Parameter cursor: by which name the next page is asked for.
  func list(_ path: String, _ query: Query = [], cursor: String, limit: Int = .max) async throws -> [YAMLValue] {
    var items: [YAMLValue] = []
    var next: String?
    repeat {
      let size = min(limit - items.count, Self.pageSize)
      var pageQuery = query + [(name: "limit", value: "\(size)")]
      if let next { pageQuery.append((name: cursor, value: next)) }
      let page = try await get(path, pageQuery)
      guard let found = page["items"] else { throw unreadable }
      items += found.items
      let following = page["next"]?.text
      guard following != next else { break }
      next = following
    } while next != nil && items.count < limit
    return items
  }

  /// Everything in a list that is short enough for one page.
  func list(_ path: String) async throws -> [YAMLValue] {
    guard let found = try await get(path)["items"] else { throw unreadable }
    return found.items
  }

  private static let pageSize = 500

  // MARK: - One exchange

  private func send(
    _ method: String, _ path: String, _ query: Query, _ body: Data? = nil, type: String? = nil
  ) async throws -> WebReply {
    let encoded = query.map { "\($0.name)=\(Self.encoded($0.value))" }.joined(separator: "&")
    guard let url = URL(string: "\(address)\(path)" + (encoded.isEmpty ? "" : "?\(encoded)")) else {
      throw CommandFailure("\(address) cannot be asked for \(path)")
    }
    var headers = ["Authorization": "Bearer \(token)", "Accept": "application/json"]
    if let type { headers["Content-Type"] = type }
    // Comparing changes nothing, although it is posted.
    let hint = method == "POST" && path != "/api/diff" ? "; look whether it was done before you ask again" : ""
    let reply: WebReply
    do {
      reply = try await WebExchange.send(
        method, url, headers: headers, body: body, answerLimit: Self.answerLimit, timeLimit: timeLimit)
    } catch let failure as WebFailure {
      let words = "\(address): \(failure.words)" + (failure.mayComeAfterwards ? hint : "")
      if failure.mayPass { throw ServerSilence(words) }
      throw CommandFailure(words)
    }
    guard reply.isWhole else { throw CommandFailure("\(address) answers more than is taken; ask for less") }
    switch reply.status {
    case 200..<300: return reply
    case 300..<400:
      throw CommandFailure("\(address) leads elsewhere, where the token is not sent; give the address it leads to")
    // A proxy says that the server does not answer, or the server that it is too busy, or stopping.
    case 502, 504: throw ServerSilence("\(failure(in: reply))\(hint)")
    case 503: throw ServerSilence("\(failure(in: reply))")
    default: throw failure(in: reply)
    }
  }

  /// Letters, digits and what means nothing in a query stand for themselves.
  private static func encoded(_ text: String) -> String {
    text.utf8.map { byte -> String in
      switch byte {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
        UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"),
        UInt8(ascii: "~"):
        String(UnicodeScalar(byte))
      default: (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }.joined()
  }

  // MARK: - Answers

  private var unreadable: CommandFailure {
    CommandFailure("\(address) answers what this version does not understand; is it a pobsync, of another version?")
  }

  private func value(of reply: WebReply) throws -> YAMLValue {
    do throws(JSONError) {
      return try JSONReader.read(reply.body, maxValues: Self.mostValues)
    } catch {
      throw unreadable
    }
  }

  /// What a problem document says, in the words that it is said in to an operator.
  private func failure(in reply: WebReply) -> any Error {
    guard reply.headers["content-type"]?.hasPrefix("application/problem+json") ?? false,
      let problem = try? JSONReader.read(reply.body), let title = problem["title"]?.text
    else {
      let isOfProxy = [502, 503, 504].contains(reply.status)
      let question = isOfProxy ? "is pobsync up behind a proxy there?" : "is it a pobsync?"
      return CommandFailure("\(address) answers with HTTP status \(reply.status); \(question)")
    }
    let diagnostics = (problem["diagnostics"]?.items ?? []).compactMap { Diagnostic(reading: $0) }
    if !diagnostics.isEmpty { return Diagnostics(diagnostics) }
    let detail = problem["detail"]?.text.map { ": \(Self.shown($0))" } ?? ""
    let remedy = problem["remedy"]?.text.map { "; \(Self.shown($0))" } ?? ""
    return CommandFailure("\(address): \(Self.shown(title))\(detail)\(remedy)")
  }

  /// A text of several lines, each fit to be shown.
  private static func shown(_ text: String) -> String {
    text.split(separator: "\n", omittingEmptySubsequences: false).map { String($0).printable(limit: 2000) }
      .joined(separator: "\n")
  }
}

extension WebFailure {
  /// Whether it lies with the connection, which may come back: as when the server, a proxy or a resolver is restarted.
  fileprivate var mayPass: Bool {
    switch self {
    case .timedOut, .hostUnknown, .cannotConnect, .connectionLost: true
    case .certificateRefused, .cancelled, .other: false
    }
  }

  /// Whether what was asked may have been done although it was not answered.
  fileprivate var mayComeAfterwards: Bool {
    switch self {
    case .timedOut, .connectionLost: true
    case .hostUnknown, .cannotConnect, .certificateRefused, .cancelled, .other: false
    }
  }

  /// What went wrong, without the address.
  fileprivate var words: String {
    switch self {
    case .timedOut: "no answer in time"
    case .hostUnknown: "the name is not known"
    case .cannotConnect: "nothing answers there; is the server running, and is a firewall between?"
    case .connectionLost: "the connection broke"
    case .certificateRefused: "its certificate is not one that this machine trusts"
    case .cancelled: "interrupted"
    case .other(let code): "it could not be reached (error \(code))"
    }
  }
}
