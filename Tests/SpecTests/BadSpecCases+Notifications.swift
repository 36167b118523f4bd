// Bad specs: notifications that lack what their type needs, take what it has no use for, or hold what nobody may see.

extension BadSpec {
  static let notifications: [BadSpec] = [
    BadSpec(
      "a notification without a type", showsExcerpts: true,
      #"""
      version: 1
      notifications:
        ops: {url: "https://example.net/hook"}
      """#,
      errors: #"""
        hosts.yaml:3:8: error: notification `ops` lacks the key `type` (by which way to tell)
            3 |   ops: {url: "https://example.net/hook"}
              |        ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        """#),
    BadSpec(
      "a type that is not known",
      #"""
      version: 1
      notifications:
        ops: {type: slak}
      """#,
      errors: #"""
        hosts.yaml:3:15: error: `type` of notification `ops` must be `webhook` or `slack` or `discord` or `ntfy` or \#
        `healthchecks` or `email` or `command`, not `slak`; did you mean `slack`?
        """#),
    BadSpec(
      "types without what they need",
      #"""
      version: 1
      notifications:
        a: {type: webhook}
        b: {type: email}
        c: {type: command}
        d: {type: command, command: []}
        e: {type: healthchecks}
      """#,
      errors: #"""
        hosts.yaml:3:6: error: notification `a` lacks the URL to post to; name a file that holds it with `url_file`
        hosts.yaml:4:6: error: notification `b` lacks those who get the mail; write `to: [ops@example.net]`
        hosts.yaml:4:6: error: notification `b` lacks its sender; write `from: pobsync@example.net`
        hosts.yaml:5:6: error: notification `c` lacks its command; write `command: [/usr/local/bin/tell]`
        hosts.yaml:6:6: error: notification `d` lacks its command; write `command: [/usr/local/bin/tell]`
        hosts.yaml:7:6: error: notification `e` lacks the URL to post to; name a file that holds it with `url_file`
        """#),
    BadSpec(
      "types with what they have no use for",
      #"""
      version: 1
      notifications:
        a: {type: slack, url_file: /etc/slack, token_env: TOKEN}
        b: {type: healthchecks, url_env: PING, on: [failure]}
        c: {type: command, command: [/bin/true], to: [root]}
      """#,
      errors: #"""
        hosts.yaml:3:6: error: notification `a` is of type `slack`, which has no use for `token_env`; remove it; \#
        the type takes url_file, url_env, on
        hosts.yaml:4:6: error: notification `b` is of type `healthchecks`, which has no use for `on`; remove it; \#
        the type takes url_file, url_env
        hosts.yaml:5:6: error: notification `c` is of type `command`, which has no use for `to`; remove it; \#
        the type takes command, on
        """#),
    BadSpec(
      "a URL that is a secret by its type",
      #"""
      version: 1
      notifications:
        a:
          type: slack
          url: https://hooks.slack.example/services/T0/B0/canary
      """#,
      errors: #"""
        hosts.yaml:4:5: error: notification `a` is of type `slack`, whose URL is a secret and may not stand in the \#
        spec as `url`; put the URL into a file that only pobsync can read, and name that with `url_file`
        """#),
    BadSpec(
      "URLs that hold secrets, or are none, which are not repeated",
      #"""
      version: 1
      notifications:
        a: {type: webhook, url: "https://user:canary@example.net/hook"}
        b: {type: webhook, url: "https://example.net/hook?token=canary"}
        c: {type: webhook, url: "ftp://example.net/canary"}
        d: {type: webhook, url: "canary"}
        e: {type: webhook, url: "https://example.net/canary canary"}
        f: {type: webhook, url_env: "https://example.net/canary"}
      """#,
      errors: #"""
        hosts.yaml:3:27: error: `url` of notification `a` is not a web address: it holds a user name or a password, \#
        which would be shown to all who read the spec; use `token_file`, or put the URL into a file and name that \#
        with `url_file`
        hosts.yaml:4:27: error: `url` of notification `b` is not a web address: it has a query or a fragment, which \#
        commonly holds a secret; put the URL into a file and name that with `url_file`
        hosts.yaml:5:27: error: `url` of notification `c` is not a web address: it begins with neither `https://` \#
        nor `http://`
        hosts.yaml:6:27: error: `url` of notification `d` is not a web address: it is not a URL; write it as \#
        `https://ntfy.example.net/backups`
        hosts.yaml:7:54: error: `url` of notification `e` is not a web address: it holds a blank, or a character \#
        that a URL has to write as `%…`
        hosts.yaml:8:31: error: `url_env` of notification `f` is not the name of an environment variable: such a \#
        name is made of letters, digits and `_`, and begins with no digit; write the variable's name here, not the \#
        secret
        """#),
    BadSpec(
      "one thing told twice",
      #"""
      version: 1
      notifications:
        a: {type: ntfy, url: "https://ntfy.example.net/x", url_env: URL, token_env: T, token_file: /t}
      """#,
      errors: #"""
        hosts.yaml:3:6: error: notification `a` gives its URL more than once: `url`, `url_env`; keep one of them
        hosts.yaml:3:6: error: notification `a` gives its token twice: `token_file` and `token_env`; keep one of them
        """#),
    BadSpec(
      "a topic that is missing, and nothing to tell",
      #"""
      version: 1
      notifications:
        a: {type: ntfy, url: "https://ntfy.example.net/", on: []}
      """#,
      errors: #"""
        hosts.yaml:3:6: error: notification `a` is told of no change; remove `on`, or write `suspended: true`
        hosts.yaml:3:6: error: notification `a` has a `url` without a topic; write `https://ntfy.example.net/TOPIC`
        """#),
    BadSpec(
      "mail addresses that are options, programs, headers or names",
      #"""
      version: 1
      notifications:
        a:
          type: email
          from: "root\nBcc: all"
          to: [-oQ/tmp, "|/bin/sh", "ops@example.net\r\nBcc: x", "Ops <ops@example.net>", "a@b@c", "a@", ""]
      """#,
      errors: #"""
        hosts.yaml:5:11: error: `from` of notification `a` is not a mail address: `root�Bcc: all` holds `�`, which no \#
        such address has here; write the bare address, without a name or `<>`
        hosts.yaml:6:10: error: `to.0` of notification `a` is not a mail address: `-oQ/tmp` must begin with a letter, \#
        a digit or `_`
        hosts.yaml:6:19: error: `to.1` of notification `a` is not a mail address: `|/bin/sh` must begin with a letter, \#
        a digit or `_`
        hosts.yaml:6:31: error: `to.2` of notification `a` is not a mail address: `ops@example.net��Bcc: x` holds \#
        `��`, which no such address has here; write the bare address, without a name or `<>`
        hosts.yaml:6:64: error: `to.3` of notification `a` is not a mail address: `Ops <ops@example.net>` holds ` `, \#
        which no such address has here; write the bare address, without a name or `<>`
        hosts.yaml:6:85: error: `to.4` of notification `a` is not a mail address: `a@b@c` holds `@` more than once
        hosts.yaml:6:94: error: `to.5` of notification `a` is not a mail address: `a@` has no domain behind its `@`
        hosts.yaml:6:100: error: `to.6` of notification `a` is not a mail address: a mail address must not be empty
        """#),
    BadSpec(
      "a command that a PATH or a shell would have to find",
      #"""
      version: 1
      notifications:
        a: {type: command, command: [tell, now]}
        b: {type: command, command: "/usr/bin/tell now"}
      """#,
      errors: #"""
        hosts.yaml:3:6: error: notification `a` runs `tell`, which is no absolute path; write the program's whole path; \#
        arguments are further items of the list
        hosts.yaml:4:31: error: `command` of notification `b` must be a list, not a plain value; write `[/usr/bin/tell now]`
        """#),
  ]
}
