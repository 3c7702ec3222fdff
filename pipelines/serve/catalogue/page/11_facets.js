// Filters with counts: each count says what a click would leave.
// Here: what can be filtered by and the counting. Not here: how filters look.

var QUALITY_BANDS = [[1, 2], [2, 3], [3, 4], [4, 5.01]];

function qualityBand(dqr) {
  for (var k = 0; k < QUALITY_BANDS.length; k++) if (dqr >= QUALITY_BANDS[k][0] && dqr < QUALITY_BANDS[k][1]) return String(k + 1);
  return null;
}

function bandName(code) {
  if (!code) return say("未评", "not rated");
  var b = QUALITY_BANDS[code - 1];
  return "DQR " + b[0] + "\u2013" + (b[1] > 5 ? "5" : b[1]);
}

// of: the key of a row; called: its name; open: shown unfolded.
function facetKinds() {
  return [
    { id: "flow", title: say("产品", "Product"), called: flowName, open: true },
    { id: "region", title: say("区域", "Region"), called: regionName, open: true },
    { id: "kind", title: say("因子类型", "Kind"), called: function (c) { return word("factor_kind", c); }, open: true },
    { id: "year", title: say("年份", "Year"), called: function (c) { return c || say("未写明", "not stated"); }, open: true, newest: true },
    { id: "boundary", title: say("系统边界", "Boundary"), called: function (c) { return word("boundary", c); } },
    { id: "origin", title: say("数据来源类型", "Data origin"), called: function (c) { return word("data_origin", c); } },
    { id: "quality", title: say("质量", "Quality"), called: bandName },
    { id: "licence", title: say("许可", "Licence"), called: function (c) { return c; } },
    { id: "category", title: say("类别", "Category"), called: categoryName },
    { id: "unit", title: say("单位", "Unit"), called: function (c) { return c; } },
    { id: "status", title: say("状态", "Status"), called: function (c) { return word("status", c); } },
    { id: "source", title: say("来源", "Source"), called: sourceName }
  ];
}

function sourceName(id) {
  var row = store.one("source", "source_id", id);
  return row ? told(row, "title") : String(id);
}

// Keys of every factor by facet, as text, once.
var keys = null;

function prepareFacets() {
  if (keys) return;
  var f = store.table("factor"), years = f.column("reference_year"), ends = f.column("data_end");
  var dqr = f.column("dqr"), over = f.column("value_unit"), under = f.column("reference_unit");
  var direct = { flow: "flow_id", region: "region_code", kind: "factor_kind", boundary: "boundary", origin: "data_origin",
    licence: "licence", category: "category_id", status: "status", source: "source_id" };
  keys = {};
  Object.keys(direct).forEach(function (id) {
    var column = f.column(direct[id]);
    keys[id] = store.latest.map(function (p) { return column[p] === null ? "" : column[p]; });
  });
  keys.year = store.latest.map(function (p) { return String(years[p] || (ends[p] ? String(ends[p]).slice(0, 4) : "")); });
  keys.quality = store.latest.map(function (p) { return qualityBand(dqr[p]) || ""; });
  keys.unit = store.latest.map(function (p) { return unitText(over[p], under[p]); });
}

// Which of the found factors pass, and per facet how many each choice would leave.
function filtered(found, chosen, low, high) {
  prepareFacets();
  var value = store.table("factor").column("value"), ids = Object.keys(keys);
  var active = ids.filter(function (id) { return chosen[id] && chosen[id].length; });
  var sets = {}, counts = {}, passed = [];
  active.forEach(function (id) { sets[id] = new Set(chosen[id]); });
  ids.forEach(function (id) { counts[id] = new Map(); });
  var count = function (id, i) { var key = keys[id][i]; counts[id].set(key, (counts[id].get(key) || 0) + 1); };
  for (var k = 0; k < found.length; k++) {
    var i = found[k], failed = 0, only = null, v = value[store.latest[i]];
    if ((low !== null && !(v >= low)) || (high !== null && !(v <= high))) continue;
    for (var a = 0; a < active.length && failed < 2; a++) {
      if (!sets[active[a]].has(keys[active[a]][i])) { failed++; only = active[a]; }
    }
    if (failed === 0) { passed.push(i); for (var m = 0; m < ids.length; m++) count(ids[m], i); } else if (failed === 1) count(only, i);
  }
  return { passed: passed, counts: counts };
}
