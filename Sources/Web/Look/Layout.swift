// The frame around every page: who is here, where one can go, and the page itself.

extension Template {
  /// Its view is `LayoutView`.
  static let layout = Template(
    name: "layout",
    source: #"""
      <!doctype html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <meta name="referrer" content="same-origin">
      <title>{{title}} · pobsync</title>
      <link rel="icon" type="image/svg+xml" href="{{iconURL}}">
      <link rel="stylesheet" href="{{styleURL}}">
      <script src="{{scriptURL}}" defer></script>
      </head>
      {{#isSignedIn}}
      <body class="app">
      <a class="skip" href="#main">Skip to content</a>
      <header class="side">
      <a class="brand" href="/"><img src="{{iconURL}}" alt="" width="28" height="28">pobsync</a>
      <div class="service"><span class="livedot" data-live-state hidden>Live</span></div>
      <input type="checkbox" id="menu"><label class="button menu" for="menu">Menu</label>
      <nav aria-label="Main">
      {{#navigation}}
      {{#label}}<h2>{{.}}</h2>{{/label}}
      <ul>
      {{#entries}}
      <li><a class="i-{{icon}}" href="{{path}}"{{#isCurrent}} aria-current="page"{{/isCurrent}}>{{name}}</a></li>
      {{/entries}}
      </ul>
      {{/navigation}}
      </nav>
      <details class="account">
      <summary class="i-person"><span><b>{{userName}}</b><small>{{roleName}}</small></span></summary>
      <div><a href="/settings/account">Account and password</a>
      <form method="post" action="/logout">{{> csrf}}<button>Sign out</button></form></div>
      </details>
      </header>
      <main id="main" tabindex="-1">
      {{#notice}}
      <div class="notice ok" role="status"><p>{{.}}</p></div>
      {{/notice}}
      {{{content}}}
      </main>
      {{/isSignedIn}}
      {{^isSignedIn}}
      <body class="door">
      <main id="main">
      <p class="brand"><img src="{{iconURL}}" alt="" width="40" height="40">pobsync</p>
      {{#notice}}
      <div class="notice ok" role="status"><p>{{.}}</p></div>
      {{/notice}}
      {{{content}}}
      </main>
      {{/isSignedIn}}
      <footer class="foot">pobsync {{version}}</footer>
      </body>
      </html>

      """#)
}
