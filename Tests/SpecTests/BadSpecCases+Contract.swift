// Bad specs: what suspends, keeps, removes and asks for a backup, with values that are none.

extension BadSpec {
  static let contract: [BadSpec] = [
    BadSpec(
      "remarks that are none", showsExcerpts: true,
      #"""
      version: 1
      settings:
        suspended_reason: ""
      schedules:
        nightly: {cron: "@daily", suspended_reason: "  "}
      profiles:
        linux: {suspended_reason: [new disks]}
      hosts:
        web-1: {run_requested: ""}
        web-2: {run_requested: "a\nb"}
      """#,
      errors: #"""
        hosts.yaml:3:21: error: `suspended_reason` of the settings is not a remark: a remark must not be empty
            3 |   suspended_reason: ""
              |                     ^~
        hosts.yaml:5:47: error: `suspended_reason` of schedule `nightly` is not a remark: a remark must not be empty
            5 |   nightly: {cron: "@daily", suspended_reason: "  "}
              |                                               ^~~~
        hosts.yaml:7:29: error: `suspended_reason` of profile `linux` must be a remark such as `2026-11-23 before the \#
        upgrade`, not a list
            7 |   linux: {suspended_reason: [new disks]}
              |                             ^~~~~~~~~~~
        hosts.yaml:9:26: error: `run_requested` of host `web-1` is not a remark: a remark must not be empty
            9 |   web-1: {run_requested: ""}
              |                          ^~
        hosts.yaml:10:26: error: `run_requested` of host `web-2` is not a remark: `a�b` holds a control character; \#
        write it on one line
           10 |   web-2: {run_requested: "a\nb"}
              |                          ^~~~~~
        """#),
    BadSpec(
      "a remark that is too long",
      #"""
      version: 1
      hosts:
        web-1: {run_requested: rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\#
      rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\#
      rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\#
      rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr}
      """#,
      errors: #"""
        hosts.yaml:3:26: error: `run_requested` of host `web-1` is not a remark: `rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr\#
        rrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrrr…` is longer than 300 bytes
        """#),
    BadSpec(
      "a suspension that is neither true nor false",
      #"""
      version: 1
      settings: {suspended: yes}
      schedules:
        nightly: {cron: "@daily", suspended: 1}
      hosts:
        web-1: {prevent_removal: on}
        web-2: {prevent_removal: "true"}
      """#,
      errors: #"""
        hosts.yaml:2:23: error: `suspended` of the settings must be `true` or `false`, not `yes`; write `true`
        hosts.yaml:4:40: error: `suspended` of schedule `nightly` must be `true` or `false`, not `1`; write `true`
        hosts.yaml:6:28: error: `prevent_removal` of host `web-1` must be `true` or `false`, not `on`; write `true`
        hosts.yaml:7:28: error: `prevent_removal` of host `web-2` must be `true` or `false`, not `true`; write `true` \#
        without quotes
        """#),
    BadSpec(
      "limits and times of removal that are none", showsExcerpts: true,
      #"""
      version: 1
      settings:
        trash_ttl: 3
        max_removals: -1
      retention:
        a: {keep_oldest: many}
        b: {keep_oldest: 0}
      """#,
      errors: #"""
        hosts.yaml:3:14: error: `trash_ttl` of the settings is not a duration: `3` has no unit; write one of `3s`, \#
        `3m`, `3h`, `3d`, `3w`
            3 |   trash_ttl: 3
              |              ^
        hosts.yaml:4:17: error: `max_removals` of the settings must be a whole number from 0 to 100000, not `-1`
            4 |   max_removals: -1
              |                 ^~
        hosts.yaml:6:20: error: `keep_oldest` of retention policy `a` must be a whole number from 0 to 100000, \#
        not `many`
            6 |   a: {keep_oldest: many}
              |                    ^~~~
        hosts.yaml:7:6: error: retention policy `b` keeps nothing; set at least one of keep_last, keep_daily, \#
        keep_within … above 0
            7 |   b: {keep_oldest: 0}
              |      ^~~~~~~~~~~~~~~~
        """#),
    BadSpec(
      "trash that is kept for too long",
      #"""
      version: 1
      settings: {trash_ttl: 3661d}
      """#,
      errors: #"""
        hosts.yaml:2:23: error: `trash_ttl` of the settings must lie between 0s and 3660d, and 3661d does not
        """#),
    BadSpec(
      "what becomes of a host and its files, in other words",
      #"""
      version: 1
      profiles:
        linux: {on_remove: retian, max_shrink: 50}
      hosts:
        web-1: {on_remove: delete, max_shrink: 0%}
        web-2: {on_remove: [expire], max_shrink: {files: 50%}}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `on_remove` of profile `linux` must be `retain` or `expire`, not `retian`; did you \#
        mean `retain`?
        hosts.yaml:3:42: error: `max_shrink` of profile `linux` is not a share: `50` is more than the whole; for a \#
        percentage write `50%`
        hosts.yaml:5:22: error: `on_remove` of host `web-1` must be `retain` or `expire`, not `delete`
        hosts.yaml:5:42: error: `max_shrink` of host `web-1` is not a share: `0%` is nothing; write more than 0% and \#
        at most 100%
        hosts.yaml:6:22: error: `on_remove` of host `web-2` must be `retain` or `expire`, not a list
        hosts.yaml:6:44: error: `max_shrink` of host `web-2` must be a share such as `50%`, not a map
        """#),
    BadSpec(
      "losses that any day may bring",
      #"""
      version: 1
      profiles:
        linux: {max_shrink: 5%}
      hosts:
        web-1: {max_shrink: 5%}
        web-2: {max_shrink: 10%}
        web-3: {profile: linux, max_shrink: 0.0999}
      """#,
      errors: #"""
        hosts.yaml:3:10: error: profile `linux` has a `max_shrink` of 5%, and less than 10% is what any day may bring; \#
        write 10% or more
        hosts.yaml:5:10: error: host `web-1` has a `max_shrink` of 5%, and less than 10% is what any day may bring; \#
        write 10% or more
        hosts.yaml:7:10: error: host `web-3` has a `max_shrink` of 9.99%, and less than 10% is what any day may \#
        bring; write 10% or more
        """#),
    BadSpec(
      "keys of hosts that are none of a profile, and the other way round",
      #"""
      version: 1
      settings: {max_removal: 3}
      profiles:
        linux: {run_requested: now}
      hosts:
        web-1: {trash_ttl: 3d}
      """#,
      errors: #"""
        hosts.yaml:2:12: error: unknown key `max_removal` in the settings; did you mean `max_removals`?
        hosts.yaml:4:11: error: unknown key `run_requested` in profile `linux`; known keys are profile, source_root, \#
        includes, excludes, excludes_replace, ssh, rsync, schedule, max_age, retention, strategy, labels, suspended, \#
        suspended_reason, max_shrink, on_remove, prevent_removal
        hosts.yaml:6:11: error: unknown key `trash_ttl` in host `web-1`; known keys are address, run_requested, \#
        profile, source_root, includes, excludes, excludes_replace, ssh, rsync, schedule, max_age, retention, \#
        strategy, labels, suspended, suspended_reason, max_shrink, on_remove, prevent_removal
        """#),
  ]
}
