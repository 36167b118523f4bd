// Controls: how one field of a resource stands in a form, with its help, what it would be if it were left empty, and
// what is wrong with it.

import Spec

/// One field, as the template reads it. What is not there is false or an empty list, never nil: Mustache would look for
/// a nil further out.
struct FieldView: Sendable {
  let path: String
  let control: String
  let key: String
  let isRequired: Bool
  let isInput: Bool
  let isNumber: Bool
  let isSelect: Bool
  let isArea: Bool
  let isWrong: Bool
  let content: String
  let faint: String
  let least: String
  let most: String
  let rows: Int
  let choices: [ChoiceView]
  /// The list of names that may be given.
  let names: String
  let emptyControl: String
  let isGivenEmpty: Bool
  let help: [String]
  let complaints: [String]

  struct ChoiceView: Sendable {
    let value: String
    let label: String
    let isChosen: Bool
  }

  init(_ field: FieldOutline, _ entry: FieldEntry, inherited: InheritedValues, complaints: [String]) {
    path = field.path
    control = field.controlName
    key = field.path.split(separator: ".").last.map(String.init) ?? field.path
    isRequired = field.isRequired
    isArea = field.hasLines
    emptyControl = field.emptyName
    isGivenEmpty = entry.isGivenEmpty
    content = entry.text
    faint = inherited.placeholder(field.path) ?? field.example.map { "such as \($0)" } ?? ""
    rows = min(max(entry.text.split(separator: "\n", omittingEmptySubsequences: false).count + 1, 3), 14)
    isWrong = !complaints.isEmpty
    self.complaints = complaints
    help = [field.summary + ".", field.formHelp, inherited.origin(field.path).map { $0 + "." }].compactMap(\.self)
    var choices: [String] = []
    var (least, most, names) = ("", "", "")
    var (isNumber, isSelect) = (false, false)
    switch field.shape {
    case .number(let bounds):
      isNumber = true
      (least, most) = ("\(bounds.lowerBound)", "\(bounds.upperBound)")
    case .flag:
      isSelect = true
      choices = ["true", "false"]
    case .choice(let words):
      isSelect = true
      choices = words
    case .reference(let kind): names = "names-\(kind.rawValue)"
    case .text, .texts, .choices, .records, .labels, .numbers: break
    }
    self.least = least
    self.most = most
    self.names = names
    self.isNumber = isNumber
    self.isSelect = isSelect
    isInput = !isNumber && !isSelect && !field.hasLines
    // A word that the field does not know is kept in sight, with the complaint about it.
    if isSelect, !entry.text.isEmpty, !choices.contains(entry.text) { choices.append(entry.text) }
    let none = ChoiceView(
      value: "", label: inherited.placeholder(field.path).map { "not set here (\($0))" } ?? "not set",
      isChosen: entry.text.isEmpty)
    self.choices = [none] + choices.map { ChoiceView(value: $0, label: $0, isChosen: $0 == entry.text) }
  }
}

extension FieldOutline {
  /// How lines are written, where that does not go without saying.
  fileprivate var formHelp: String? {
    switch shape {
    case .text, .reference, .choice, .number, .flag: nil
    case .texts: "One a line."
    case .choices(let words): "One a line, of \(words.joined(separator: ", "))."
    case .records(let keys): "One a line: \(keys.joined(separator: " = "))."
    case .labels: "One a line: name=value."
    case .numbers: "One a line: name=number."
    }
  }
}

extension Template {
  static let field = Template(
    name: "field",
    source: #"""
      <div class="field{{#isNumber}} short{{/isNumber}}{{#isWrong}} invalid{{/isWrong}}"><label for="{{control}}">{{key}}{{#isRequired}} <small>required</small>{{/isRequired}}</label>
      {{#isInput}}<input id="{{control}}" name="{{control}}" value="{{content}}" placeholder="{{faint}}" list="{{names}}" autocomplete="off" spellcheck="false"{{#isWrong}} aria-invalid="true"{{/isWrong}} aria-describedby="help.{{path}}">{{/isInput}}
      {{#isNumber}}<input type="number" id="{{control}}" name="{{control}}" value="{{content}}" placeholder="{{faint}}" min="{{least}}" max="{{most}}"{{#isWrong}} aria-invalid="true"{{/isWrong}} aria-describedby="help.{{path}}">{{/isNumber}}
      {{#isSelect}}<select id="{{control}}" name="{{control}}"{{#isWrong}} aria-invalid="true"{{/isWrong}} aria-describedby="help.{{path}}">{{#choices}}<option value="{{value}}"{{#isChosen}} selected{{/isChosen}}>{{label}}</option>{{/choices}}</select>{{/isSelect}}
      {{#isArea}}<textarea id="{{control}}" name="{{control}}" class="code" rows="{{rows}}" placeholder="{{faint}}" spellcheck="false"{{#isWrong}} aria-invalid="true"{{/isWrong}} aria-describedby="help.{{path}}">
      {{content}}</textarea><label class="help"><input type="checkbox" name="{{emptyControl}}" value="1"{{#isGivenEmpty}} checked{{/isGivenEmpty}}> given as an empty list</label>{{/isArea}}
      <p class="help" id="help.{{path}}">{{#help}}{{.}} {{/help}}</p>
      {{#complaints}}<p class="wrong">{{.}}</p>{{/complaints}}</div>

      """#)
}
