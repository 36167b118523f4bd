// Bad specs: durations, sizes, crons, zones and names that are none.

extension BadSpec {
  static let values: [BadSpec] = [
    BadSpec(
      "a duration without a unit", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly: {cron: "@daily", jitter: 20}
      """#,
      errors: #"""
        hosts.yaml:3:37: error: `jitter` of schedule `nightly` is not a duration: `20` has no unit; write one of \#
        `20s`, `20m`, `20h`, `20d`, `20w`
            3 |   nightly: {cron: "@daily", jitter: 20}
              |                                     ^~
        """#),
    BadSpec(
      "a duration with an unknown unit",
      #"""
      version: 1
      schedules:
        nightly: {cron: "@daily", jitter: 20min}
      """#,
      errors: #"""
        hosts.yaml:3:37: error: `jitter` of schedule `nightly` is not a duration: `min` is not a unit of time; \#
        write s, m, h, d or w (seconds to weeks)
        """#),
    BadSpec(
      "a duration with its units out of order",
      #"""
      version: 1
      schedules:
        nightly: {cron: "@daily", max_age: 2h1d}
      """#,
      errors: #"""
        hosts.yaml:3:38: error: `max_age` of schedule `nightly` is not a duration: `1d` is out of place in \#
        `2h1d`; write large units first, each once
        """#),
    BadSpec(
      "a duration that is too long for its key",
      #"""
      version: 1
      schedules:
        nightly: {cron: "@daily", jitter: 2d, catch_up: 1m}
      settings:
        ssh: {connect_timeout: 0s}
      """#,
      errors: #"""
        hosts.yaml:3:37: error: `jitter` of schedule `nightly` must lie between 0s and 1d, and 2d does not
        hosts.yaml:3:51: error: `catch_up` of schedule `nightly` must lie between 5m and 366d, and 1m does not
        hosts.yaml:5:26: error: `ssh.connect_timeout` of the settings must lie between 1s and 1h, and 0s does not
        """#),
    BadSpec(
      "a size with an unknown unit",
      #"""
      version: 1
      settings:
        min_free: 50 gigs
      """#,
      errors: #"""
        hosts.yaml:3:13: error: `min_free` of the settings is not a size: `gigs` is not a unit of size; write \#
        KiB, MiB, GiB, TiB, or kB, MB, GB, TB
        """#),
    BadSpec(
      "a size in bits", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        web-1:
          rsync: {bandwidth_limit: 10Mb}
      """#,
      errors: #"""
        hosts.yaml:4:30: error: `rsync.bandwidth_limit` of host `web-1` is not a size: `Mb` is not a unit of \#
        size; did you mean `MB`?
            4 |     rsync: {bandwidth_limit: 10Mb}
              |                              ^~~~
        """#),
    BadSpec(
      "a negative size",
      #"""
      version: 1
      settings: {min_free: -1GiB}
      """#,
      errors: #"""
        hosts.yaml:2:22: error: `min_free` of the settings is not a size: `-1GiB` is negative
        """#),
    BadSpec(
      "a cron of four fields",
      #"""
      version: 1
      schedules:
        nightly: {cron: 2 * * *}
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `cron` of schedule `nightly` is not a cron expression: 4 fields where 5 are \#
        needed: minute, hour, day of month, month, day of week
        """#),
    BadSpec(
      "a cron out of range", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly:
          cron: 15 24 * * *
      """#,
      errors: #"""
        hosts.yaml:4:14: error: `cron` of schedule `nightly` is not a cron expression: hour `24` is out of range 0-23
            4 |     cron: 15 24 * * *
              |              ^~~~~~~~
        """#),
    BadSpec(
      "a cron out of range in quotes", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly:
          cron: "15 2 * 13 *"
      """#,
      errors: #"""
        hosts.yaml:4:19: error: `cron` of schedule `nightly` is not a cron expression: month `13` is out of range 1-12
            4 |     cron: "15 2 * 13 *"
              |                   ^~~~~
        """#),
    BadSpec(
      "a cron with a wrong name",
      #"""
      version: 1
      schedules:
        nightly: {cron: '0 2 * * mno'}
      """#,
      errors: #"""
        hosts.yaml:3:28: error: `cron` of schedule `nightly` is not a cron expression: `mno` is not a day of \#
        week; did you mean `mon`?
        """#),
    BadSpec(
      "a cron with a backward range",
      #"""
      version: 1
      schedules:
        nightly: {cron: '0 5-3 * * *'}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `cron` of schedule `nightly` is not a cron expression: the range `5-3` of the \#
        hour field runs backwards; write `5-23,0-3`
        """#),
    BadSpec(
      "a cron with a wrong step",
      #"""
      version: 1
      schedules:
        nightly: {cron: '*/0 2 * * *'}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `cron` of schedule `nightly` is not a cron expression: step 0 in the minute field \#
        never gets anywhere; a step is 1 or more
        """#),
    BadSpec(
      "a cron with an empty item",
      #"""
      version: 1
      schedules:
        nightly: {cron: '0,,5 2 * * *'}
      """#,
      errors: #"""
        hosts.yaml:3:22: error: `cron` of schedule `nightly` is not a cron expression: the minute field `0,,5` \#
        has an empty item in its list
        """#),
    BadSpec(
      "a cron that names an unknown macro",
      #"""
      version: 1
      schedules:
        nightly: {cron: "@dayly"}
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `cron` of schedule `nightly` is not a cron expression: unknown macro `@dayly`; \#
        did you mean `@daily`?
        """#),
    BadSpec(
      "a cron at start of the machine",
      #"""
      version: 1
      schedules:
        nightly: {cron: "@reboot"}
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `cron` of schedule `nightly` is not a cron expression: `@reboot` names no time; a \#
        schedule needs one, such as `@daily`
        """#),
    BadSpec(
      "a cron that never fires", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly: {cron: "0 0 31 4,6 *"}
      """#,
      errors: #"""
        hosts.yaml:3:24: error: `cron` of schedule `nightly` is not a cron expression: `0 0 31 4,6 *` can never \#
        fire: month `4,6` has no day `31`
            3 |   nightly: {cron: "0 0 31 4,6 *"}
              |                        ^~~~~~~~~
        """#),
    BadSpec(
      "an empty cron",
      #"""
      version: 1
      schedules:
        nightly: {cron: }
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `cron` of schedule `nightly` is not a cron expression: a cron expression must not \#
        be empty
        """#),
    BadSpec(
      "a list for a cron",
      #"""
      version: 1
      schedules:
        nightly: {cron: [15, 2]}
      """#,
      errors: #"""
        hosts.yaml:3:19: error: `cron` of schedule `nightly` must be a cron expression such as `15 2 * * *`, not a list
        """#),
    BadSpec(
      "a cron with an anchor", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly:
          cron: &when 15 24 * * *
        daily:
          cron: *when
      """#,
      errors: #"""
        hosts.yaml:4:20: error: `cron` of schedule `nightly` is not a cron expression: hour `24` is out of range 0-23
            4 |     cron: &when 15 24 * * *
              |                    ^~~~~~~~
        hosts.yaml:6:11: error: `cron` of schedule `daily` is not a cron expression: hour `24` is out of range 0-23
            6 |     cron: *when
              |           ^~~~~
        """#),
    BadSpec(
      "no cron", showsExcerpts: true,
      #"""
      version: 1
      schedules:
        nightly:
          prune: true
        daily:
      """#,
      errors: #"""
        hosts.yaml:4:5: error: schedule `nightly` lacks the key `cron` (when to back up: minute, hour, day of \#
        month, month, day of week)
            4 |     prune: true
              |     ^~~~~~~~~~~
        hosts.yaml:5:9: error: schedule `daily` lacks the key `cron` (when to back up: minute, hour, day of \#
        month, month, day of week)
            5 |   daily:
              |         ^
        """#),
    BadSpec(
      "an unknown time zone", showsExcerpts: true,
      #"""
      version: 1
      settings: {time_zone: Europe/Amsterdm}
      """#,
      errors: #"""
        hosts.yaml:2:23: error: `time_zone` of the settings is not a time zone: `Europe/Amsterdm` is not an IANA \#
        time zone; did you mean `Europe/Amsterdam`?
            2 | settings: {time_zone: Europe/Amsterdm}
              |                       ^~~~~~~~~~~~~~~
        """#),
    BadSpec(
      "an offset for a time zone",
      #"""
      version: 1
      retention:
        standard: {keep_last: 3, time_zone: GMT+2}
      """#,
      errors: #"""
        hosts.yaml:3:39: error: `time_zone` of retention policy `standard` is not a time zone: `GMT+2` is not an \#
        IANA time zone; for that offset write `Etc/GMT-2` (with IANA, west is positive)
        """#),
    BadSpec(
      "a retention policy that keeps nothing", showsExcerpts: true,
      #"""
      version: 1
      retention:
        standard: {keep_daily: 0, min_keep: 3}
        none: {}
      """#,
      errors: #"""
        hosts.yaml:3:13: error: retention policy `standard` keeps nothing; set at least one of keep_last, \#
        keep_daily, keep_within … above 0
            3 |   standard: {keep_daily: 0, min_keep: 3}
              |             ^~~~~~~~~~~~~~~~~~~~~~~~~~~~
        hosts.yaml:4:9: error: retention policy `none` keeps nothing; set at least one of keep_last, keep_daily, \#
        keep_within … above 0
            4 |   none: {}
              |         ^~
        """#),
    BadSpec(
      "wrong names of hosts", showsExcerpts: true,
      #"""
      version: 1
      hosts:
        .hidden: {}
        -web: {}
        a/b: {}
        ..: {}
        web 1: {}
        "": {}
        ünicode: {}
      """#,
      errors: #"""
        hosts.yaml:3:3: error: `hosts` holds a wrong name: `.hidden` must begin with a letter or a digit
            3 |   .hidden: {}
              |   ^~~~~~~
        hosts.yaml:4:3: error: `hosts` holds a wrong name: `-web` must begin with a letter or a digit
            4 |   -web: {}
              |   ^~~~
        hosts.yaml:5:4: error: `hosts` holds a wrong name: `a/b` holds `/`; a name is made of letters, digits, \#
        `.`, `_` and `-`
            5 |   a/b: {}
              |    ^~
        hosts.yaml:6:3: error: `hosts` holds a wrong name: `..` must begin with a letter or a digit
            6 |   ..: {}
              |   ^~
        hosts.yaml:7:6: error: `hosts` holds a wrong name: `web 1` holds ` `; a name is made of letters, digits, \#
        `.`, `_` and `-`
            7 |   web 1: {}
              |      ^~
        hosts.yaml:8:3: error: `hosts` holds a wrong name: a name must not be empty
            8 |   "": {}
              |   ^~
        hosts.yaml:9:3: error: `hosts` holds a wrong name: `ünicode` must begin with a letter or a digit
            9 |   ünicode: {}
              |   ^~~~~~~
        """#),
    BadSpec(
      "a host's name that is too long",
      #"""
      version: 1
      hosts:
        wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\#
      wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww: {}
      """#,
      errors: #"""
        hosts.yaml:3:3: error: `hosts` holds a wrong name: `wwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwwww\#
        wwwwwwwwwwwwwwwwwwwwwwwwwwww…` is longer than 200 characters
        """#),
    BadSpec(
      "a schedule's name that is too long",
      #"""
      version: 1
      schedules:
        nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn: {cron: "@daily"}
      """#,
      errors: #"""
        hosts.yaml:3:3: error: `schedules` holds a wrong name: `nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn\#
        nnnnnnnnnnnnnnnn` is longer than 63 characters
        """#),
    BadSpec(
      "wrong names of other resources",
      #"""
      version: 1
      retention:
        _x: {keep_last: 1}
      schedules:
        a b: {cron: "@daily"}
      profiles:
        p/q: {}
      """#,
      errors: #"""
        hosts.yaml:3:3: error: `retention` holds a wrong name: `_x` must begin with a letter or a digit
        hosts.yaml:5:4: error: `schedules` holds a wrong name: `a b` holds ` `; a name is made of letters, \#
        digits, `.`, `_` and `-`
        hosts.yaml:7:4: error: `profiles` holds a wrong name: `p/q` holds `/`; a name is made of letters, digits, \#
        `.`, `_` and `-`
        """#),
  ]
}
