// How the accounts look.

extension Template {
  static let users = Template(
    name: "users",
    source: #"""
      <header class="page-head"><div><h1>Users</h1><p class="sub">Who may use this site, and how much each may do</p></div></header>
      <div class="split">
      <div class="table"><table class="data stack">
      <thead><tr><th>Name</th><th>Role</th><th>State</th><th>Last login</th><th class="num">Sessions</th></tr></thead>
      <tbody>
      {{#users}}
      <tr><th scope="row" data-label="Name"><a href="/users/{{name}}">{{name}}</a></th>
      <td data-label="Role">{{role}}</td>
      <td data-label="State">{{#state}}{{> badge}}{{/state}}</td>
      <td data-label="Last login">{{#lastLogin}}{{> age}}{{/lastLogin}}{{^lastLogin}}never{{/lastLogin}}</td>
      <td class="num" data-label="Sessions">{{sessions}}</td></tr>
      {{/users}}
      </tbody></table></div>
      <aside><section class="card"><h2>Add a user</h2>
      <form class="form" method="post" action="/users" autocomplete="off">{{> csrf}}
      {{#failure}}
      <div class="notice bad" role="alert"><p>{{.}}</p></div>
      {{/failure}}
      <div class="field"><label for="name">Name</label>
      <input id="name" name="name" value="{{givenName}}" autocomplete="off" autocapitalize="none" spellcheck="false" maxlength="64" required></div>
      {{> role-field}}
      {{> new-password}}
      <div class="buttons"><button class="primary">Add user</button></div>
      </form>
      </section></aside>
      </div>
      """#)

  static let user = Template(
    name: "user",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/users">Users</a><span aria-current="page">{{name}}</span></nav>
      <header class="page-head"><div><h1>{{name}} {{#state}}{{> badge}}{{/state}}</h1></div>
      <div class="actions"><a class="button" href="/audit?actor={{name}}">What {{name}} did</a></div></header>
      <dl class="facts">
      <div><dt>Made</dt><dd>{{#created}}{{> time}}{{/created}}</dd></div>
      <div><dt>Last login</dt><dd>{{#lastLogin}}{{> time}}{{/lastLogin}}{{^lastLogin}}never{{/lastLogin}}</dd></div>
      <div><dt>Password changed</dt><dd>{{#passwordChanged}}{{> time}}{{/passwordChanged}}</dd></div>
      </dl>
      <div class="halves">
      <section class="card"><h2>Role</h2>
      <form class="form" method="post" action="/users/{{name}}/role">{{> csrf}}
      {{> role-field}}
      <div class="buttons"><button>Set role</button></div>
      </form>
      </section>
      <section class="card"><h2>Password</h2>
      {{#isOwn}}
      <p>This is your own account. <a href="/settings/account">Change your password</a></p>
      {{/isOwn}}
      {{^isOwn}}
      <form class="form" method="post" action="/users/{{name}}/password">{{> csrf}}
      {{#failure}}
      <div class="notice bad" role="alert"><p>{{.}}</p></div>
      {{/failure}}
      {{> new-password}}
      <div class="buttons"><button>Set password</button></div>
      </form>
      {{/isOwn}}
      </section>
      </div>
      {{#hasSessions}}
      <section class="card flush"><div class="section-head"><h2>Sessions</h2>
      <form method="post" action="/users/{{name}}/sessions/end">{{> csrf}}<button class="small">End sessions</button></form></div>
      {{> sessions}}
      </section>
      {{/hasSessions}}
      {{#isDisabled}}
      <section class="card"><h2>Disabled</h2><p>Nobody can sign in with this account, and its tokens are refused.</p>
      <form method="post" action="/users/{{name}}/enable">{{> csrf}}<button>Enable</button></form></section>
      {{/isDisabled}}
      {{^isDisabled}}
      <section class="danger-zone"><h2>Danger zone</h2>
      <div><p><strong>Disable this account.</strong> Its sessions end, and its tokens are refused until it is enabled again.</p>
      <form method="post" action="/users/{{name}}/disable">{{> csrf}}<button class="danger">Disable</button></form></div></section>
      {{/isDisabled}}
      """#)

  /// Within a view that has `roles`, of `RoleChoice`.
  static let roleField = Template(
    name: "role-field",
    source: #"""
      <div class="field"><label for="role">Role</label><select id="role" name="role">
      {{#roles}}
      <option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{value}}: {{meaning}}</option>
      {{/roles}}
      </select></div>
      """#)
}
