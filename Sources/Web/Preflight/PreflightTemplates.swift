// The templates of preflights and dry runs.

extension Template {
  static let preflight = Template(
    name: "preflight",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/hosts">Hosts</a><a href="{{path}}">{{host}}</a><span aria-current="page">Preflight</span></nav>
      <header class="page-head">
        <div><h1>Preflight of {{host}}</h1><p class="sub">Whether it can be backed up, and what is in the way. Nothing is changed by looking.</p></div>
        <div class="actions">
          <a class="button" href="{{path}}/dry-run">Dry run</a>
          <form method="post" action="{{path}}/preflight">{{> csrf}}<button class="primary">Look now</button></form>
        </div>
      </header>
      <div id="live" data-live>
      {{#underWay}}<div class="notice info"><p>{{#stateBadge}}{{> badge}}{{/stateBadge}} <a href="{{runPath}}">Run {{number}}</a> looks, asked for {{#since}}{{> age}}{{/since}}.</p></div>{{/underWay}}
      {{#hasNone}}{{^underWay}}<div class="empty"><h2>Nobody has looked yet</h2><p>A preflight goes through the backup root, the keys, the login, rsync at both ends and the source root.</p></div>{{/underWay}}{{/hasNone}}
      {{#report}}
      {{#isOutdated}}<div class="notice warn"><p><strong>{{host}} has been declared anew since.</strong> What stands here is of before; look again.</p></div>{{/isOutdated}}
      {{#blocksAll}}<div class="notice bad"><p><strong>Neither a backup nor a dry run can be made.</strong></p>
        {{#blockers}}<p><b>{{title}}</b>: {{found}}</p>{{#.remedy}}<p class="remedy">{{.}}</p>{{/.remedy}}{{/blockers}}</div>{{/blocksAll}}
      {{#blocksBackupsOnly}}<div class="notice bad"><p><strong>No backup can be made.</strong> {{^blocksAll}}A dry run can.{{/blocksAll}}</p>
        {{#backupBlockers}}<p><b>{{title}}</b>: {{found}}</p>{{#.remedy}}<p class="remedy">{{.}}</p>{{/.remedy}}{{/backupBlockers}}</div>{{/blocksBackupsOnly}}
      {{#hasKeys}}<div class="notice warn"><p>The host has offered keys: <a href="{{path}}/preflight#keys">compare and approve them</a>.</p></div>{{/hasKeys}}
      <div class="split">
      <section class="card flush">
        <div class="section-head"><h2>Checks</h2>{{#run}}<span>{{#stateBadge}}{{> badge}}{{/stateBadge}} <a href="{{runPath}}">run {{number}}</a>, {{#since}}{{> age}}{{/since}}</span>{{/run}}</div>
        {{#hasChecks}}<div class="table"><table class="data stack"><thead><tr><th>Check</th><th>Outcome</th><th>Found</th><th>In the way of</th></tr></thead><tbody>
        {{#checks}}<tr{{#.rowStyle}} class="{{.}}"{{/.rowStyle}}><th scope="row" data-label="Check">{{title}}</th><td data-label="Outcome">{{#badge}}{{> badge}}{{/badge}}</td><td class="wrap" data-label="Found">{{found}}{{#.remedy}}<small>{{.}}</small>{{/.remedy}}</td><td data-label="In the way of">{{#.blocks}}{{.}}{{/.blocks}}</td></tr>{{/checks}}
        </tbody></table></div>{{/hasChecks}}
        {{^hasChecks}}<div class="empty"><p>{{summary}}</p></div>{{/hasChecks}}
      </section>
      <aside>
        {{#hasFacts}}<section class="card"><div class="section-head"><h2>On disk</h2></div>
          <dl class="facts">{{#facts}}<div><dt>{{term}}</dt><dd>{{value}}</dd></div>{{/facts}}</dl>
          <form method="post" action="{{path}}/discover">{{> csrf}}<button>Discover snapshots</button></form>
        </section>{{/hasFacts}}
      </aside>
      </div>
      {{/report}}
      </div>
      {{#hasKeys}}<section id="keys">
        <h2>Keys that the host offers</h2>
        <p>Whoever answers at its address has offered these. Compare the fingerprint with what the host itself shows: <code>ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub</code> on its console.</p>
        <div class="table"><table class="data stack"><thead><tr><th>Fingerprint</th><th>Standing</th><th><span class="hidden">Approve</span></th></tr></thead><tbody>
        {{#keys}}<tr><th scope="row" class="mono" data-label="Fingerprint">{{fingerprint}}</th><td data-label="Standing">{{#badge}}{{> badge}}{{/badge}}</td><td class="acts">{{#mayAdminister}}
          {{#isNew}}<form method="post" action="{{path}}/host-key/approve">{{> csrf}}<input type="hidden" name="fingerprint" value="{{fingerprint}}"><button class="small">Trust this key</button></form>{{/isNew}}
          {{#isChanged}}<form method="post" action="{{path}}/host-key/approve">{{> csrf}}<input type="hidden" name="fingerprint" value="{{fingerprint}}"><label><input type="checkbox" name="replace" value="yes" required> The host was installed anew</label> <button class="small danger">Trust this key instead</button></form>{{/isChanged}}
        {{/mayAdminister}}</td></tr>{{/keys}}
        </tbody></table></div>
        {{^mayAdminister}}<p class="dim">Keys are approved by an admin.</p>{{/mayAdminister}}
      </section>{{/hasKeys}}
      """#)

  static let dryRun = Template(
    name: "dry-run",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/hosts">Hosts</a><a href="{{path}}">{{host}}</a><span aria-current="page">Dry run</span></nav>
      <header class="page-head">
        <div><h1>Dry run of {{host}}</h1><p class="sub">What a backup would transfer now. Nothing is written.</p></div>
        <div class="actions">
          <a class="button" href="{{path}}/preflight">Preflight</a>
          <form method="post" action="{{path}}/dry-run">{{> csrf}}<button class="primary">Ask now</button></form>
        </div>
      </header>
      <div id="live" data-live>
      {{#underWay}}<div class="notice info"><p>{{#stateBadge}}{{> badge}}{{/stateBadge}} <a href="{{runPath}}">Run {{number}}</a> asks, begun {{#since}}{{> age}}{{/since}}.</p></div>{{/underWay}}
      {{#hasNone}}{{^underWay}}<div class="empty"><h2>Nobody has asked yet</h2><p>rsync tells what it would transfer, against the snapshot that the next one would be linked against.</p></div>{{/underWay}}{{/hasNone}}
      {{#newest}}
      <section class="card"><div class="section-head"><h2>Newest</h2><span>{{#stateBadge}}{{> badge}}{{/stateBadge}} <a href="{{runPath}}">run {{number}}</a>, {{#since}}{{> age}}{{/since}}</span></div>
        {{#isBad}}<div class="notice bad"><p>{{summary}}</p></div>{{/isBad}}{{^isBad}}<p>{{summary}}</p>{{/isBad}}
        {{#hasFigures}}<dl class="facts">{{#figures}}<div><dt>{{term}}</dt><dd>{{value}}</dd></div>{{/figures}}</dl>{{/hasFigures}}
      </section>
      {{#hasLog}}<section><h2>What differs</h2><pre class="log" id="list">{{log}}</pre></section>{{/hasLog}}
      {{/newest}}
      </div>
      """#)
}
