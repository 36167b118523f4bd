// The whole site: every route there is. What is not listed here does not exist.

extension Route {
  static let all: [Route] = signIn + assets + accountPages + auditPages + preflightPages
}
