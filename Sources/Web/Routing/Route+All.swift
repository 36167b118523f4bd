// The whole site: every route there is. What is not listed here does not exist.

extension Route {
  static let all: [Route] = access + status + work

  private static let access = signIn + assets + accountPages + auditPages
  private static let status = runPages + eventPages + machineRoutes + streamRoutes
  private static let work = preflightPages
}
