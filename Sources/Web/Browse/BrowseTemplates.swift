// The pages of snapshots, as Mustache texts.

extension Template {
  /// All of them.
  static let browse = [
    crumbs, snapshotList, snapshotDirectory, snapshotEntry, snapshotVersions, snapshotRestore,
  ]

  /// Within a view with `crumbs`.
  static let crumbs = Template(
    name: "crumbs",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb">{{#crumbs}}{{#crumbLink}}<a href="{{.}}">{{text}}</a>{{/crumbLink}}\#
      {{^crumbLink}}<span aria-current="page">{{text}}</span>{{/crumbLink}}{{/crumbs}}</nav>
      """#)

  static let snapshotList = Template(
    name: "snapshot-list",
    source: #"""
      <header class="page-head"><div><h1>Snapshots</h1><p class="sub">Of all hosts, the newest first.</p></div></header>
      <form class="toolbar" method="get" action="/snapshots">
        <label class="grow"><span>Host</span><input type="search" name="host" value="{{host}}" placeholder="Name"></label>
        <label><span>Kind</span><select name="kind"><option value="">Any</option>
          {{#kinds}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{value}}</option>{{/kinds}}</select></label>
        <label><span>Status</span><select name="status"><option value="">Any</option>
          {{#statuses}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{value}}</option>{{/statuses}}</select></label>
        <button>Filter</button>{{#isFiltered}}<a class="button quiet" href="/snapshots">Clear</a>{{/isFiltered}}
      </form>
      <div id="live" data-live>
      {{^rows}}<div class="empty"><h2>No snapshots</h2><p>There are none, or none that the filter lets through.</p></div>{{/rows}}
      <div class="table"><table class="data stack">
        <thead><tr><th>Host</th><th>Snapshot</th><th>Status</th><th>Begun</th><th class="num">Took</th>
          <th class="num">Files</th><th class="num">Size</th><th class="num">New</th></tr></thead>
        <tbody>{{#rows}}<tr>
          <th scope="row" data-label="Host"><a href="/hosts/{{host}}">{{host}}</a></th>
          <td class="mono" data-label="Snapshot">{{#rowLink}}<a href="{{.}}">{{name}}</a>{{/rowLink}}\#
      {{^rowLink}}{{name}}{{/rowLink}}{{#remark}}<small>{{.}}</small>{{/remark}}</td>
          <td data-label="Status">{{#badge}}{{> badge}}{{/badge}} {{#pin}}{{> badge}}{{/pin}}</td>
          <td data-label="Begun">{{#started}}{{> time}} <small>{{> age}}</small>{{/started}}</td>
          <td class="num" data-label="Took">{{duration}}</td>
          <td class="num" data-label="Files">{{files}}</td>
          <td class="num" data-label="Size">{{size}}</td>
          <td class="num" data-label="New">{{added}}</td>
        </tr>{{/rows}}</tbody>
      </table></div>
      <nav class="pager" aria-label="Pages">{{#first}}<a class="button small" rel="first" href="{{.}}">Newest</a>{{/first}}\#
      {{#next}}<a class="button small" rel="next" href="{{.}}">Older</a>{{/next}}</nav>
      </div>
      """#)

  static let snapshotDirectory = Template(
    name: "snapshot-directory",
    source: #"""
      {{> crumbs}}
      <header class="page-head">
        <div><h1>{{title}}</h1><p class="sub">{{count}} in {{snapshot}}</p></div>
        <div class="actions">{{#versions}}<a class="button" href="{{.}}">Versions</a>{{/versions}}
          <a class="button" href="{{archive}}">Download as tar</a><a class="button" href="{{restore}}">Restore…</a></div>
      </header>
      {{^rows}}<div class="empty"><h2>Nothing in it</h2><p>The directory is empty.</p></div>{{/rows}}
      <div class="table"><table class="data">
        <thead><tr><th>Name</th><th>Mode</th><th>Owner</th><th class="num">Size</th><th>Modified</th>
          <th><span class="hidden">Actions</span></th></tr></thead>
        <tbody>{{#rows}}<tr class="{{sort}}">
          <td class="mono"><a href="{{entryLink}}">{{name}}</a>{{#target}} <small>→ {{.}}</small>{{/target}}</td>
          <td class="mono dim">{{mode}}</td><td class="dim">{{owner}}</td><td class="num">{{size}}</td>
          <td>{{#modified}}{{> time}}{{/modified}}</td>
          <td class="acts">{{#fileLink}}<a class="button small" href="{{.}}">Download</a>{{/fileLink}}</td>
        </tr>{{/rows}}</tbody>
      </table></div>
      <nav class="pager" aria-label="Pages">{{#first}}<a class="button small" rel="first" href="{{.}}">First page</a>{{/first}}\#
      {{#next}}<a class="button small" rel="next" href="{{.}}">Next</a>{{/next}}</nav>
      """#)

  static let snapshotEntry = Template(
    name: "snapshot-entry",
    source: #"""
      {{> crumbs}}
      <header class="page-head">
        <div><h1>{{title}}</h1><p class="sub">{{path}} in {{snapshot}}</p></div>
        <div class="actions"><a class="button" href="{{versions}}">Versions</a><a class="button" href="{{restore}}">Restore…</a>
          {{#download}}<a class="button primary" href="{{.}}">Download</a>{{/download}}</div>
      </header>
      <dl class="facts">
        <div><dt>What it is</dt><dd>{{kind}}</dd></div>
        {{#target}}<div><dt>Leads to</dt><dd><code>{{.}}</code> <small>on the machine; it is not followed here</small></dd></div>{{/target}}
        {{#size}}<div><dt>Size</dt><dd>{{.}}</dd></div>{{/size}}
        <div><dt>Modified</dt><dd>{{#modified}}{{> time}}{{/modified}}</dd></div>
        <div><dt>Mode</dt><dd><code>{{mode}}</code></dd></div>
        <div><dt>Owner</dt><dd>{{owner}}</dd></div>
        {{#links}}<div><dt>Names</dt><dd>{{.}} <small>in all snapshots together</small></dd></div>{{/links}}
      </dl>
      """#)

  static let snapshotVersions = Template(
    name: "snapshot-versions",
    source: #"""
      {{> crumbs}}
      <header class="page-head"><div><h1>Versions of {{title}}</h1><p class="sub">{{path}} of {{host}}</p></div></header>
      {{^rows}}<div class="empty"><h2>Nowhere</h2><p>No snapshot of {{host}} holds it.</p></div>{{/rows}}
      <div class="table"><table class="data stack">
        <thead><tr><th>Modified</th><th class="num">Size</th><th>Mode</th><th>Held by</th><th>From</th><th>To</th>
          <th><span class="hidden">Actions</span></th></tr></thead>
        <tbody>{{#rows}}<tr>
          <td data-label="Modified">{{#modified}}{{> time}}{{/modified}}{{#target}} <small>→ {{.}}</small>{{/target}}</td>
          <td class="num" data-label="Size">{{size}}</td><td class="mono dim" data-label="Mode">{{mode}}</td>
          <td data-label="Held by">{{count}}</td>
          <td class="mono" data-label="From">{{#oldest}}<a href="{{holderLink}}">{{name}}</a>{{/oldest}}</td>
          <td class="mono" data-label="To">{{#newest}}<a href="{{holderLink}}">{{name}}</a>{{/newest}}</td>
          <td class="acts">{{#fileLink}}<a class="button small" href="{{.}}">Download</a>{{/fileLink}}</td>
        </tr>{{/rows}}</tbody>
      </table></div>
      {{#without}}<p class="dim">{{.}} do not hold it.</p>{{/without}}
      {{#unseen}}<p class="dim">{{.}} were not looked at.</p>{{/unseen}}
      """#)

  static let snapshotRestore = Template(
    name: "snapshot-restore",
    source: #"""
      {{> crumbs}}
      <header class="page-head"><div><h1>Restore {{title}}</h1></div></header>
      <form class="confirm card" method="post" action="{{action}}">{{> csrf}}
        <input type="hidden" name="address" value="{{address}}">
        <h2>{{#isOriginal}}Overwrite what is on {{host}} now?{{/isOriginal}}\#
      {{^isOriginal}}Restore into a directory of its own?{{/isOriginal}}</h2>
        <dl class="facts">
          <div><dt>What</dt><dd><code>{{path}}</code>, {{kind}}</dd></div>
          <div><dt>Out of</dt><dd class="mono">{{snapshot}}</dd></div>
          <div><dt>To</dt><dd><code>{{place}}</code> on {{host}} <small>{{address}}</small></dd></div>
        </dl>
        {{#directory}}<p>What is there is left alone, unless an earlier restore put it there. Directories above it are made as they were.</p>{{/directory}}
        {{#isOriginal}}<p>Files that are there are replaced where they differ. Nothing is deleted, and what is new since stays.</p>{{/isOriginal}}
        <p class="help">A key that may only read on the host (<code>rrsync -ro</code>) cannot restore: the run tells so, and nothing changes.</p>
        {{#isOriginal}}<div class="field"><label for="name">Type <code>{{host}}</code> to confirm</label>
          <input id="name" name="name" autocomplete="off"></div>{{/isOriginal}}
        <div class="field check"><label><input type="checkbox" name="rehearsal"> Only show what would be done</label></div>
        <div class="buttons"><button class="{{#isOriginal}}danger{{/isOriginal}}{{^isOriginal}}primary{{/isOriginal}}">Restore</button>\#
      <a class="button quiet" href="{{cancel}}">Cancel</a></div>
      </form>
      {{#original}}<section class="danger-zone"><h2>Danger zone</h2><div><p><strong>Restore over what is there now.</strong> The host's name has to be typed.</p>\#
      <a class="button danger" href="{{.}}">Restore in place…</a></div></section>{{/original}}
      """#)
}
