// Which page an address names, and the frame around it.
// Here: addresses, the head and foot of every page, language and errors. Not here: any page.

var MENU = [
  ["/", "首页", "Home"], ["/factors", "查因子", "Factors"], ["/sources", "来源", "Sources"], ["/footprints", "产品碳足迹", "Footprints"],
  ["/categories", "分级", "Grades"], ["/changes", "变更", "Changes"], ["/quality", "质量与覆盖", "Quality"],
  ["/dictionary", "数据字典", "Dictionary"], ["/use", "查询与引用", "Query and cite"], ["/requirements", "条款对照", "Requirements"]];

var PAGES = {
  "": homePage, factors: listPage, factor: factorPage, sources: sourcesPage, source: sourcePage, categories: categoriesPage,
  category: categoryPage, footprints: footprintsPage, footprint: footprintPage, label: labelPage, changes: changesPage,
  quality: qualityPage, dictionary: dictionaryPage, use: usePage, requirements: requirementsPage
};
var AT_ONCE = { "": 1, factors: 1 };
var turn = 0;

function placeNow() {
  var text = window.location.hash.replace(/^#/, "") || "/", cutAt = text.indexOf("?");
  var path = cutAt < 0 ? text : text.slice(0, cutAt), parts;
  try { parts = path.split("/").slice(1).map(decodeURIComponent); } catch (e) { parts = ["?"]; }
  return { path: path, page: parts[0] || "", id: parts.slice(1).join("/"), query: new URLSearchParams(cutAt < 0 ? "" : text.slice(cutAt + 1)) };
}

// The address changes without a new page being drawn.
function setAddress(path) { window.history.replaceState(null, "", "#" + path); drawMenu(placeNow()); }

function drawMenu(place) {
  var here = "/" + ({ factor: "factors", source: "sources", category: "categories", label: "footprints", footprint: "footprints" }[place.page] || place.page);
  document.getElementById("top").replaceChildren(
    h("a", { class: "brand", href: "#/" }, h("strong", {}, say("碳源 · 探源", "tanyuan")), h("span", {}, store.release.release_id)),
    h("nav", { "aria-label": say("主导航", "Main") }, MENU.map(function (m) {
      return h("a", { href: "#" + m[0], "aria-current": m[0] === here ? "page" : null }, say(m[1], m[2]));
    })),
    button(language === "zh" ? "English" : "中文", switchLanguage, { id: "language", lang: language === "zh" ? "en" : "zh-CN", class: "small" }));
  document.getElementById("foot").replaceChildren(
    h("p", {}, say("发布 ", "Release "), store.release.release_id, " \u00b7 ", store.release.released_on, " \u00b7 ",
      store.release.release_kind === "official" ? say("正式发布", "official release") : say("演示发布：未经任何主管部门批准", "demonstration release: approved by no authority")),
    h("p", { class: "muted" }, say("本页为单一文件，不联网，数据与脚本都在其中。空值表示未申报，不等于零。", "This page is one file and uses no network; data and scripts are inside. Empty means not declared, which is not zero.")));
  document.getElementById("skip").textContent = say("跳到内容", "Skip to content");
}

function show(page) {
  var main = document.getElementById("main");
  document.body.className = page.css || "";
  main.replaceChildren(page.view);
  document.title = clean(page.title) + " \u00b7 " + say("碳源", "tanyuan") + " " + store.release.release_id;
  if (page.after) page.after();
}

function notFound(what) {
  return { title: say("没有找到", "Not found"), view: h("div", { class: "page" }, h("h1", {}, say("没有找到", "Not found")),
    h("p", {}, say("本发布中没有 ", "This release does not hold "), h("code", {}, cut(what, 600)), say("。编号可能写错，或属于另一个发布。", ". The id may be misspelt, or belong to another release.")),
    h("p", {}, link("/factors", say("去查因子", "Find factors")))) };
}

function draw(keepPlace) {
  var place = placeNow(), mine = ++turn, make = PAGES[place.page];
  document.documentElement.lang = language === "en" ? "en" : "zh-CN";
  drawMenu(place);
  var go = function () {
    if (mine !== turn) return;
    var page = (make ? make(place) : null) || notFound(place.path);
    show(page);
    if (!keepPlace) { window.scrollTo(0, 0); if (turn > 1 && place.page !== "factors") document.getElementById("main").focus({ preventScroll: true }); }
  };
  if (!make || AT_ONCE[place.page]) { go(); return Promise.resolve(); }
  return store.all().then(go);
}

function switchLanguage() {
  var down = window.scrollY, inner = document.querySelector(".scroll"), at = inner ? inner.scrollTop : 0;
  setLanguage(language === "zh" ? "en" : "zh");
  draw(true).then(function () {
    window.scrollTo(0, down);
    var again = document.querySelector(".scroll");
    if (again) { again.scrollTop = at; drawRows(); }
    document.getElementById("language").focus({ preventScroll: true });
  });
}

function setLanguage(chosen) {
  language = chosen;
  try { window.localStorage.setItem("tanyuan-language", chosen); } catch (e) { /* a page from disk may have no storage */ }
}

function start() {
  try { language = window.localStorage.getItem("tanyuan-language") === "en" ? "en" : "zh"; } catch (e) { language = "zh"; }
  if (placeNow().query.get("lang")) language = placeNow().query.get("lang") === "en" ? "en" : "zh";
  Promise.resolve().then(store.open).then(function () {
    window.addEventListener("hashchange", function () { draw(false); });
    return draw(false);
  }).catch(function (error) {
    document.getElementById("main").replaceChildren(h("h1", {}, "无法展开目录 The catalogue could not be opened"),
      h("p", {}, error && error.message === "old-browser"
        ? "浏览器过旧，请用 2020 年以后的 Chrome、Edge、Firefox 或国产浏览器极速模式。 This browser is too old."
        : "文件可能不完整，请重新取得并核对 SHA256SUMS。 The file may be incomplete; fetch it again and check SHA256SUMS."));
    throw error;
  });
}

start();
