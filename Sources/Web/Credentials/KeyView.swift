// How one key is shown: its public half, its fingerprint, and the lines that give it to a host.

import Engine
import Spec

struct KeyView: Sendable {
  let path: String
  let isThere: Bool
  let line: String
  let fingerprint: String
  let algorithm: String
  let problem: [String]
  let lines: [LineView]

  /// A line for authorized_keys.
  struct LineView: Sendable {
    let words: String
    let text: String
    /// Of the element that holds it, to copy from.
    let place: String
  }

  /// - Parameter host: the host that the key is for; nil for all of them.
  init(_ path: String, _ finding: PublicKey.Finding, for host: EffectiveHost?, place: String) {
    self.path = path
    switch finding {
    case .key(let key):
      isThere = true
      line = key.line
      fingerprint = key.fingerprint
      algorithm = key.algorithm
      problem = []
      lines = Self.lines(key.line, for: host, place: place)
    case .nothing, .unreadable:
      isThere = false
      line = ""
      fingerprint = ""
      algorithm = ""
      problem = if case .unreadable(let why) = finding { [why] } else { [] }
      lines = []
    }
  }

  private static func lines(_ key: String, for host: EffectiveHost?, place: String) -> [LineView] {
    let root = host?.sourceRoot ?? .root
    guard AuthorizedKeyLine.canRestrict(root), host?.rsync.remoteBinary == nil else {
      return [
        LineView(
          words:
            "It cannot be kept to reading, for rrsync takes no other command than rsync's own, and no path of more "
            + "than plain characters:",
          text: "restrict \(key)", place: "\(place)-line")
      ]
    }
    let wide = LineView(
      words: "The key can read there, and do nothing else:", text: AuthorizedKeyLine.reading(key),
      place: "\(place)-line")
    let narrow = AuthorizedKeyLine.reading(key, below: root).map {
      LineView(
        words: "Where rsync 3.5 or later is installed there, it can be kept to \(root):", text: $0,
        place: "\(place)-narrow")
    }
    return [wide] + [narrow].compactMap(\.self)
  }
}

extension Template {
  /// Within a `KeyView`.
  static let key = Template(
    name: "ssh-key",
    source: #"""
      {{#isThere}}<dl class="facts"><div><dt>Fingerprint</dt><dd class="mono">{{fingerprint}}</dd></div><div><dt>Kind</dt><dd>{{algorithm}}</dd></div><div><dt>Private half</dt><dd class="mono">{{path}}</dd></div></dl>
      <p>For authorized_keys on the host:</p>
      {{#lines}}<p>{{words}}</p><div class="copyable"><pre class="code" id="{{place}}">{{text}}</pre><button type="button" class="small" data-copy="#{{place}}">Copy</button></div>{{/lines}}
      <details class="fold"><summary>The public half alone</summary><pre class="code">{{line}}</pre></details>{{/isThere}}
      {{#problem}}<div class="notice warn"><p>{{.}}</p></div>{{/problem}}

      """#)
}
