// What browsers fetch beside the pages: one stylesheet, one script and an icon. Each is a text of this program, so that
// nothing has to be installed next to it and nothing is fetched from elsewhere.

/// The files that pages refer to.
enum Asset {
  /// The mark of the product: three layers, the newest on top.
  static let icon = #"""
    <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="8" fill="#4353d6"/>\#
    <g fill="none" stroke="#fff" stroke-width="2.6" stroke-linejoin="round" stroke-linecap="round">\#
    <path d="M16 6.5 25.5 11 16 15.5 6.5 11z" fill="#fff"/>\#
    <path d="M6.5 16 16 20.5 25.5 16" opacity=".8"/><path d="M6.5 21 16 25.5 25.5 21" opacity=".5"/></g></svg>
    """#
}
