// Two languages, Chinese first. Every text stands at its place as a pair: say("中文", "English").
// Here: which one is spoken, names of codes. Not here: any text of a page.

var language = "zh";

function say(zh, en) { return language === "en" ? en : zh; }

// The text of a row in the language spoken; the other one where it is missing.
function told(row, name) {
  var first = row[name + (language === "en" ? "_en" : "_zh")];
  return first || row[name + (language === "en" ? "_zh" : "_en")] || "";
}

// One half of a text that holds both languages, "中文 | English"; any other text whole.
function ownLanguage(text) {
  var cut = String(text || "").indexOf(" | ");
  return cut < 0 ? text : say(text.slice(0, cut), text.slice(cut + 3));
}

// The name of a code in its published list; the code itself where it has none.
function word(vocabulary, code) {
  if (code === null || code === undefined || code === "") return say("未写明", "not stated");
  var row = store.codes[vocabulary + "/" + code];
  return row ? told(row, "name") : String(code);
}

function regionName(code) {
  var row = store.one("region", "region_code", code);
  return row ? told(row, "name") : String(code === null ? "" : code);
}

function flowName(id) {
  var row = store.one("flow", "flow_id", id);
  return row ? told(row, "name") : String(id);
}

function categoryName(id) {
  var row = store.one("category", "category_id", id);
  return row ? told(row, "name") : String(id);
}
