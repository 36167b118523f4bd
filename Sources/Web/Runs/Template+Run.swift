// The page of one run.

extension Template {
  static let run = Template(
    name: "run",
    source: #"""
      <nav class="crumbs" aria-label="Breadcrumb"><a href="/runs">Runs</a><span aria-current="page">{{number}}</span></nav>
      <div id="live" data-live>
      <header class="page-head">
        <div><h1>Run {{number}}: {{kind}} of <a href="{{hostPath}}">{{host}}</a> {{#badge}}{{> badge}}{{/badge}}</h1>{{#reason}}<p class="sub">{{.}}</p>{{/reason}}</div>
        <div class="actions">
        {{#mayCancel}}<form method="post" action="/runs/{{number}}/cancel">{{> csrf}}<button class="danger">Cancel</button></form>{{/mayCancel}}
        {{#mayRetry}}<form method="post" action="/runs/{{number}}/retry">{{> csrf}}<button class="primary">Run again</button></form>{{/mayRetry}}
        </div>
      </header>
      {{#isStopping}}<div class="notice info"><p>It is being stopped.</p></div>{{/isStopping}}
      {{#waitsFor}}<div class="notice info"><p>Waits for {{.}}.</p></div>{{/waitsFor}}
      {{#isAtWork}}<div class="progress">{{#progress}}<progress max="100" value="{{percent}}">{{percent}} %</progress><span>{{words}}</span>{{/progress}}{{^progress}}<progress></progress><span>At work</span>{{/progress}}</div>{{/isAtWork}}
      {{#message}}<p class="wrap">{{.}}</p>{{/message}}
      <dl class="facts">
        <div><dt>Asked for by</dt><dd>{{source}}</dd></div>
        {{#due}}<div><dt>Due</dt><dd>{{> time}}</dd></div>{{/due}}
        <div><dt>Queued</dt><dd>{{#queued}}{{> time}}{{/queued}}</dd></div>
        <div><dt>Waited</dt><dd>{{waited}}</dd></div>
        {{#started}}<div><dt>Started</dt><dd>{{> time}}</dd></div>{{/started}}
        {{#finished}}<div><dt>Finished</dt><dd>{{> time}}</dd></div>{{/finished}}
        <div><dt>Took</dt><dd>{{took}}</dd></div>
        {{#snapshot}}<div><dt>Snapshot</dt><dd><a class="mono" href="{{snapshotPath}}">{{.}}</a></dd></div>{{/snapshot}}
        {{#exitCode}}<div><dt>Exit code</dt><dd>{{.}}</dd></div>{{/exitCode}}
        {{#errorCode}}<div><dt>Error</dt><dd><code>{{.}}</code></dd></div>{{/errorCode}}
        {{#worker}}<div><dt>Worker</dt><dd class="mono">{{.}}</dd></div>{{/worker}}
      </dl>
      {{#hasFigures}}<section><h2>Figures</h2><dl class="facts">{{#figures}}<div><dt>{{name}}</dt><dd>{{value}}</dd></div>{{/figures}}</dl></section>{{/hasFigures}}
      {{#hasAttempts}}<section><h2>Attempts for this time</h2>{{> run-table}}</section>{{/hasAttempts}}
      </div>
      {{#log}}<section><div class="section-head"><h2>Log</h2>{{#liveSource}}<a href="/runs/{{number}}">Reload</a>{{/liveSource}}</div>
      {{#liveSource}}<pre class="log" id="log" data-log="{{.}}" data-offset="{{offset}}">{{text}}</pre>{{/liveSource}}
      {{^liveSource}}{{#isEmpty}}<p class="dim">It has left no log.</p>{{/isEmpty}}{{^isEmpty}}<pre class="log" id="log">{{text}}</pre>{{/isEmpty}}{{/liveSource}}
      </section>{{/log}}
      """#)
}
