// The template of a host's page. What changes by itself is in the live parts; forms are not, for one may be filling them in.

extension Template {
  static let host = Template(
    name: "host",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/hosts">Hosts</a><span aria-current="page">{{name}}</span></nav>
      <header class="page-head">
        <div><h1>{{name}}</h1><p class="sub">{{#labels}}<span class="label">{{.}}</span> {{/labels}}</p></div>
        {{#mayOperate}}<div class="actions">
          {{#isDeclared}}<a class="button" href="{{path}}/preflight">Preflight</a>
          <a class="button" href="{{path}}/dry-run">Dry run</a>
          <a class="button" href="{{path}}/edit">Edit</a>{{/isDeclared}}
          <a class="button" href="{{path}}/retention">Retention</a>
          {{#isDeclared}}<form method="post" action="{{path}}/backup">{{> csrf}}<input type="hidden" name="kind" value="manual"><button class="primary">Back up now</button></form>{{/isDeclared}}
        </div>{{/mayOperate}}
      </header>
      <div id="live" data-live>
      {{#retainedText}}<div class="notice warn"><p>{{.}}</p></div>{{/retainedText}}
      {{#pauseText}}<div class="notice info"><p><strong>Paused.</strong> {{.}}</p></div>{{/pauseText}}
      <div class="figures">
        <div class="figure"><b>{{#badge}}{{> badge}}{{/badge}}</b><span>state</span>{{#why}}<small>{{.}}</small>{{/why}}</div>
        <div class="figure"><b>{{#newestGood}}{{> age}}{{/newestGood}}{{^newestGood}}never{{/newestGood}}</b><span>last good backup</span></div>
        <div class="figure"><b>{{#nextFire}}{{> age}}{{/nextFire}}{{^nextFire}}–{{/nextFire}}</b><span>next by schedule</span></div>
        <div class="figure"><b>{{snapshotCount}}</b><span>snapshots</span></div>
        <div class="figure"><b>{{newestSize}}</b><span>in the newest</span></div>
      </div>
      {{#running}}<section class="card"><div class="section-head"><h2>Running: {{kind}}</h2><a href="{{runPath}}">{{runName}}</a></div>
        {{> fleet-progress}}<p class="dim">for {{elapsed}}</p></section>{{/running}}
      <div class="split">
      <div>
        <section class="card flush"><div class="section-head"><h2>Conditions</h2></div>
          {{#hasConditions}}<div class="table"><table class="data stack"><thead><tr><th>Condition</th><th>Holds</th><th>Why</th><th>Since</th></tr></thead><tbody>
          {{#conditions}}<tr><th scope="row" data-label="Condition">{{name}}</th><td data-label="Holds">{{#badge}}{{> badge}}{{/badge}}</td><td class="wrap" data-label="Why">{{reason}}{{#.message}}<small>{{.}}</small>{{/.message}}</td><td data-label="Since">{{#since}}{{> age}}{{/since}}</td></tr>{{/conditions}}
          </tbody></table></div>{{/hasConditions}}
          {{^hasConditions}}<div class="empty"><p>{{#isDeclared}}The controller has not looked at this host yet.{{/isDeclared}}{{^isDeclared}}Nobody judges a host that is declared no more.{{/isDeclared}}</p></div>{{/hasConditions}}
        </section>
        {{#hasShrunk}}<div class="notice warn"><p><strong>It holds less than before.</strong> Nothing is pruned where too much is gone, until the source is whole again or somebody accepts it.</p>{{#shrunk}}<p class="mono">{{.}}</p>{{/shrunk}}</div>{{/hasShrunk}}
      </div>
      <aside>
        <section class="card"><h2>Backups</h2><dl class="facts">
          {{#lastBackup}}<div><dt>Last</dt><dd>{{#badge}}{{> badge}}{{/badge}} {{#ended}}{{> age}}{{/ended}} <a href="{{runPath}}">{{runName}}</a>{{#.said}}<small>{{.}}</small>{{/.said}}</dd></div>{{/lastBackup}}
          {{#planned}}<div><dt>To do now</dt><dd>{{.}}</dd></div>{{/planned}}
          {{#held}}<div><dt>Waits</dt><dd>{{.}}{{#heldUntil}} <small>until {{> time}}</small>{{/heldUntil}}</dd></div>{{/held}}
          {{#requestText}}<div><dt>Requested</dt><dd>{{.}}</dd></div>{{/requestText}}
          {{#hasFires}}<div><dt>Next</dt><dd>{{#fires}}{{> time}}<br>{{/fires}}</dd></div>{{/hasFires}}
        </dl></section>
        {{#mayOperate}}<section class="card"><div class="section-head"><h2>Declared</h2>{{#isDeclared}}<a href="{{path}}/values">All values</a>{{/isDeclared}}</div><dl class="facts">
          {{#facts}}<div><dt>{{term}}</dt><dd>{{value}}{{#.note}} <small>{{.}}</small>{{/.note}}</dd></div>{{/facts}}
        </dl></section>{{/mayOperate}}
      </aside>
      </div>
      </div>
      {{#mayOperate}}{{> host-actions}}{{/mayOperate}}
      <div id="live-history" data-live>
      <section>
        <h2>Snapshots</h2>
        {{#hasSnapshots}}<figure class="chart"><figcaption>Over time</figcaption>{{{timelineSVG}}}</figure>
        <div class="cards">
          <section class="card"><figure class="chart"><figcaption>Size</figcaption>{{{sizeSVG}}}</figure></section>
          <section class="card"><figure class="chart"><figcaption>New</figcaption>{{{newSVG}}}</figure></section>
          <section class="card"><figure class="chart"><figcaption>Duration</figcaption>{{{durationSVG}}}</figure></section>
        </div>
        <div class="table"><table class="data stack"><thead><tr><th>Snapshot</th><th>Kind</th><th>Status</th><th>Begun</th><th class="num">Size</th><th class="num">New</th><th class="num">Files</th><th class="num">Took</th><th>Kept</th>{{#mayOperate}}<th><span class="hidden">Actions</span></th>{{/mayOperate}}</tr></thead><tbody>
        {{#snapshots}}<tr{{#.rowStyle}} class="{{.}}"{{/.rowStyle}}><th scope="row" class="mono" data-label="Snapshot"><a href="{{snapshotPath}}">{{id}}</a></th><td data-label="Kind">{{kind}}</td><td data-label="Status">{{#badge}}{{> badge}}{{/badge}}{{#isPinned}} <span class="badge pinned">pinned</span>{{/isPinned}}</td><td data-label="Begun">{{#begun}}{{> age}}{{/begun}}</td><td class="num" data-label="Size">{{size}}</td><td class="num" data-label="New">{{new}}</td><td class="num" data-label="Files">{{files}}</td><td class="num" data-label="Took">{{took}}</td><td class="wrap" data-label="Kept"><small>{{fateText}}</small></td>{{#.treePath}}<td class="acts"><a class="button small" href="{{.}}">Browse</a></td>{{/.treePath}}</tr>{{/snapshots}}
        </tbody></table></div>
        <nav class="pager" aria-label="Pages of snapshots"><span>{{placesText}}</span>{{#previous}}<a class="button small" rel="prev" href="{{.}}">Newer</a>{{/previous}}{{#following}}<a class="button small" rel="next" href="{{.}}">Older</a>{{/following}}</nav>{{/hasSnapshots}}
        {{^hasSnapshots}}<div class="empty"><h2>No snapshots yet</h2><p>The first backup makes one.</p></div>{{/hasSnapshots}}
        {{#removedText}}<p class="dim">{{.}}</p>{{/removedText}}
      </section>
      <section>
        <div class="section-head"><h2>Recent runs</h2><a href="/runs?host={{name}}">All runs</a></div>
        {{#hasRuns}}<div class="table"><table class="data stack"><thead><tr><th>Run</th><th>Kind</th><th>State</th><th>Begun</th><th class="num">Took</th>{{#mayOperate}}<th>Message</th>{{/mayOperate}}</tr></thead><tbody>
        {{#runs}}<tr><th scope="row" data-label="Run"><a href="{{runPath}}">{{number}}</a></th><td data-label="Kind">{{kind}}</td><td data-label="State">{{#badge}}{{> badge}}{{/badge}}</td><td data-label="Begun">{{#.begun}}{{> age}}{{/.begun}}</td><td class="num" data-label="Took">{{took}}</td>{{#mayOperate}}<td class="wrap" data-label="Message"><small>{{#.said}}{{.}}{{/.said}}</small></td>{{/mayOperate}}</tr>{{/runs}}
        </tbody></table></div>{{/hasRuns}}
        {{^hasRuns}}<p class="dim">Nothing has been done yet.</p>{{/hasRuns}}
      </section>
      <section>
        <div class="section-head"><h2>Events</h2><a href="/events?host={{name}}">All events</a></div>
        {{#hasEvents}}<div class="table"><table class="data stack"><thead><tr><th>Severity</th><th>Last</th><th>What</th></tr></thead><tbody>
        {{#events}}<tr><td data-label="Severity">{{#badge}}{{> badge}}{{/badge}}</td><td data-label="Last">{{#last}}{{> age}}{{/last}}</td><td class="wrap" data-label="What">{{text}}{{#.times}}<small>{{.}}</small>{{/.times}}</td></tr>{{/events}}
        </tbody></table></div>{{/hasEvents}}
        {{^hasEvents}}<p class="dim">Nothing has happened yet.</p>{{/hasEvents}}
      </section>
      </div>
      """#)

  /// What an operator may have done for a host; within a `HostView`.
  static let hostActions = Template(
    name: "host-actions",
    source: #"""
      <section class="cards">
        {{#isDeclared}}<section class="card"><h2>Back up</h2>
          <form class="form" method="post" action="{{path}}/backup">{{> csrf}}
            <div class="field"><label for="kind">Kind</label><select id="kind" name="kind"><option value="manual">manual: stays until it is removed by name</option><option value="scheduled">scheduled: counts for retention and freshness</option></select></div>
            {{#hasRetention}}<div class="field check"><label><input type="checkbox" name="prune" value="yes"> Prune if it is good</label></div>{{/hasRetention}}
            <div class="buttons"><button>Back up</button></div>
          </form>
          {{#requestIsOpen}}<form method="post" action="{{path}}/run-requested">{{> csrf}}<button>Make the requested backup now</button></form>{{/requestIsOpen}}
        </section>
        <section class="card"><h2>Pause</h2>
          {{#isPausedItself}}<form method="post" action="{{path}}/resume">{{> csrf}}<button>Resume</button></form>{{/isPausedItself}}
          {{^isPausedItself}}<form class="form" method="post" action="{{path}}/pause">{{> csrf}}
            <div class="row"><div class="field"><label for="span">For</label><select id="span" name="for"><option value="">until resumed</option><option>1h</option><option>4h</option><option>12h</option><option>1d</option><option>7d</option></select></div>
            <div class="field"><label for="until">Or until</label><input id="until" name="until" placeholder="06:00"></div></div>
            <div class="field"><label for="pause-reason">Why</label><input id="pause-reason" name="reason" maxlength="200"></div>
            <div class="buttons"><button>Pause</button></div>
          </form>{{/isPausedItself}}
        </section>{{/isDeclared}}
        <section class="card"><h2>Look at the disk</h2><p>Reads the snapshots that are there into the store. Nothing on disk is changed.</p>
          <form method="post" action="{{path}}/discover">{{> csrf}}<button>Discover</button></form>
        </section>
        {{#hasShrunk}}<section class="card"><h2>Accept what is there</h2><p>Say that the host is whole as it is, though it holds less than before. Look at the newest snapshot first: pruning goes on from then.</p>
          <form class="form" method="post" action="{{path}}/accept">{{> csrf}}
            <div class="field"><label for="accept-reason">Why</label><input id="accept-reason" name="reason" maxlength="200"></div>
            <div class="buttons"><button>Accept</button></div>
          </form>
        </section>{{/hasShrunk}}
      </section>
      """#)
}
