// The front desk: takes every request, lets it to its handler if the route's rules allow, and sees to the answer.

import Engine
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdCore
import Logging
import NIOCore
import Reconciler
import Spec
import Store

/// What is known of a connection.
struct Connection: InitializableFromSource {
  let channel: any Channel

  init(source: ApplicationRequestContextSource) { channel = source.channel }
}

/// Answers requests.
struct FrontDesk: HTTPResponder {
  typealias Context = Connection

  private let table: RouteTable
  private let site: Site

  init(_ routes: [Route], of site: Site) {
    table = RouteTable(routes)
    self.site = site
  }

  func respond(to request: Request, context: Connection) async throws -> Response {
    let started = site.environment.elapsed.now
    let visit = Visit(request, peer: context.channel.remoteAddress?.ipAddress, options: site.options)
    var outcome = await answer(visit, BodyReader(request))
    let response = await deliver(&outcome, to: visit)
    let seconds = site.environment.elapsed.now - started
    site.traffic.note(visit.method, outcome.route, response.status, after: seconds)
    site.logger.debug(
      "answered",
      metadata: [
        "method": "\(visit.method.rawValue)", "path": "\(visit.path)", "status": "\(response.status.code)",
        "seconds": "\(seconds)", "account": "\(outcome.identity?.name ?? "-")", "address": "\(visit.caller.address)",
      ])
    return outcome.closes ? closing(response, context.channel) : response
  }

  // MARK: - Finding the answer

  /// What is to be answered, and what has been found out on the way.
  private struct Outcome: Sendable {
    var route: Route?
    var identity: Identity?
    var response = WebResponse()
    /// Whether the connection cannot be used any further.
    var closes = false
  }

  private func answer(_ visit: Visit, _ reader: BodyReader) async -> Outcome {
    var outcome = Outcome()
    var hasRead = false
    do {
      try await answer(visit, reader, &hasRead, &outcome)
    } catch {
      outcome.response = response(to: error, visit, outcome)
    }
    // What nobody wanted is taken in all the same, or the next request on the connection would begin in its middle.
    if !hasRead, reader.isThere {
      switch try? await reader.read(upTo: 0, within: site.options.bodySeconds) {
      case .whole?, .tooLarge?: break
      case .endless?, .tooSlow?, .cutShort?, nil: outcome.closes = true
      }
    }
    return outcome
  }

  private func answer(
    _ visit: Visit, _ reader: BodyReader, _ hasRead: inout Bool, _ outcome: inout Outcome
  ) async throws {
    let (route, match) = try find(visit)
    outcome.route = route
    outcome.identity = try await recognise(visit, route)
    try await admit(visit, outcome.identity, to: route)

    hasRead = true
    let body: [UInt8]
    switch try await reader.read(upTo: route.bodyLimit, within: site.options.bodySeconds) {
    case .whole(let bytes): body = bytes
    case .tooLarge: throw WebProblem.tooLarge(route.bodyLimit)
    case .endless:
      outcome.closes = true
      throw WebProblem.tooLarge(route.bodyLimit)
    case .tooSlow:
      outcome.closes = true
      throw WebProblem(.requestTimeout, "too_slow", "The request took too long to arrive")
    case .cutShort:
      outcome.closes = true
      throw WebProblem.badRequest("its body ends too early")
    }
    try visit.checkContent(of: body, for: route.takes)
    let form = try route.takes == .form ? FormFields(decoding: body, of: "the form") : FormFields()
    if visit.changes { try await checkMeant(visit, form, outcome.identity, route) }

    let request = WebRequest(
      method: visit.method, path: visit.path, headers: visit.headers, remoteAddress: visit.caller.address,
      isSecure: visit.caller.isSecure, identity: outcome.identity, match: match,
      query: try FormFields(decoding: visit.query.utf8, of: "the query"), body: body, form: form)
    let site = site
    let answered = try await withTimeLimit(.seconds(site.options.handlingSeconds)) {
      try await route.answer(request, site)
    }
    guard let answered else {
      throw WebProblem(
        .serviceUnavailable, "took_too_long", "The answer took too long",
        remedy: "try again; the log of the server tells whether the database or a disk is slow")
    }
    outcome.response = answered
    if visit.changes { await site.forget() }
    if let notice = answered.notice, let session = outcome.identity?.session {
      try await site.store.setNotice(notice, for: session.digest)
    }
  }

