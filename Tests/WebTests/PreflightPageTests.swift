// The pages of preflights and dry runs: what is in the way is shown and escaped, runs are asked for, and of a host's keys
// just the one that was agreed to is trusted.

import Engine
import Foundation
import HTTPTypes
import Logging
import Reconciler
import Spec
import Store
import Support
import Testing

@testable import Web

@Suite struct PreflightPageTests {
  private func key(_ seed: UInt8) throws -> SSHPublicKey {
    let name = Array("ssh-ed25519".utf8)
    let bytes = [0, 0, 0, UInt8(name.count)] + name + [0, 0, 0, 32] + [UInt8](repeating: seed, count: 32)
    return try #require(SSHPublicKey(algorithm: "ssh-ed25519", encoded: Data(bytes).base64EncodedString()))
  }

  /// A run that has ended with a report.
  private func finish(
    _ report: YAMLValue, _ kind: RunKind = .preflight, state: RunState = .failed, in store: Store, at now: Date
  ) async throws {
    let web = try HostName(text: "web-1")
    let request = RunRequest(host: web, kind: kind, trigger: .web, reason: "a test")
    let id = try #require(try await store.queue(request, at: now).runID)
    let lease = try await store.acquireLease(
      "worker/\(id)", kind: .worker, process: "a process", duration: 60, at: now)
    let worker = try #require(lease)
    let run = try #require(try await store.claimRun(id, by: worker, at: now))
    let result = RunResult(state: state, message: "as it went", log: "<script>list</script>", report: report)
    _ = try await store.finishRun(run, result, by: worker, at: now)
  }

  private func report(
    _ checks: [PreflightCheck], keys: [OfferedHostKey] = [], at now: Date
  ) throws -> PreflightReport {
    let disk = HostDiskFacts(directory: "/backups/web-1", isThere: true, scheduled: 3, manual: 1)
    return PreflightReport(
      host: try HostName(text: "web-1"), at: now, checks: checks, disk: disk, offeredKeys: keys)
  }

  // MARK: - Pages

  @Test func `what blocks all stands apart from what blocks backups, and is escaped`() async throws {
    try await withWeb(routes: Route.preflightPages) { web in
      try await web.apply("hosts: {web-1: {}}")
      let reader = try await web.reader(.operator)
      #expect(try await reader.get("/hosts/web-1/preflight").text.contains("Nobody has looked yet"))
      let checks = [
        PreflightCheck(.space, .failed, "only 1 B is free", remedy: "free space", blocks: .backup),
        PreflightCheck(.sourceRoot, .failed, "<img src=x>", blocks: .dryRun), PreflightCheck(.inodes, .ok, "enough"),
      ]
      try await finish(try report(checks, at: web.now).document, in: web.store, at: web.now)
      let page = try await reader.get("/hosts/web-1/preflight").text
      #expect(page.contains("Neither a backup nor a dry run can be made."))
      #expect(page.contains("No backup can be made.") && !page.contains("A dry run can."))
      #expect(page.contains("&lt;img src=x&gt;") && !page.contains("<img src=x>"))
      #expect(page.contains("3 scheduled, 1 manual"))
      #expect(try await reader.get("/hosts/web-2/preflight").status == 404)
      #expect(try await web.reader(.viewer).get("/hosts/web-1/preflight").status == 403)
    }
  }

