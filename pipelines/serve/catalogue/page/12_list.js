// The list of factors: search box, filters, the table whose rows exist only while seen.
// Here: state of the list, its address and its drawing. Not here: searching and counting.

var list = { state: null, shown: [], counts: {}, parts: null };
var NUMBERED = { value: 1, year: 1, dqr: 1, name: 1 };

function listState(query) {
  var chosen = {};
  facetKinds().forEach(function (kind) { var all = query.getAll(kind.id); if (all.length) chosen[kind.id] = all; });
  var bound = function (key) { var t = query.get(key); return t === null || t === "" || isNaN(Number(t)) ? null : Number(t); };
  return { q: query.get("q") || "", chosen: chosen, low: bound("min"), high: bound("max"), sort: query.get("sort") || "" };
}

function listAddress(state) {
  var query = new URLSearchParams();
  if (state.q) query.set("q", state.q);
  Object.keys(state.chosen).forEach(function (id) { state.chosen[id].forEach(function (v) { query.append(id, v); }); });
  if (state.low !== null) query.set("min", state.low);
  if (state.high !== null) query.set("max", state.high);
  if (state.sort) query.set("sort", state.sort);
  var text = query.toString();
  return "/factors" + (text ? "?" + text : "");
}

function listPage(place) {
  list.state = listState(place.query);
  prepareFinder();
  var box = h("input", { type: "search", id: "q", autocomplete: "off", spellcheck: "false", enterkeyhint: "search", value: list.state.q,
    placeholder: say("电石 / calcium carbide / ds / 编号……", "calcium carbide / 电石 / ds / id …"),
    on: { input: function () { list.state.q = box.value; refreshList(); } } });
  list.parts = { box: box, count: h("p", { class: "count", role: "status" }), facets: h("div", { class: "facets" }),
    head: h("tr", {}), body: h("tbody", {}), scroll: h("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": say("因子表", "table of factors") }) };
  list.parts.scroll.append(h("table", { class: "factors", "aria-rowcount": "-1" }, h("thead", {}, list.parts.head), list.parts.body));
  list.parts.scroll.addEventListener("scroll", function () { window.requestAnimationFrame(drawRows); });
  var view = h("div", { class: "list" },
    h("h1", { class: "sr" }, say("查因子", "Find factors")),
    h("div", { class: "searchbar" }, h("label", { for: "q" }, say("检索", "Search")), box,
      button(say("清除全部", "Clear all"), function () { list.state = listState(new URLSearchParams("")); box.value = ""; refreshList(); box.focus(); }),
      button(say("导出 CSV", "Export CSV"), exportList, { id: "export" })),
    list.parts.count,
    h("div", { class: "columns" },
      h("details", { class: "side", open: window.innerWidth > 800 }, h("summary", {}, say("筛选", "Filters")), list.parts.facets),
      list.parts.scroll));
  return { view: view, css: "filled", title: say("查因子", "Factors"), after: function () { refreshList(true); if (window.innerWidth > 800) box.focus({ preventScroll: true }); } };
}

// Without a query: factors fit for footprints first, admitted, national, newest; then by name.
function everyOne() {
  if (!list.everyOne) {
    list.everyOne = store.latest.map(function (_, i) { return i; }).sort(function (a, b) {
      return byOrder(a, b);
    });
  }
  return list.everyOne.slice();
}

function refreshList(keep) {
  var state = list.state, found = search(state.q) || everyOne();
  var outcome = filtered(found, state.chosen, state.low, state.high);
  list.shown = sorted(outcome.passed, state.sort);
  list.counts = outcome.counts;
  if (!keep) { setAddress(listAddress(state)); list.parts.scroll.scrollTop = 0; }
  list.parts.count.replaceChildren(say("共 ", "") + number(list.shown.length, 9) + say(" 个因子", " factors"),
    list.shown.length ? "" : say("。可换一个词，或清除筛选。", ". Try another word, or clear the filters."));
  drawFacets();
  drawHead();
  drawRows();
}

function sorted(places, sort) {
  var key = sort.replace("-", ""), sign = sort.slice(-1) === "-" ? -1 : 1, f = store.table("factor");
  if (!NUMBERED[key]) return places;
  var of = key === "year" ? function (i) { return keys.year[i] ? Number(keys.year[i]) : null; }
    : key === "name" ? function (i) { return f.column(language === "en" ? "name_en" : "name_zh")[store.latest[i]]; }
      : function (i) { return f.column(key)[store.latest[i]]; };
  var order = key === "name" ? new Intl.Collator(language === "en" ? "en" : "zh").compare : function (a, b) { return a - b; };
  return places.map(function (i) { return [of(i), i]; }).sort(function (a, b) {
    if (a[0] === null || b[0] === null) return (a[0] === null) - (b[0] === null) || a[1] - b[1];
    return sign * order(a[0], b[0]) || a[1] - b[1];
  }).map(function (pair) { return pair[1]; });
}

function toggle(id, key) {
  var now = list.state.chosen[id] || [];
  list.state.chosen[id] = now.indexOf(key) >= 0 ? now.filter(function (v) { return v !== key; }) : now.concat([key]);
  if (!list.state.chosen[id].length) delete list.state.chosen[id];
  refreshList();
}

function exportList() {
  var f = store.table("factor"), columns = f.names.filter(function (c) { return c !== "pinyin"; });
  var rows = list.shown.map(function (i) { return columns.map(function (c) { return f.column(c)[store.latest[i]]; }); });
  save("factors_" + store.release.release_id + ".csv", "text/csv", csv(columns, rows));
}
