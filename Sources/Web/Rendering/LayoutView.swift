// What the layout shows around every page.

import Engine
import Store

struct LayoutView: Sendable {
  let title: String
  let styleURL: String
  let scriptURL: String
  let iconURL: String
  let version: String
  let isSignedIn: Bool
  let userName: String?
  let roleName: String?
  let navigation: [NavigationGroup]
  /// A sentence that is shown once.
  let notice: String?
  /// HTML.
  let content: String

  init(_ section: Section, title: String, content: String, for identity: Identity?, notice: String?) {
    self.title = title
    styleURL = AssetFile.style.url
    scriptURL = AssetFile.script.url
    iconURL = AssetFile.icon.url
    version = PobsyncVersion.current
    isSignedIn = identity != nil
    userName = identity?.name
    roleName = identity?.role.rawValue
    let role = identity?.role
    navigation =
      identity == nil
      ? []
      : NavigationGroup.all(
        lit: section, mayOperate: role.map { $0 >= .operator } ?? false, mayAdminister: role == .admin)
    self.notice = notice
    self.content = content
  }
}
