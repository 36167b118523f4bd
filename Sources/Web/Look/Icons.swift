// Icons of the navigation: strokes on a grid of 16, taken in by the stylesheet as masks, so that each has the colour of
// the word beside it.

extension Asset {
  /// A rule for each icon: `.i-hosts` and its like.
  static let icons = shapes.map { name, shape in
    """
    .i-\(name){--i:url("data:image/svg+xml,<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16' fill='none' \
    stroke='black' stroke-width='1.5' stroke-linecap='round' stroke-linejoin='round'>\(shape)</svg>")}

    """
  }.joined()

  private static let shapes: [(name: String, shape: String)] = [
    ("overview", "<path d='M2 2h5v6H2zM9 2h5v3.5H9zM2 10.5h5V14H2zM9 8h5v6H9z'/>"),
    ("hosts", "<path d='M2 2.5h12V7H2zM2 9h12v4.5H2zM4.5 4.75h.01M4.5 11.25h.01'/>"),
    ("snapshots", "<path d='M2 4.5h3l1-1.5h4l1 1.5h3v8H2z'/><circle cx='8' cy='8.3' r='2.2'/>"),
    ("runs", "<path d='M4.5 2.8v10.4L13 8z'/>"),
    ("events", "<path d='M1.5 8h3l2-5 3 10 2-5h3'/>"),
    ("spec", "<path d='M9 1.8H3.5v12.4h9V5.3zM6 8.5h4M6 11h4'/>"),
    ("retention", "<path d='m8 2 6 3-6 3-6-3zM2 8l6 3 6-3M2 11l6 3 6-3'/>"),
    ("credentials", "<circle cx='5' cy='11' r='3'/><path d='m7.2 8.8 6-6M11 5l2 2'/>"),
    ("purges", "<path d='M2.5 4.5h11M6 4.5v-2h4v2M4 4.5l.6 9h6.8l.6-9'/>"),
    ("users", "<circle cx='8' cy='5' r='2.7'/><path d='M2.8 14c.3-3 2.5-4.5 5.2-4.5s4.9 1.5 5.2 4.5'/>"),
    ("tokens", "<path d='m5 5-3 3 3 3M11 5l3 3-3 3M9.2 3 6.8 13'/>"),
    ("audit", "<path d='m8 1.8-5.2 2v4c0 3.2 2.2 5.4 5.2 6.4 3-1 5.2-3.2 5.2-6.4v-4zM5.8 8l1.6 1.6 3-3.2'/>"),
    (
      "settings",
      "<path d='M2 4.5h6m4.5 0H14m-12 7h1.5m4.5 0h6'/><circle cx='10' cy='4.5' r='2'/><circle cx='6' cy='11.5' r='2'/>"
    ),
    (
      "person",
      "<circle cx='8' cy='8' r='6.8'/><circle cx='8' cy='6.3' r='2.2'/><path d='M3.8 13c1.3-3.6 7-3.6 8.4 0'/>"
    ),
  ]
}
