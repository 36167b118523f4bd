// SSH keys: public halves and the lines that give them to hosts, keys made, and the keys by which hosts are known.

import Engine
import HTTPTypes
import Reconciler
import Spec
import Store

extension Route {
  static let credentialPages: [Route] = [
    .get("/ssh-keys", .role(.operator), "The keys with which hosts are reached, and those by which they are known.") {
      request, site in try await CredentialsView.answer(request, site)
    },
    .post("/ssh-keys", .role(.admin), "Makes the key for all hosts.") { request, site in
      try await KeyMaking(request, site).make(for: nil)
    },
    .get("/ssh-keys/:host", .role(.operator), "The key of one host, and the keys by which it is known.") {
      request, site in try await HostKeyView.answer(request, site)
    },
    .post("/ssh-keys/:host/generate", .role(.admin), "Makes a key for one host.") { request, site in
      try await KeyMaking(request, site).make(for: try request.host())
    },
    .post("/ssh-keys/:host/use", .role(.operator), "Has a host use the key that was made for it.") { request, site in
      try await KeyMaking(request, site).use(by: try request.host())
    },
  ]
}

/// One request that makes a key, or has it used.
private struct KeyMaking {
  private let request: WebRequest
  private let site: Site

  init(_ request: WebRequest, _ site: Site) {
    self.request = request
    self.site = site
  }

  private func path(of host: HostName?) -> String { host.map { "/ssh-keys/\($0)" } ?? "/ssh-keys" }

  func make(for host: HostName?) async throws -> WebResponse {
    if let host { try await checkDeclared(host) }
    let isReplacing = request.field("confirm")?.withoutOuterBlanks == "replace"
    let made: String
    do {
      made = try await site.environment.makeKey(for: host, isReplacing: isReplacing)
    } catch let error as KeyIsThere {
      throw WebProblem(
        .conflict, "key_is_there", "Nothing was made", detail: "\(error)",
        remedy: "type “replace” to have another, which every host has to be given; the old one is kept as .old")
    }
    var after = [YAMLPair("path", .string(made)), YAMLPair("replaced", .bool(isReplacing))]
    if case .key(let key) = await PublicKey.beside(made) {
      after.append(YAMLPair("fingerprint", .string(key.fingerprint)))
    }
    try await site.audit(
      request, "ssh_key.generate", on: host.map { "\(ResourceID.host($0))" } ?? "ssh_key/default", after: .map(after))
    return .redirect(to: path(of: host), notice: "The key is made: give its line to authorized_keys.")
  }

  /// Declares the key as the host's own.
  func use(by host: HostName) async throws -> WebResponse {
    try await checkDeclared(host)
    let key = site.environment.keyPath(for: host)
    guard case .key = await PublicKey.beside(key) else {
      throw WebProblem(.conflict, "no_key", "There is no key for \(host) yet", remedy: "make one first")
    }
    var edit = SpecEdit(.host(host))
    edit.set("ssh.identity_file", text: key)
    let outcome = try await site.store.apply(
      [edit], as: .web(request), named: "<this page>",
      noting: { _, former in
        let before = former.hosts[host]?.own.ssh.identityFile
        return NewAuditEntry(
          by: request, "host.edit", on: "\(ResourceID.host(host))",
          before: .map([YAMLPair("ssh.identity_file", before.map { .string("\($0)") } ?? .null)]),
          after: .map([YAMLPair("ssh.identity_file", .string(key))]))
      }, at: site.now)
    let warning = outcome.drift.first.map { " \($0.warning)." } ?? ""
    return .redirect(to: path(of: host), notice: "\(host) uses its own key from now on.\(warning)")
  }

  private func checkDeclared(_ host: HostName) async throws {
    guard try await site.store.desired(of: host).spec.hosts[host] != nil else {
      throw WebProblem.notFound("a host \(host.description.quoted)")
    }
  }
}

struct CredentialsView: Sendable {
  let key: KeyView
  let hasKey: Bool
  let mayAdminister: Bool
  let hostsOfDefault: String
  let others: [OtherKeyView]
  let more: [String]
  let known: [KnownHostLine]
  let knownFile: String
  let moreKnown: [String]

  /// A key that some hosts use in place of the one for all.
  struct OtherKeyView: Sendable {
    let path: String
    let fingerprint: String
    let hosts: [String]
    let moreHosts: [String]
  }

