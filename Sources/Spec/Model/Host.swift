// Hosts and profiles: what to back up and how, as declared. A profile is a partial host that others build on.

/// How a host's snapshots are made.
package enum Strategy: String, Sendable, Hashable, CaseIterable {
  /// A hard-link clone of the base, in which a survey by rsync has told what to fetch; `link_dest` where there is no base,
  /// or where that cannot be done.
  case clone
  /// rsync with `--link-dest` into a fresh directory.
  case linkDest = "link_dest"
}

/// What becomes of a host's snapshots once the host is declared no more.
package enum RemovalPolicy: String, Sendable, Hashable, CaseIterable {
  /// They stay as they are.
  case retain
  /// They go one after the other as they grow too old for the policy; the newest good one stays.
  case expire
}

/// One entry of the `profiles` section: everything that hosts may have in common.
package struct Profile: Resource {
  package var profile: ResourceName?
  package var sourceRoot: AbsolutePath?
  package var includes: [FilterPattern]?
  package var excludes: [FilterPattern]?
  package var excludesReplace: [FilterPattern]?
  package var ssh = SSHOptions()
  package var rsync = RsyncOptions()
  package var schedule: ResourceName?
  package var maxAge: TimeSpan?
  package var retention: ResourceName?
  package var strategy: Strategy?
  package var labels: Labels?
  package var suspended: Bool?
  package var suspendedReason: Remark?
  package var maxShrink: Share?
  package var onRemove: RemovalPolicy?
  package var preventRemoval: Bool?

  package init() {}

  package static let blank = Profile()

  package static let fields: [Field<Profile>] = [
    Field("profile", \.profile, .reference(to: .profile), "The profile to build on"),
    Field(
      "source_root", \.sourceRoot, .text, "The directory to back up, whose contents become `data/` (/ unless told)"),
    Field("includes", \.includes, .list(of: .text), "Patterns that are backed up even where `excludes` match"),
    Field("excludes", \.excludes, .list(of: .text), "Patterns left out, besides those of the settings and the profile"),
    Field("excludes_replace", \.excludesReplace, .list(of: .text), "Patterns left out instead of those inherited"),
    Field(group: "ssh", \.ssh, SSHOptions.fields, "How to log in"),
    Field(group: "rsync", \.rsync, RsyncOptions.fields, "How to run rsync"),
    Field("schedule", \.schedule, .reference(to: .schedule), "When to back up; only on request unless told"),
    Field(
      "max_age", \.maxAge, .text,
      "The age of the newest good snapshot from which on the host is not fresh (the schedule's unless told)"),
    Field("retention", \.retention, .reference(to: .retention), "What to keep; everything unless told"),
    Field(
      "strategy", \.strategy, .choice,
      "How snapshots are made: what differs into a clone of the base, or all by `--link-dest` (clone unless told)"),
    Field("labels", \.labels, .labels, "Names and values to group and select by"),
    Field(
      "suspended", \.suspended, .boolean, "Start nothing for the time being; what a person asks for is still done"),
    Field("suspended_reason", \.suspendedReason, .text, "Why, as it is shown wherever something waits for it"),
    Field(
      "max_shrink", \.maxShrink, .share,
      "A backup that has lost more than this share of its files or bytes stops pruning until somebody looks (50% unless told)"
    ),
    Field(
      "on_remove", \.onRemove, .choice,
      "What becomes of the snapshots once the host is declared no more (they stay unless told)"),
    Field("prevent_removal", \.preventRemoval, .boolean, "Refuse to remove the host from the desired state"),
  ]
}

extension Profile {
  /// Smaller losses are what days bring, and are not taken note of.
  private static let leastShrink = 10

  func inconsistencies() -> [InvalidText] {
    guard let maxShrink, maxShrink.of(100) < Self.leastShrink else { return [] }
    return [
      InvalidText(
        "has a `max_shrink` of \(maxShrink), and less than \(Self.leastShrink)% is what any day may bring",
        hint: "write \(Self.leastShrink)% or more")
    ]
  }
}

/// One entry of the `hosts` section.
package struct Host: Resource {
  package var address: HostAddress?
  package var runRequested: Remark?
  /// Everything that a profile may give as well.
  package var own = Profile()

  package init() {}

  package static let blank = Host()

  package static let fields: [Field<Host>] =
    [
      Field("address", \.address, .text, "Where ssh connects to (the host's name unless told)"),
      Field(
        "run_requested", \.runRequested, .text, "Any text; a new one means one backup now, whatever the schedule says"),
    ] + Profile.fields.map { $0.lifted(to: \.own) }

  func inconsistencies() -> [InvalidText] { own.inconsistencies() }
}
