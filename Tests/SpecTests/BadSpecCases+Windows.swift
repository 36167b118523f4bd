// Bad specs: windows and blackouts, schedules that can never be met, groups, shares and limits by time of day.

extension BadSpec {
  static let windows: [BadSpec] = [
    BadSpec(
      "windows that are none", showsExcerpts: true,
      #"""
      version: 1
      settings:
        blackouts: [10:00-10:00, 2026-02-30]
      schedules:
        nightly: {cron: "@daily", windows: [Mno 22:00-06:00], blackouts: [{from: 1}]}
      """#,
      errors: #"""
        hosts.yaml:3:15: error: `blackouts.0` of the settings is not a window: `10:00-10:00` is empty; for whole \#
        days write `00:00-24:00`
            3 |   blackouts: [10:00-10:00, 2026-02-30]
              |               ^~~~~~~~~~~
        hosts.yaml:3:28: error: `blackouts.1` of the settings is not a window: `2026-02-30` is not in the calendar
            3 |   blackouts: [10:00-10:00, 2026-02-30]
              |                            ^~~~~~~~~~
        hosts.yaml:5:39: error: `windows.0` of schedule `nightly` is not a window: `Mno` is not a day of the week; \#
        did you mean `Mon`?
            5 |   nightly: {cron: "@daily", windows: [Mno 22:00-06:00], blackouts: [{from: 1}]}
              |                                       ^~~~~~~~~~~~~~~
        hosts.yaml:5:69: error: `blackouts.0` of schedule `nightly` must be a window such as `Mon-Fri 22:00-06:00`, \#
        not a map
            5 |   nightly: {cron: "@daily", windows: [Mno 22:00-06:00], blackouts: [{from: 1}]}
              |                                                                     ^~~~~~~~~
        """#),
    BadSpec(
      "a window's wrong end is pointed at", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly:
          cron: "@daily"
          windows: ["Sat,Sun 22:00-25:00"]
      """#,
      errors: #"""
        hosts.yaml:5:30: error: `windows.0` of schedule `nightly` is not a window: `25:00` is not a time of day; \#
        write 00:00 to 24:00
            5 |     windows: ["Sat,Sun 22:00-25:00"]
              |                              ^~~~~~
        """#),
    BadSpec(
      "one window in place of a list",
      #"""
      version: 1
      settings: {blackouts: 12:00-13:00}
      schedules:
        nightly:
          cron: "@daily"
          windows: Sat,Sun 22:00-06:00
      """#,
      errors: #"""
        hosts.yaml:2:23: error: `blackouts` of the settings must be a list, not a plain value; write `[12:00-13:00]`
        hosts.yaml:6:14: error: `windows` of schedule `nightly` must be a list, not a plain value; write \#
        `["Sat,Sun 22:00-06:00"]`
        """#),
    BadSpec(
      "a comma that makes two windows of one",
      #"""
      version: 1
      schedules:
        nightly: {cron: "@daily", windows: [Sat,Sun-Mon-Tue 22:00-06:00]}
      """#,
      errors: #"""
        hosts.yaml:3:43: error: `windows.1` of schedule `nightly` is not a window: `Sun-Mon-Tue` is not a range of \#
        days; write `Mon-Fri`
        """#),
    BadSpec(
      "windows that blackouts cover", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly:
          cron: "15 2 * * *"
          windows: [22:00-06:00, 2026-12-24 12:00-13:00]
          blackouts: [20:00-08:00, 2026-12-01..2026-12-31]
      """#,
      errors: #"""
        hosts.yaml:5:14: error: schedule `nightly` can never start a backup: blackouts cover all of its `windows`; \#
        give it a window outside of the blackouts
            5 |     windows: [22:00-06:00, 2026-12-24 12:00-13:00]
              |              ^~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~
        """#),
    BadSpec(
      "blackouts of schedule and settings that together cover all time", showsExcerpts: true,
      #"""
      version: 1
      settings: {blackouts: [06:00-18:00]}
      schedules:
        nightly: {cron: "15 2 * * *", blackouts: [18:00-06:00]}
        daily: {cron: "15 2 * * *"}
      """#,
      errors: #"""
        hosts.yaml:4:44: error: schedule `nightly` can never start a backup: blackouts cover all time; leave some \#
        time outside of the blackouts
            4 |   nightly: {cron: "15 2 * * *", blackouts: [18:00-06:00]}
              |                                            ^~~~~~~~~~~~~
        """#),
    BadSpec(
      "blackouts of the settings that cover all time", showsExcerpts: true,
      #"""
      version: 1
      settings: {blackouts: [Mon-Fri, "Sat,Sun"]}
      schedules:
        nightly: {cron: "15 2 * * *"}
      """#,
      errors: #"""
        hosts.yaml:4:3: error: schedule `nightly` can never start a backup: blackouts cover all time; leave some \#
        time outside of the blackouts
            4 |   nightly: {cron: "15 2 * * *"}
              |   ^~~~~~~
        """#),
    BadSpec(
      "a firing too long before every window", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        noon:
          cron: "0 12 * * *"
          jitter: 20m
          catch_up: 9h
          windows: [22:00-06:00]
      """#,
      errors: #"""
        hosts.yaml:6:15: error: schedule `noon` can never start a backup: none of its firings (`0 12 * * *`) lies in \#
        an open time, or at most `catch_up` (9h) before one; move `cron` into the open times, or lengthen `catch_up`
            6 |     catch_up: 9h
              |               ^~
        """#),
    BadSpec(
      "a monthly firing that never falls into a dated window",
      #"""
      version: 1
      schedules:
        monthly: {cron: "0 3 31 * *", catch_up: 9h, windows: [2026-09-01..2026-09-29]}
      """#,
      errors: #"""
        hosts.yaml:3:43: error: schedule `monthly` can never start a backup: none of its firings (`0 3 31 * *`) lies \#
        in an open time, or at most `catch_up` (9h) before one; move `cron` into the open times, or lengthen `catch_up`
        """#),
    BadSpec(
      "groups that are none", showsExcerpts: true,
      #"""
      version: 1
      settings:
        concurrency_groups: {hypervisor: 0, "a b": 1, rack: many, site: 2}
      """#,
      errors: #"""
        hosts.yaml:3:36: error: `concurrency_groups.hypervisor` of the settings must be a whole number from 1 to \#
        1000, not `0`
            3 |   concurrency_groups: {hypervisor: 0, "a b": 1, rack: many, site: 2}
              |                                    ^
        hosts.yaml:3:41: error: `concurrency_groups` of the settings holds a wrong name: `a b` holds ` `; a name is \#
        made of letters, digits, `.`, `_` and `-`
            3 |   concurrency_groups: {hypervisor: 0, "a b": 1, rack: many, site: 2}
              |                                         ^~~
        hosts.yaml:3:55: error: `concurrency_groups.rack` of the settings must be a whole number from 1 to 1000, not \#
        `many`
            3 |   concurrency_groups: {hypervisor: 0, "a b": 1, rack: many, site: 2}
              |                                                       ^~~~
        """#),
    BadSpec(
      "groups without their numbers, and other limits of nothing",
      #"""
      version: 1
      settings:
        concurrency_groups: [hypervisor]
        max_concurrent_discoveries: 0
        max_concurrent_prunes: 1001
        max_concurrent_verifications: no
      """#,
      errors: #"""
        hosts.yaml:3:23: error: `concurrency_groups` of the settings must be a map of labels and numbers such as \#
        `{hypervisor: 1}`, not a list
        hosts.yaml:4:31: error: `max_concurrent_discoveries` of the settings must be a whole number from 1 to 1000, \#
        not `0`
        hosts.yaml:5:26: error: `max_concurrent_prunes` of the settings must be a whole number from 1 to 1000, not \#
        `1001`
        hosts.yaml:6:33: error: `max_concurrent_verifications` of the settings must be a whole number from 1 to 1000, \#
        not `no`
        """#),
    BadSpec(
      "limits of deletion that are none", showsExcerpts: true,
      #"""
      version: 1
      retention:
        a: {keep_last: 1, max_delete: -1, max_delete_ratio: 50}
        b: {keep_last: 1, max_delete_ratio: 0%}
      """#,
      errors: #"""
        hosts.yaml:3:33: error: `max_delete` of retention policy `a` must be a whole number from 0 to 100000, not `-1`
            3 |   a: {keep_last: 1, max_delete: -1, max_delete_ratio: 50}
              |                                 ^~
        hosts.yaml:3:55: error: `max_delete_ratio` of retention policy `a` is not a share: `50` is more than the \#
        whole; for a percentage write `50%`
            3 |   a: {keep_last: 1, max_delete: -1, max_delete_ratio: 50}
              |                                                       ^~
        hosts.yaml:4:39: error: `max_delete_ratio` of retention policy `b` is not a share: `0%` is nothing; write \#
        more than 0% and at most 100%
            4 |   b: {keep_last: 1, max_delete_ratio: 0%}
              |                                       ^~
        """#),
    BadSpec(
      "limits by time of day that lack something", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          rsync:
            bandwidth:
            - {window: 08:00-18:00}
            - {window: noon, limit: 2Mb, from: 1}
            - 2MiB
      """#,
      errors: #"""
        hosts.yaml:6:9: error: `rsync.bandwidth.0` of host `web-1` lacks the key `limit` (the most to transfer in a \#
        second)
            6 |       - {window: 08:00-18:00}
              |         ^~~~~~~~~~~~~~~~~~~~~
        hosts.yaml:7:18: error: `rsync.bandwidth.1.window` of host `web-1` is not a window: `noon` is not a day of \#
        the week; write one of Mon, Tue, Wed, Thu, Fri, Sat, Sun
            7 |       - {window: noon, limit: 2Mb, from: 1}
              |                  ^~~~
        hosts.yaml:7:31: error: `rsync.bandwidth.1.limit` of host `web-1` is not a size: `Mb` is not a unit of size; \#
        did you mean `MB`?
            7 |       - {window: noon, limit: 2Mb, from: 1}
              |                               ^~~
        hosts.yaml:7:36: error: unknown key `from` in `rsync.bandwidth.1` of host `web-1`; known keys are window, limit
            7 |       - {window: noon, limit: 2Mb, from: 1}
              |                                    ^~~~
        hosts.yaml:8:9: error: `rsync.bandwidth.2` of host `web-1` must be a map of keys and values, not a plain value
            8 |       - 2MiB
              |         ^~~~
        """#),
    BadSpec(
      "one limit in place of a list",
      #"""
      version: 1
      settings:
        rsync:
          bandwidth: {window: 08:00-18:00, limit: 2MiB}
      """#,
      errors: #"""
        hosts.yaml:4:16: error: `rsync.bandwidth` of the settings must be a list, not a map
        """#),
  ]
}