  @Test func `asking for either queues one run, which joins, and is in the audit log`() async throws {
    try await withWeb(routes: Route.preflightPages) { web in
      try await web.apply("hosts: {web-1: {}}")
      let reader = try await web.reader(.operator)
      let kinds: [(String, RunKind)] = [("preflight", .preflight), ("dry-run", .dryRun)]
      for (path, kind) in kinds {
        for _ in 0..<2 { #expect(try await reader.post("/hosts/web-1/\(path)").status == 303) }
        let runs = try await web.store.runs(kinds: [kind], limit: 10)
        #expect(runs.count == 1)
        #expect(runs.first?.request.requestedBy == "operator" && runs.first?.trigger == .web)
        #expect(try await web.store.audit(action: "host.\(kind.rawValue)", limit: 10).count == 2)
      }
      let newest = try await web.store.newestRunID()
      #expect(try await reader.post("/hosts/web-1/dry-run").header("location") == "/runs/\(newest)")
      #expect(try await reader.post("/hosts/web-2/dry-run").status == 404)
      #expect(try await web.reader(.viewer).post("/hosts/web-1/dry-run").status == 403)
    }
  }

  @Test func `a dry run is shown with its figures and its list, escaped`() async throws {
    try await withWeb(routes: Route.preflightPages) { web in
      try await web.apply("hosts: {web-1: {}}")
      let reader = try await web.reader(.operator)
      #expect(try await reader.get("/hosts/web-1/dry-run").text.contains("Nobody has asked yet"))
      let figures = YAMLValue.map([
        YAMLPair("transferred_files", .int(1234)), YAMLPair("transferred_bytes", .int(5_000_000)),
        YAMLPair("deletions", .int(2)), YAMLPair("base", .null),
      ])
      try await finish(figures, .dryRun, state: .succeeded, in: web.store, at: web.now)
      let page = try await reader.get("/hosts/web-1/dry-run").text
      #expect(page.contains("1,234") && page.contains("5.00 MB") && page.contains("everything is copied"))
      #expect(page.contains("&lt;script&gt;list") && !page.contains("<script>list"))
    }
  }

  @Test func `only an admin is offered to approve a key`() async throws {
    try await withWeb(routes: Route.preflightPages) { web in
      try await web.apply("hosts: {web-1: {}}")
      let offered = OfferedHostKey(
        name: "web-1", key: try key(7), fingerprint: "SHA256:abc (ED25519)", standing: .changed)
      try await finish(try report([], keys: [offered], at: web.now).document, in: web.store, at: web.now)
      let form = #"action="/hosts/web-1/host-key/approve""#
      let admin = try await web.reader(.admin).get("/hosts/web-1/preflight").text
      #expect(admin.contains(form) && admin.contains("SHA256:abc (ED25519)") && admin.contains(#"name="replace""#))
      let shown = try await web.reader(.operator).get("/hosts/web-1/preflight").text
      #expect(!shown.contains(form) && shown.contains("Keys are approved by an admin."))
      let refused = try await web.reader(.operator).post(
        "/hosts/web-1/host-key/approve", ["fingerprint": "SHA256:abc (ED25519)"])
      #expect(refused.status == 403)
    }
  }

  // MARK: - Approving

  /// The handler with real programs, and a file of known hosts of its own.
  private struct Approval {
    let site: Site
    let file: String

    init(in scratch: ScratchDirectory) async throws {
      file = scratch.path("known_hosts")
      let environment = Reconciler.Environment(
        store: try await Store.open(on: TestDatabase.fresh(), at: Date()), clock: .system, elapsed: .system,
        runner: ProcessRunner(executable: Product.pobsync),
        sshDefaults: SSHDefaults(knownHostsFile: try SSHFilePath(text: file), identityFile: nil), actor: "tests")
      site = try Site(environment: environment, options: WebServer.Options(), logger: Logger(label: "tests"))
      let spec = try SpecReader.read([SourceText(name: "spec.yaml", "version: 1\nhosts: {web-1: {}}\n")]).spec
      _ = try await site.store.apply(
        spec, as: ChangeOrigin(source: "tests", actor: "tests"), prune: false, at: site.now)
    }

    var text: String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }

    /// - Returns: the code of the problem; nil if it was approved.
    func approve(_ fingerprint: String, replace: Bool = false) async throws -> String? {
      let form = "fingerprint=\(PercentEncoding.encoded(fingerprint))\(replace ? "&replace=yes" : "")"
      let request = WebRequest(
        method: .post, path: "/hosts/web-1/host-key/approve", headers: [:], remoteAddress: "127.0.0.1", isSecure: false,
        identity: Identity(name: "ann", role: .admin, session: nil, token: nil),
        match: RouteMatch(parameters: ["host": "web-1"]), query: FormFields(),
        form: try FormFields(decoding: form.utf8, of: "the form"))
      do {
        let response = try await HostKeyApproval.approve(request, site)
        #expect(response.status == .seeOther)
        return nil
      } catch let problem as WebProblem {
        return problem.code
      }
    }
  }

  private func offer(_ keys: [SSHPublicKey], as name: String = "web-1", to approval: Approval) async throws -> [String]
  {
    let fingerprints = try await approval.site.environment.sshTools.fingerprints(of: keys)
    let offered = zip(keys, fingerprints).map { key, fingerprint in
      OfferedHostKey(name: name, key: key, fingerprint: fingerprint, standing: .new)
    }
    let found = try report([], keys: offered, at: approval.site.now).document
    try await finish(found, in: approval.site.store, at: approval.site.now)
    return fingerprints
  }

  @Test func `just the key with the fingerprint that was shown is trusted`() async throws {
    try await withScratchDirectory { scratch in
      let approval = try await Approval(in: scratch)
      #expect(try await approval.approve("SHA256:abc (ED25519)") == "no_host_key")
      let (one, other) = (try key(1), try key(2))
      let shown = try await offer([one], to: approval)
      let unknown = try await approval.site.environment.sshTools.fingerprints(of: [other])
      #expect(try await approval.approve(unknown[0]) == "host_key_refused")
      #expect(try await approval.approve("") == "bad_request")
      #expect(approval.text.isEmpty)
      #expect(try await approval.approve(shown[0]) == nil)
      #expect(approval.text == "web-1 \(one.line)\n")
      let entries = try await approval.site.store.audit(action: "host_key.trust", limit: 10)
      #expect(entries.count == 1 && entries.first?.actor == "ann" && entries.first?.subject == "host/web-1")
      #expect(try await approval.site.store.runs(in: [.queued], kinds: [.preflight], limit: 9).count == 1)
    }
  }

  @Test func `another key than the trusted one is taken only where it is said to replace it`() async throws {
    try await withScratchDirectory { scratch in
      let approval = try await Approval(in: scratch)
      let (former, fresh) = (try key(1), try key(2))
      try scratch.write("web-1,db \(former.line)\n", to: "known_hosts")
      let shown = try await offer([fresh], to: approval)
      #expect(try await approval.approve(shown[0]) == "host_key_refused")
      #expect(approval.text == "web-1,db \(former.line)\n")
      #expect(try await approval.approve(shown[0], replace: true) == nil)
      #expect(approval.text == "db \(former.line)\nweb-1 \(fresh.line)\n")
    }
  }

  @Test func `a key that was offered under another name is not trusted under this one`() async throws {
    try await withScratchDirectory { scratch in
      let approval = try await Approval(in: scratch)
      let shown = try await offer([try key(1)], as: "[web-1]:2222", to: approval)
      #expect(try await approval.approve(shown[0], replace: true) == "no_host_key")
      #expect(approval.text.isEmpty)
    }
  }
}
