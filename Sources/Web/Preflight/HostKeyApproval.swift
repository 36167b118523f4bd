// Approving the key of a host: the one key with the fingerprint that was shown and agreed to, by the same way as
// `pobsync ssh-key trust`.

import Engine
import Foundation
import HTTPTypes
import Reconciler
import Spec
import Store

enum HostKeyApproval {
  static func approve(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let name = try request.host()
    let host = try await site.declaredHost(name)
    guard let fingerprint = request.field("fingerprint"), !fingerprint.isEmpty else {
      throw WebProblem.badRequest("the form names no fingerprint")
    }
    let environment = site.environment
    let trust = HostKeyTrust(host, tools: environment.sshTools, defaults: environment.sshDefaults)
    let offered = try await offered(to: trust, by: name, site)
    let replacing = request.field("replace") != nil
    do {
      let before = try await trust.known()
      let change = try await trust.change(for: fingerprint, among: offered, replacing: replacing)
      guard !change.keys.isEmpty else {
        return .redirect(to: page(of: name), notice: "\(fingerprint.printable()) is trusted already.")
      }
      let former = try await environment.sshTools.fingerprints(of: before.trusted.sorted { $0.line < $1.line })
      try await trust.carryOut(change)
      try await site.audit(
        request, "host_key.trust", on: "host/\(name)",
        before: .map([YAMLPair("fingerprints", .list(former.map(YAMLValue.string)))]),
        after: .map([
          YAMLPair("fingerprint", .string(fingerprint)), YAMLPair("known_as", .string(trust.name)),
          YAMLPair("file", .string(trust.file.description)), YAMLPair("replaces", .bool(change.isReplacing)),
        ]))
    } catch let refusal as HostKeyRefusal {
      throw WebProblem(
        .conflict, "host_key_refused", "The key was not trusted", detail: refusal.description,
        remedy: "ask for another preflight, and compare the fingerprint with the host's console")
    } catch let error as DiskError {
      throw WebProblem(
        .conflict, "known_hosts_unwritable", "The key could not be stored", detail: error.description,
        remedy: "let the service write to \(trust.file), or run `pobsync ssh-key trust \(name)` as who may")
    }
    // The report that was shown is about the way to the host as it was.
    try await PreflightPages.queue(.preflight, of: name, request, site)
    return .redirect(
      to: page(of: name), notice: "\(fingerprint.printable()) is trusted, and another preflight is asked for.")
  }

  private static func page(of host: HostName) -> String { "/hosts/\(host)/preflight" }

  /// The keys of the report that the reader has seen.
  private static func offered(
    to trust: HostKeyTrust, by host: HostName, _ site: Site
  ) async throws -> [SSHPublicKey] {
    let run = try await site.store.newestFinishedRun(.preflight, of: host)
    let keys = run?.report.flatMap { PreflightReport(reading: $0) }?.offeredKeys ?? []
    // Since then it may have been declared to be elsewhere.
    let current = keys.filter { $0.name == trust.name }.map(\.key)
    guard !current.isEmpty else {
      throw WebProblem(
        .conflict, "no_host_key", "There is no key of \(host) to trust",
        detail: "The newest preflight has found none at \(trust.name).", remedy: "ask for another preflight")
    }
    return current
  }
}
