// All templates; they are parsed once, when the server starts.

extension Template {
  static let all: [Template] = look + core + accounts + histories + work

  private static let look = [layout, badge, time, age, diagnostic, diffLine]
  private static let core = [csrf, signIn, problem]
  private static let accounts = [account, newPassword, sessions, users, user, roleField, tokens, tokenMade, audit]
  private static let histories = [runs, runTable, run, events, purges, deliveries, historyPager]
  private static let work = [preflight, dryRun]
}
