// How the list is drawn: filters, heads with histograms, the rows in sight.

var SHOWN_CHOICES = 7;
var unfolded = {}, opened = {};

function drawFacets() {
  var state = list.state, held = document.activeElement && document.activeElement.getAttribute("data-key");
  list.parts.facets.replaceChildren.apply(list.parts.facets, facetKinds().map(function (kind) {
    var chosen = state.chosen[kind.id] || [];
    var all = Array.from(list.counts[kind.id].entries());
    chosen.forEach(function (key) { if (!list.counts[kind.id].has(key)) all.push([key, 0]); });
    all.sort(function (a, b) {
      var first = (chosen.indexOf(b[0]) >= 0) - (chosen.indexOf(a[0]) >= 0);
      return first || (kind.newest ? (a[0] < b[0] ? 1 : -1) : b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    });
    var shown = unfolded[kind.id] ? all : all.slice(0, Math.max(SHOWN_CHOICES, chosen.length));
    var open = opened[kind.id] === undefined ? kind.open || chosen.length > 0 : opened[kind.id];
    return h("details", { class: "facet", open: open, on: { toggle: function (event) { opened[kind.id] = event.target.open; } } },
      h("summary", {}, kind.title, chosen.length ? badge("plain", String(chosen.length)) : null),
      h("ul", {}, shown.map(function (pair) {
        var id = "f-" + kind.id + "-" + pair[0], on = chosen.indexOf(pair[0]) >= 0;
        var box = h("input", { type: "checkbox", id: id, "data-key": id, on: { change: function () { toggle(kind.id, pair[0]); } } });
        box.checked = on;
        return h("li", { class: on ? "on" : null }, box, h("label", { for: id }, h("span", { class: "what" }, name(kind.called(pair[0]))), h("span", { class: "n" }, number(pair[1], 9))));
      })),
      all.length > shown.length || unfolded[kind.id] ? button(unfolded[kind.id] ? say("收起", "Fewer") : say("全部 ", "All ") + all.length, function () { unfolded[kind.id] = !unfolded[kind.id]; drawFacets(); }, { class: "small link", "data-key": "more-" + kind.id }) : null);
  }).concat([rangeFacet()]));
  if (held) { var again = list.parts.facets.querySelector('[data-key="' + CSS.escape(held) + '"]'); if (again) again.focus({ preventScroll: true }); }
}

function rangeFacet() {
  var field = function (key, text) {
    var input = h("input", { type: "number", step: "any", id: "r-" + key, "data-key": "r-" + key, on: { change: function () { list.state[key] = input.value === "" ? null : Number(input.value); refreshList(); } } });
    input.value = list.state[key] === null ? "" : list.state[key];
    return [h("label", { for: "r-" + key }, text), input];
  };
  return h("details", { class: "facet", open: list.state.low !== null || list.state.high !== null }, h("summary", {}, say("数值范围", "Range of values")),
    h("div", { class: "range" }, field("low", say("从", "from")), field("high", say("到", "to"))),
    h("p", { class: "muted" }, say("先选单位再比数值。", "Choose a unit before comparing values.")));
}

// Bars of a facet in the head of its column: the largest choices, or years in order.
function facetBars(id, called, inOrder) {
  var all = Array.from(list.counts[id].entries()).filter(function (p) { return p[0] !== ""; });
  all.sort(function (a, b) { return inOrder ? (a[0] < b[0] ? -1 : 1) : b[1] - a[1]; });
  var chosen = list.state.chosen[id] || [];
  return headChart((inOrder ? all.slice(-16) : all.slice(0, 12)).map(function (p) {
    return { count: p[1], title: called(p[0]) + ": " + p[1], chosen: chosen.indexOf(p[0]) >= 0, run: function () { toggle(id, p[0]); } };
  }));
}

// Values in decades: units differ, so this shows sizes, and a click keeps one decade.
function valueBars() {
  var value = store.table("factor").column("value"), bins = new Map();
  list.shown.forEach(function (i) {
    var v = value[store.latest[i]];
    var bin = v === null ? null : v === 0 ? "0" : v < 0 ? "<0" : Math.floor(Math.log10(v));
    if (bin !== null) bins.set(bin, (bins.get(bin) || 0) + 1);
  });
  var order = function (b) { return b === "<0" ? -99 : b === "0" ? -98 : b; };
  return headChart(Array.from(bins.entries()).sort(function (a, b) { return order(a[0]) - order(b[0]); }).map(function (p) {
    var low = p[0] === "<0" ? null : p[0] === "0" ? 0 : Math.pow(10, p[0]), high = p[0] === "<0" ? -1e-300 : p[0] === "0" ? 0 : Math.pow(10, p[0] + 1);
    return { count: p[1], chosen: list.state.low === low && list.state.high === high,
      title: (low === null ? "" : number(low)) + " \u2026 " + number(high) + ": " + p[1],
      run: function () {
        var same = list.state.low === low && list.state.high === high;
        list.state.low = same ? null : low; list.state.high = same ? null : high;
        refreshList();
      } };
  }));
}

function drawHead() {
  var head = function (key, text, bars, css) {
    var on = list.state.sort.replace("-", "") === key, down = list.state.sort.slice(-1) === "-";
    return h("th", { scope: "col", class: css, "aria-sort": on ? (down ? "descending" : "ascending") : null },
      NUMBERED[key] ? button(text + (on ? (down ? " \u2193" : " \u2191") : ""), function () {
        list.state.sort = on && down ? "" : on ? key + "-" : key;
        refreshList();
      }, { class: "sort", title: say("排序", "sort") }) : h("span", {}, text), bars);
  };
  list.parts.head.replaceChildren(
    head("name", say("名称", "Name"), null, "c-name"), head("value", say("数值", "Value"), valueBars(), "c-value num"),
    head("unit", say("单位", "Unit"), facetBars("unit", String), "c-unit"),
    head("region", say("区域", "Region"), facetBars("region", regionName), "c-region"),
    head("year", say("年份", "Year"), facetBars("year", String, true), "c-year"),
    head("kind", say("类型与边界", "Kind, boundary"), facetBars("kind", function (c) { return word("factor_kind", c); }), "c-kind"),
    head("dqr", say("质量 DQR", "DQR"), facetBars("quality", bandName, true), "c-dqr"));
}

var drawn = { from: -1, to: -1, of: null };

function rowHeight() { return window.innerWidth > 800 ? 46 : 84; }

function drawRows() {
  if (!list.parts || !document.contains(list.parts.scroll)) return;
  var tall = rowHeight(), scroll = list.parts.scroll, all = list.shown.length;
  var printing = window.matchMedia("print").matches || list.printing;
  var from = printing ? 0 : Math.max(0, Math.floor(scroll.scrollTop / tall) - 8);
  var to = printing ? Math.min(all, 400) : Math.min(all, from + Math.ceil((scroll.clientHeight || 600) / tall) + 16);
  var held = document.activeElement && document.activeElement.getAttribute("data-row");
  var space = function (rows) { return h("tr", { class: "space", "aria-hidden": "true" }, h("td", { colspan: 7, "height-px": rows * tall })); };
  var parts = [];
  if (from) parts.push(space(from));
  for (var k = from; k < to; k++) parts.push(drawRow(list.shown[k], k));
  if (to < all && !printing) parts.push(space(all - to));
  list.parts.body.replaceChildren.apply(list.parts.body, parts);
  list.parts.body.parentNode.setAttribute("aria-rowcount", all + 1);
  if (held) { var again = list.parts.body.querySelector('[data-row="' + CSS.escape(held) + '"]'); if (again) again.focus({ preventScroll: true }); }
}

function drawRow(i, k) {
  var row = store.table("factor").row(store.latest[i]);
  var other = language === "en" ? row.name_zh : row.name_en;
  return h("tr", { "aria-rowindex": k + 2 },
    h("td", { class: "c-name" }, h("a", { href: "#/factor/" + row.factor_id, "data-row": row.factor_id }, name(told(row, "name"))), h("small", {}, name(other))),
    h("td", { class: "c-value num", title: row.value }, row.value === null ? say("未公开", "not open") : number(row.value)),
    h("td", { class: "c-unit" }, unitText(row.value_unit, row.reference_unit)),
    h("td", { class: "c-region" }, name(regionName(row.region_code))),
    h("td", { class: "c-year" }, yearOf(row) || "\u2014"),
    h("td", { class: "c-kind" }, word("factor_kind", row.factor_kind), h("small", {}, word("boundary", row.boundary))),
    h("td", { class: "c-dqr" }, row.dqr === null ? "\u2014" : number(row.dqr, 3), row.status === "admitted" ? null : badge(row.status === "provisional" ? "amber" : "red", word("status", row.status))));
}

window.addEventListener("beforeprint", function () { list.printing = true; drawRows(); });
window.addEventListener("afterprint", function () { list.printing = false; drawRows(); });
window.addEventListener("resize", function () { drawRows(); });
