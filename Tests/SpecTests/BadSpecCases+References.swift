// Bad specs: resources declared twice, names of resources that do not exist, circles, and many errors at once.

extension BadSpec {
  static let references: [BadSpec] = [
    BadSpec(
      "a key twice", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          address: a
          address: b
      """#,
      errors: #"""
        hosts.yaml:5:5: error: duplicate key `address`, first at line 4
            5 |     address: b
              |     ^~~~~~~
        """#),
    BadSpec(
      "a host twice in one file",
      #"""
      version: 1
      hosts:
        web-1: {}
        web-1: {}
      """#,
      errors: #"""
        hosts.yaml:4:3: error: duplicate key `web-1`, first at line 3
        """#),
    BadSpec(
      "a section twice",
      #"""
      version: 1
      hosts:
        web-1: {}
      hosts:
        web-2: {}
      """#,
      errors: #"""
        hosts.yaml:4:1: error: duplicate key `hosts`, first at line 2
        """#),
    BadSpec(
      "a host in two files", showsExcerpts: true,
      files: [
        SpecFile(
          "a.yaml",
          #"""
          version: 1
          hosts:
            web-1: {}
          """#),
        SpecFile(
          "b.yaml",
          #"""
          # more
          version: 1
          hosts:
            web-1: {}
          """#),
      ],
      errors: #"""
        b.yaml:4:3: error: host `web-1` is declared twice, first at a.yaml:3
            4 |   web-1: {}
              |   ^~~~~
        """#),
    BadSpec(
      "a host in two documents", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1: {}
      ---
      version: 1
      hosts:
        web-1: {}
      """#,
      errors: #"""
        hosts.yaml:7:3: error: host `web-1` is declared twice, first at hosts.yaml:3
            7 |   web-1: {}
              |   ^~~~~
        """#),
    BadSpec(
      "the settings in two documents",
      #"""
      version: 1
      settings: {}
      ---
      version: 1
      settings: {}
      """#,
      errors: #"""
        hosts.yaml:5:1: error: the settings are declared twice, first at hosts.yaml:2
        """#),
    BadSpec(
      "dangling references", showsExcerpts: true,
      #"""
      version: 1
      retention:
        standard: {keep_last: 1}
      schedules:
        nightly: {cron: "@daily"}
      profiles:
        linux: {}
      hosts:
        web-1:
          profile: linus
          schedule: nightyl
          retention: std
      """#,
      errors: #"""
        hosts.yaml:10:14: error: `profile` of host `web-1` names the profile `linus`, which does not exist; did \#
        you mean `linux`?
           10 |     profile: linus
              |              ^~~~~
        hosts.yaml:11:15: error: `schedule` of host `web-1` names the schedule `nightyl`, which does not exist; \#
        did you mean `nightly`?
           11 |     schedule: nightyl
              |               ^~~~~~~
        hosts.yaml:12:16: error: `retention` of host `web-1` names the retention policy `std`, which does not \#
        exist; declare it under `retention`
           12 |     retention: std
              |                ^~~
        """#),
    BadSpec(
      "a profile that does not exist, of a profile",
      #"""
      version: 1
      profiles:
        linux: {profile: base}
      """#,
      errors: #"""
        hosts.yaml:3:20: error: `profile` of profile `linux` names the profile `base`, which does not exist; \#
        declare it under `profiles`
        """#),
    BadSpec(
      "a profile that builds on itself", showsExcerpts: true,
      #"""
      version: 1
      profiles:
        linux: {profile: linux}
      """#,
      errors: #"""
        hosts.yaml:3:3: error: profile `linux` builds on itself: linux → linux; remove its `profile`
            3 |   linux: {profile: linux}
              |   ^~~~~
        """#),
    BadSpec(
      "three profiles in a circle", showsExcerpts: true,
      #"""
      version: 1
      profiles:
        a: {profile: b}
        b: {profile: c}
        c: {profile: a}
        d: {profile: a}
      """#,
      errors: #"""
        hosts.yaml:3:3: error: profile `a` builds on itself: a → b → c → a; remove `profile` from one of them
            3 |   a: {profile: b}
              |   ^
        hosts.yaml:4:3: error: profile `b` builds on itself: b → c → a → b; remove `profile` from one of them
            4 |   b: {profile: c}
              |   ^
        hosts.yaml:5:3: error: profile `c` builds on itself: c → a → b → c; remove `profile` from one of them
            5 |   c: {profile: a}
              |   ^
        """#),
    BadSpec(
      "complaints about references come in the order of the files",
      files: [
        SpecFile(
          "a.yaml",
          #"""
          version: 1
          profiles:
            linux: {profile: linux}
          """#),
        SpecFile(
          "b.yaml",
          #"""
          version: 1
          hosts:
            web-1: {schedule: weekly}
          """#),
      ],
      errors: #"""
        a.yaml:3:3: error: profile `linux` builds on itself: linux → linux; remove its `profile`
        b.yaml:3:21: error: `schedule` of host `web-1` names the schedule `weekly`, which does not exist; declare \#
        it under `schedules`
        """#),
    BadSpec(
      "a wrong name in a reference",
      #"""
      version: 1
      hosts:
        web-1: {schedule: every night}
      """#,
      errors: #"""
        hosts.yaml:3:26: error: `schedule` of host `web-1` is not a name: `every night` holds ` `; a name is made \#
        of letters, digits, `.`, `_` and `-`
        """#),
    BadSpec(
      "several errors in one file, in their order", showsExcerpts: true,
      #"""
      version: 1
      settings:
        max_concurrent_backups: 0
        tz: UTC
      retention:
        standard: {keep_daily: x}
      hosts:
        web-1:
          ssh: {port: none, user: ""}
          suspended: no
        web-2:
          excludes: ["#a", /tmp, ""]
      profile: {}
      """#,
      errors: #"""
        hosts.yaml:3:27: error: `max_concurrent_backups` of the settings must be a whole number from 1 to 1000, not `0`
            3 |   max_concurrent_backups: 0
              |                           ^
        hosts.yaml:4:3: error: unknown key `tz` in the settings; known keys are backup_root, \#
        max_concurrent_backups, max_concurrent_discoveries, max_concurrent_prunes, max_concurrent_verifications, \#
        concurrency_groups, min_free, time_zone, blackouts, ssh, rsync, excludes, trash_ttl, max_removals, suspended, \#
        suspended_reason
            4 |   tz: UTC
              |   ^~
        hosts.yaml:6:26: error: `keep_daily` of retention policy `standard` must be a whole number from 0 to \#
        100000, not `x`
            6 |   standard: {keep_daily: x}
              |                          ^
        hosts.yaml:9:17: error: `ssh.port` of host `web-1` must be a whole number from 1 to 65535, not `none`
            9 |     ssh: {port: none, user: ""}
              |                 ^~~~
        hosts.yaml:9:29: error: `ssh.user` of host `web-1` is not a user name: a user name must not be empty
            9 |     ssh: {port: none, user: ""}
              |                             ^~
        hosts.yaml:10:16: error: `suspended` of host `web-1` must be `true` or `false`, not `no`; write `false`
           10 |     suspended: no
              |                ^~
        hosts.yaml:12:16: error: `excludes.0` of host `web-2` is not an rsync pattern: `#a` would be a comment to \#
        rsync; write `[#]a`
           12 |     excludes: ["#a", /tmp, ""]
              |                ^~~~
        hosts.yaml:12:28: error: `excludes.2` of host `web-2` is not an rsync pattern: a pattern must not be empty
           12 |     excludes: ["#a", /tmp, ""]
              |                            ^~
        hosts.yaml:13:1: error: unknown key `profile` in the spec; did you mean `profiles`?
           13 | profile: {}
              | ^~~~~~~
        """#),
    BadSpec(
      "errors in several files",
      files: [
        SpecFile(
          "a.yaml",
          #"""
          version: 1
          settings: {tz: UTC}
          """#),
        SpecFile(
          "b.yaml",
          #"""
          hosts: [
          """#),
        SpecFile(
          "c.yaml",
          #"""
          hosts: 3
          """#),
      ],
      errors: #"""
        a.yaml:2:12: error: unknown key `tz` in the settings; known keys are backup_root, \#
        max_concurrent_backups, max_concurrent_discoveries, max_concurrent_prunes, max_concurrent_verifications, \#
        concurrency_groups, min_free, time_zone, blackouts, ssh, rsync, excludes, trash_ttl, max_removals, suspended, \#
        suspended_reason
        b.yaml:2:1: error: the file ends where a value is expected
        c.yaml:1:1: error: the spec lacks its version; begin it with `version: 1`
        c.yaml:1:8: error: `hosts` must be a map of names, not a plain value
        """#),
  ]
}
