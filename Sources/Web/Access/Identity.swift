// Who asks: an account that is signed in, or a program with a token.

import Store

/// Who asks.
struct Identity: Sendable, Hashable {
  /// Of the account; of a program, that of its token.
  let name: String
  let role: Role
  /// Nil for programs.
  let session: WebSession?
  let token: ApiTokenID?
}