  private static let mostKeys = 100
  private static let mostNames = 8
  private static let mostKnown = 1000

  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let defaults = site.environment.sshDefaults
    let hosts = try await site.store.desired().spec.effectiveHosts
    let users = Dictionary(grouping: hosts) { $0.ssh.identityFile?.description ?? defaults.usualIdentityFile }
    let files = users.keys.filter { $0 != defaults.usualIdentityFile }.sorted()
    var others: [OtherKeyView] = []
    for file in files.prefix(mostKeys) {
      let names = (users[file] ?? []).map(\.name.description)
      let found = await PublicKey.beside(file)
      let fingerprint =
        switch found {
        case .key(let key): key.fingerprint
        case .nothing: "there is no such key"
        case .unreadable(let why): why
        }
      others.append(
        OtherKeyView(
          path: file, fingerprint: fingerprint, hosts: Array(names.prefix(mostNames)),
          moreHosts: names.count > mostNames ? ["and \(Shown.count(names.count - mostNames)) more"] : []))
    }
    let key = KeyView(
      defaults.usualIdentityFile, await PublicKey.beside(defaults.usualIdentityFile), for: nil, place: "key")
    let known = try await KnownHostLine.all(in: defaults.knownHostsFile)
    let view = CredentialsView(
      key: key, hasKey: key.isThere || !key.problem.isEmpty, mayAdminister: request.may(.admin),
      hostsOfDefault: Shown.plural(users[defaults.usualIdentityFile]?.count ?? 0, "host"), others: others,
      more: files.count > mostKeys ? ["And \(Shown.plural(files.count - mostKeys, "more key"))."] : [],
      known: Array(known.prefix(mostKnown)), knownFile: defaults.knownHostsFile.description,
      moreKnown: known.count > mostKnown ? ["And \(Shown.plural(known.count - mostKnown, "more line"))."] : [])
    return .page(Page("SSH keys", in: .credentials, .credentials, view))
  }
}

struct HostKeyView: Sendable {
  let host: String
  let isOwn: Bool
  let key: KeyView
  /// The key that was made for the host, where it is not the one that it uses.
  let waiting: [KeyView]
  let hasMade: Bool
  let mayAdminister: Bool
  let knownName: String
  let knownFile: String
  let known: [KnownHostLine]

  static func answer(_ request: WebRequest, _ site: Site) async throws -> WebResponse {
    let name = try request.host()
    guard let host = try await site.store.desired(of: name).spec.effectiveHost(name) else {
      throw WebProblem.notFound("a host \(name.description.quoted)")
    }
    let environment = site.environment
    let made = environment.keyPath(for: name)
    let used = host.ssh.identityFile?.description ?? environment.sshDefaults.usualIdentityFile
    let own = KeyView(made, await PublicKey.beside(made), for: host, place: "own")
    let file = host.ssh.knownHostsFile ?? environment.sshDefaults.knownHostsFile
    let keys = try await environment.sshTools.known(host.knownHostsName, in: file)
    func lines(_ keys: Set<SSHPublicKey>, isRevoked: Bool) -> [KnownHostLine] {
      keys.map { KnownHostLine($0, of: host.knownHostsName, isRevoked: isRevoked) }
        .sorted { $0.algorithm < $1.algorithm }
    }
    let view = HostKeyView(
      host: name.description, isOwn: used == made,
      key: KeyView(used, await PublicKey.beside(used), for: host, place: "key"),
      waiting: used == made || !own.isThere ? [] : [own], hasMade: own.isThere || !own.problem.isEmpty,
      mayAdminister: request.may(.admin), knownName: host.knownHostsName, knownFile: file.description,
      known: lines(keys.trusted, isRevoked: false) + lines(keys.revoked, isRevoked: true))
    return .page(Page("SSH key of \(name)", in: .credentials, .hostKey, view))
  }
}

extension KnownHostLine {
  fileprivate init(_ key: SSHPublicKey, of name: String, isRevoked: Bool) {
    names = name
    algorithm = key.algorithm
    fingerprint = key.fingerprint
    self.isRevoked = isRevoked
  }
}

