// The whole site: every route there is. What is not listed here does not exist.

extension Route {
  static let all: [Route] = access + status + work + desired + files + apiRoutes

  private static let access = signIn + assets + accountPages + auditPages
  private static let status = overviewPages + hostPages + runPages + eventPages + machineRoutes + streamRoutes
  private static let work = hostActions + preflightPages
  private static let desired = editPages + specPages + retentionPages + credentialPages
  private static let files = snapshotPages + restorePages
}
