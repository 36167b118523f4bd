// All templates; they are parsed once, when the server starts.

extension Template {
  static let all: [Template] = look + core + accounts + hostPages + histories + work + browse + editing + retentionPages

  private static let look = [layout, badge, time, age, diagnostic, diffLine]
  private static let core = [csrf, signIn, problem]
  private static let accounts = [account, newPassword, sessions, users, user, roleField, tokens, tokenMade, audit]
  private static let hostPages = [
    overview, overviewDisk, fleetProgress, hosts, host, hostActions, hostValues, hostSnapshot, snapshotRemoval,
  ]
  private static let histories = [runs, runTable, run, events, purges, deliveries, historyPager]
  private static let work = [preflight, dryRun]
  private static let editing = [
    field, editor, review, drift, deletion, spec, specReview, specChanges, settings, key, credentials, hostKey,
  ]
  private static let retentionPages = [retention, hostRetention, retentionConfirmation]
}