extension Template {
  static let credentials = Template(
    name: "credentials",
    source: #"""
      <header class="page-head"><div><h1>SSH keys</h1><p class="sub">How hosts are reached, and how they are known.</p></div></header>
      <section><h2>The key for all hosts</h2><p>Used by {{hostsOfDefault}}.</p>
      {{#key}}{{> ssh-key}}{{/key}}
      {{^hasKey}}<div class="empty"><h2>There is no key yet</h2><p>Until there is, ssh chooses by itself.</p>{{#mayAdminister}}<form method="post" action="/ssh-keys">{{> csrf}}<button class="primary">Make a key</button></form>{{/mayAdminister}}</div>{{/hasKey}}</section>
      <section><h2>Keys of single hosts</h2>
      <div class="table"><table class="data stack"><thead><tr><th>Private half</th><th>Fingerprint</th><th>Hosts</th></tr></thead><tbody>{{#others}}<tr><th scope="row" class="mono" data-label="Private half">{{path}}</th><td class="mono wrap" data-label="Fingerprint">{{fingerprint}}</td><td data-label="Hosts">{{#hosts}}<a href="/ssh-keys/{{.}}">{{.}}</a> {{/hosts}}{{#moreHosts}}{{.}}{{/moreHosts}}</td></tr>{{/others}}{{^others}}<tr><td colspan="3" class="dim">Every host uses the key for all. A key of a host's own is made on the page of its key.</td></tr>{{/others}}</tbody></table></div>{{#more}}<p class="help">{{.}}</p>{{/more}}</section>
      <section><h2>Trusted host keys</h2><p class="mono">{{knownFile}}</p>
      <div class="table"><table class="data stack"><thead><tr><th>Host</th><th>Kind</th><th>Fingerprint</th></tr></thead><tbody>{{#known}}<tr><th scope="row" class="mono" data-label="Host">{{names}}</th><td data-label="Kind">{{algorithm}}{{#isRevoked}} <span class="badge failed">revoked</span>{{/isRevoked}}</td><td class="mono" data-label="Fingerprint">{{fingerprint}}</td></tr>{{/known}}{{^known}}<tr><td colspan="3" class="dim">None yet: the preflight of a host shows its keys, and trusts them once somebody has compared them.</td></tr>{{/known}}</tbody></table></div>{{#moreKnown}}<p class="help">{{.}}</p>{{/moreKnown}}</section>
      {{#mayAdminister}}{{#hasKey}}<section class="danger-zone"><h2>Danger zone</h2><form method="post" action="/ssh-keys">{{> csrf}}<div class="field"><label for="confirm"><strong>Replace the key for all hosts.</strong> Hosts that know only the old one refuse backups until they have the new. The old one is kept as .old. Type <code>replace</code>:</label><input id="confirm" name="confirm" autocomplete="off" required pattern="replace"></div><button class="danger">Replace the key</button></form></section>{{/hasKey}}{{/mayAdminister}}

      """#)

  static let hostKey = Template(
    name: "host-key",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/ssh-keys">SSH keys</a><span aria-current="page">{{host}}</span></nav>
      <header class="page-head"><div><h1>SSH key of {{host}}</h1><p class="sub">{{#isOwn}}It uses a key of its own.{{/isOwn}}{{^isOwn}}It uses the key below, which others may use as well.{{/isOwn}}</p></div><div class="actions"><a class="button" href="/hosts/{{host}}">Host</a></div></header>
      <section><h2>The key that it uses</h2>{{#key}}{{> ssh-key}}{{^isThere}}<p class="mono">{{path}}</p><p>There is no public half of it.</p>{{/isThere}}{{/key}}</section>
      {{#waiting}}<section><h2>The key that was made for it</h2><div class="notice info"><p>The host does not use this key yet. Give its line to authorized_keys first, or backups fail until you have.</p></div>{{> ssh-key}}
      <form method="post" action="/ssh-keys/{{host}}/use">{{> csrf}}<button class="primary">Use this key</button></form></section>{{/waiting}}
      <section><h2>The keys by which it is known</h2><p class="mono">{{knownName}} in {{knownFile}}</p>
      <div class="table"><table class="data"><thead><tr><th>Kind</th><th>Fingerprint</th></tr></thead><tbody>{{#known}}<tr><th scope="row">{{algorithm}}{{#isRevoked}} <span class="badge failed">revoked</span>{{/isRevoked}}</th><td class="mono">{{fingerprint}}</td></tr>{{/known}}{{^known}}<tr><td colspan="2" class="dim">None: nothing is transferred from it until one is trusted.</td></tr>{{/known}}</tbody></table></div></section>
      {{#mayAdminister}}{{^hasMade}}<section class="card"><h2>A key of its own</h2><p>The host goes on with the key above until it is told to use the new one.</p><form method="post" action="/ssh-keys/{{host}}/generate">{{> csrf}}<button>Make a key for {{host}}</button></form></section>{{/hasMade}}
      {{#hasMade}}<section class="danger-zone"><h2>Danger zone</h2><form method="post" action="/ssh-keys/{{host}}/generate">{{> csrf}}<div class="field"><label for="confirm"><strong>Replace the key that was made for this host.</strong> The old one is kept as .old. Type <code>replace</code>:</label><input id="confirm" name="confirm" autocomplete="off" required pattern="replace"></div><button class="danger">Replace the key</button></form></section>{{/hasMade}}{{/mayAdminister}}

      """#)
}
