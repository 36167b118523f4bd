// The two pages that anyone may come to see: the way in, and what went wrong.

extension Template {
  /// Members of its view: `failure`, `next: String?`, `userName: String`, `hasNoAccounts: Bool`.
  static let signIn = Template(
    name: "sign-in",
    source: #"""
      <form class="card sign-in" method="post" action="/login">{{> csrf}}
      <h1>Sign in</h1>
      {{#failure}}
      <div class="notice bad" role="alert"><p>{{.}}</p></div>
      {{/failure}}
      {{#hasNoAccounts}}
      <div class="notice info"><p><strong>There is no account yet.</strong></p>
      <p class="remedy">Make the first on the server with <code>pobsync createsuperuser</code>.</p></div>
      {{/hasNoAccounts}}
      {{#next}}
      <input type="hidden" name="next" value="{{.}}">
      {{/next}}
      <div class="field"><label for="name">Name</label>
      <input id="name" name="name" value="{{userName}}" autocomplete="username" autocapitalize="none" spellcheck="false" required autofocus></div>
      <div class="field"><label for="password">Password</label>
      <input id="password" name="password" type="password" autocomplete="current-password" required></div>
      <button class="primary">Sign in</button>
      </form>
      """#)

  /// Members of its view: `status`, `title: String`, `detail`, `remedy`, `requestID: String?`, `diagnostics`.
  static let problem = Template(
    name: "problem",
    source: #"""
      <section class="card problem">
      <p class="status">{{status}}</p>
      <h1>{{title}}</h1>
      {{#detail}}
      <p>{{.}}</p>
      {{/detail}}
      {{#remedy}}
      <p class="remedy">{{.}}</p>
      {{/remedy}}
      {{#diagnostics}}
      {{> diagnostic}}
      {{/diagnostics}}
      <div class="buttons"><a class="button" href="/">Overview</a></div>
      {{#requestID}}
      <p><small>Request <code>{{.}}</code>: the log of the service has more under this name.</small></p>
      {{/requestID}}
      </section>
      """#)
}