  private func find(_ visit: Visit) throws(WebProblem) -> (Route, RouteMatch) {
    switch try table.find(visit.method, visit.path) {
    case .found(let route, let match): return (route, match)
    case .unknown: throw .notFound("a page \(visit.path.quoted)")
    case .wrongMethod(let allowed):
      var problem = WebProblem(
        .methodNotAllowed, "method_not_allowed", "\(visit.method.rawValue.quoted) is not answered here")
      problem.headers[.allow] = Set(allowed.map(\.rawValue)).sorted().joined(separator: ", ")
      throw problem
    }
  }

  /// Who asks. Where anyone may, a token or cookie that no longer holds is no reason to turn somebody away.
  private func recognise(_ visit: Visit, _ route: Route) async throws -> Identity? {
    do {
      return try await site.recognise(visit.headers, isSecure: visit.caller.isSecure)
    } catch let refusal as Refusal {
      if route.access == .anyone { return nil }
      throw refusal
    }
  }

  // MARK: - The rules

  private func admit(_ visit: Visit, _ identity: Identity?, to route: Route) async throws {
    do throws(Refusal) {
      try Gate.admit(identity, to: route.access)
    } catch {
      await record(error, visit, identity)
      throw error
    }
  }

  private func checkMeant(_ visit: Visit, _ form: FormFields, _ identity: Identity?, _ route: Route) async throws {
    // No browser sends along a token of the API by itself.
    guard identity?.token == nil else { return }
    var expected = [identity?.session?.csrf].compactMap(\.self)
    if route.access == .anyone, let cookie = SiteCookie.signIn.value(in: visit.headers, isSecure: visit.caller.isSecure)
    {
      expected.append(cookie)
    }
    do throws(Refusal) {
      try Gate.checkMeant(
        visit.headers, by: visit.caller, token: visit.headers[.xCSRFToken] ?? form["csrf"], expected: expected)
    } catch {
      await record(error, visit, identity)
      throw error
    }
  }

  /// Notes that somebody tried to change what they may not. Those who are nobody are only logged: they could fill the
  /// audit log.
  private func record(_ refusal: Refusal, _ visit: Visit, _ identity: Identity?) async {
    guard visit.changes else { return }
    let reason = refusal.problem(for: identity)
    site.logger.notice(
      "refused",
      metadata: [
        "path": "\(visit.path)", "account": "\(identity?.name ?? "-")", "address": "\(visit.caller.address)",
        "reason": "\(reason.code)",
      ])
    guard let identity else { return }
    do {
      try await site.store.recordAudit(
        NewAuditEntry(
          actor: identity.name, role: identity.role, address: visit.caller.address, action: "session.refused",
          subject: visit.path, after: .string(reason.code)), at: site.now)
    } catch {
      site.logger.error("a refusal was not recorded", metadata: ["error": "\(error)"])
    }
  }

  // MARK: - Problems

  private func response(to error: any Error, _ visit: Visit, _ outcome: Outcome) -> WebResponse {
    if let refusal = error as? Refusal {
      let isProgram = visit.isFromProgram
      if refusal == .unknown, !isProgram {
        // Where a form was to be sent to is nowhere to go back to.
        let target = visit.changes ? "" : "?next=\(PercentEncoding.encoded(visit.pathAndQuery))"
        return .redirect(to: "/login\(target)")
      }
      return response(to: refusal.problem(for: outcome.identity), visit)
    }
    if let problem = (error as? WebProblem) ?? WebProblem(of: error) { return response(to: problem, visit) }
    if error is CancellationError {
      return response(to: WebProblem(.serviceUnavailable, "stopping", "The server is being stopped"), visit)
    }
    // What went wrong inside may tell of paths and addresses that are not everybody's business.
    site.logger.error(
      "a request failed",
      metadata: [
        "request": "\(visit.id)", "method": "\(visit.method.rawValue)", "path": "\(visit.path)", "error": "\(error)",
      ])
    return response(
      to: WebProblem(
        .internalServerError, "internal_error", "Something went wrong in the server",
        remedy: "look for request \(visit.id) in the server's log"), visit)
  }

