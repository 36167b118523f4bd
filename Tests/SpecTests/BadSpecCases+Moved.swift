// Bad specs: moves of hosts that cannot be meant.

extension BadSpec {
  static let moved: [BadSpec] = [
    BadSpec(
      "a map for the moves",
      #"""
      version: 1
      hosts: {web-1: }
      moved: {web1: web-1}
      """#,
      errors: #"""
        hosts.yaml:3:8: error: `moved` must be a list such as `[{from: web1, to: web-1}]`, not a map
        """#),
    BadSpec(
      "moves with wrong keys and values",
      #"""
      version: 1
      hosts: {web-1: }
      moved:
      - {form: web1, to: web-1}
      - {from: web 1, to: web-1}
      - web1
      """#,
      errors: #"""
        hosts.yaml:4:3: error: `moved.0` of the spec lacks the key `from` (the name that the host had before)
        hosts.yaml:4:4: error: unknown key `form` in `moved.0` of the spec; did you mean `from`?
        hosts.yaml:5:13: error: `moved.1.from` of the spec is not a host name: `web 1` holds ` `; a name is made of \#
        letters, digits, `.`, `_` and `-`
        hosts.yaml:6:3: error: `moved.2` of the spec must be a map of keys and values, not a plain value
        """#),
    BadSpec(
      "a move to itself", showsExcerpts: true,
      #"""
      version: 1
      hosts: {web-1: }
      moved: [{from: web-1, to: web-1}]
      """#,
      errors: #"""
        hosts.yaml:3:27: error: `moved` moves host `web-1` to itself; remove the entry
            3 | moved: [{from: web-1, to: web-1}]
              |                           ^~~~~
        """#),
    BadSpec(
      "moves that contradict each other and the hosts",
      #"""
      version: 1
      hosts: {web-1: , db: }
      moved:
      - {from: web1, to: web-1}
      - {from: web1, to: web-2}
      - {from: www, to: web-1}
      - {from: db, to: other}
      """#,
      errors: #"""
        hosts.yaml:5:10: error: `moved` moves host `web1` twice; keep one of the entries
        hosts.yaml:5:20: error: `moved` moves host `web1` to `web-2`, which these files do not declare; did you mean \#
        `web-1`?
        hosts.yaml:6:19: error: `moved` moves two hosts to `web-1`; a host has one name at a time
        hosts.yaml:7:10: error: host `db` is declared in these files, though `moved` says that it is `other` now; \#
        remove it under `hosts`, or the entry of `moved`
        hosts.yaml:7:18: error: `moved` moves host `db` to `other`, which these files do not declare; declare it \#
        under `hosts`
        """#),
    BadSpec(
      "moves in a circle",
      #"""
      version: 1
      moved: [{from: a, to: b}, {from: b, to: a}]
      """#,
      errors: #"""
        hosts.yaml:2:23: error: `moved` moves host `a` in a circle; keep the latest move only
        hosts.yaml:2:41: error: `moved` moves host `b` in a circle; keep the latest move only
        """#),
  ]
}