  private func response(to problem: WebProblem, _ visit: Visit) -> WebResponse {
    var response: WebResponse
    if visit.isFromProgram {
      response = .json(problem.document(id: visit.id), status: problem.status)
      response.headers[.contentType] = "application/problem+json"
    } else {
      response = .page(
        Page(problem.title, in: .none, .problem, ProblemView(problem, id: visit.id), status: problem.status))
    }
    for field in problem.headers { response.headers[field.name] = field.value }
    return response
  }

  // MARK: - Delivering

  /// Makes of what a handler answered what is sent.
  private func deliver(_ outcome: inout Outcome, to visit: Visit) async -> Response {
    let body: ResponseBody
    let answered = outcome.response.body
    switch answered {
    case .none: body = ResponseBody()
    case .bytes(let bytes): body = ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
    case .stream(let length, let produce): body = .streaming(length: length, produce)
    case .page(let page):
      do {
        body = ResponseBody(byteBuffer: ByteBuffer(bytes: try await render(page, &outcome, visit)))
      } catch {
        site.logger.error("a page was not rendered", metadata: ["request": "\(visit.id)", "error": "\(error)"])
        outcome.response = WebResponse(status: .internalServerError, headers: [.contentType: "text/plain"])
        body = ResponseBody(
          byteBuffer: ByteBuffer(string: "Something went wrong; look for request \(visit.id) in the server's log.\n"))
      }
    }
    var headers = outcome.response.headers
    ResponseHeaders.complete(
      &headers, path: visit.path, isPublic: outcome.route?.access == .anyone, isSecure: visit.caller.isSecure)
    var status = outcome.response.status
    if case .bytes(let bytes) = outcome.response.body, status == .ok, !visit.changes,
      headers[.cacheControl] != "no-store"
    {
      let tag = headers[.eTag] ?? "\"\(EntityTag.hash(bytes))\""
      headers[.eTag] = tag
      if EntityTag.matches(tag, visit.headers[.ifNoneMatch]) { status = .notModified }
    }
    if status == .notModified { return Response(status: status, headers: headers) }
    guard visit.method == .head else { return Response(status: status, headers: headers, body: body) }
    if let length = body.contentLength { headers[.contentLength] = String(length) }
    return Response(status: status, headers: headers)
  }

  /// A page with the layout around it and its reader's own parts in it.
  private func render(_ page: Page, _ outcome: inout Outcome, _ visit: Visit) async throws -> [UInt8] {
    let session = outcome.identity?.session
    var notice: String?
    if let session, session.notice != nil, visit.method == .get {
      notice = try await site.store.takeNotice(of: session.digest)
    }
    let html = try site.frames.html(page, for: outcome.identity, notice: notice)
    guard FormToken.isNeeded(in: html) else { return Array(html.utf8) }
    if let session { return FormToken.filling(html, with: session.csrf) }
    if let cookie = SiteCookie.signIn.value(in: visit.headers, isSecure: visit.caller.isSecure) {
      return FormToken.filling(html, with: cookie)
    }
    let token = Secret.random()
    outcome.response.headers.append(
      SiteCookie.signIn.setting(token, lasting: 43_200, isSecure: visit.caller.isSecure))
    return FormToken.filling(html, with: token)
  }

  /// The response, and after it the end of the connection.
  private func closing(_ response: Response, _ channel: any Channel) -> Response {
    var response = response
    response.headers[.connection] = "close"
    let body = response.body
    response.body = ResponseBody(contentLength: body.contentLength) { writer in
      try await body.write(writer)
      channel.close(promise: nil)
    }
    return response
  }
}
