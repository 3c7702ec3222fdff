// The page of one factor: the number with unit, boundary and interval first, all it rests on below.
// Here: the order of the page. Not here: its advice and comparisons (22), its provenance (23).

function valueText(row) {
  return row.value === null ? say("数值未公开", "value not open") : number(row.value, 6);
}

function gwpText(row) {
  return row.gwp_set === "not_applicable" ? say("单一气体质量", "mass of one gas") : "GWP: " + word("gwp_set", row.gwp_set);
}

function limitsText(row) {
  return row.lower95 === null ? say("来源未给出区间", "the source gives no interval")
    : say("95 % 区间 ", "95 % interval ") + number(row.lower95) + " \u2013 " + number(row.upper95);
}

function factorPage(place) {
  var id = place.id.split("@")[0], versions = store.versions(id);
  var refused = versions.length ? null : store.one("refused_factor", "factor_id", id);
  if (refused) return refusedPage(refused);
  if (!versions.length) return null;
  var asked = place.id.split("@")[1];
  var row = versions.filter(function (v) { return v.version === asked; })[0] || versions[0];
  var isOld = row.version !== versions[0].version;
  return { title: told(row, "name"), css: "factorpage", view: h("article", { class: "page" },
    h("p", { class: "crumbs" }, link("/factors?flow=" + encodeURIComponent(row.flow_id), name(flowName(row.flow_id))), " / ", link("/factors?category=" + encodeURIComponent(row.category_id), name(categoryName(row.category_id)))),
    h("h1", {}, name(told(row, "name"))),
    h("p", { class: "under" }, name(language === "en" ? row.name_zh : row.name_en)),
    h("p", { class: "marks" }, badge(row.status === "admitted" ? "good" : row.status === "provisional" ? "amber" : "red", word("status", row.status)),
      badge("plain", "v" + row.version), badge("plain", word("factor_kind", row.factor_kind)), row.flags && row.flags.indexOf("demonstration") >= 0 ? badge("amber", say("演示", "demonstration")) : null,
      h("code", {}, row.factor_id), copyButton(row.factor_id)),
    isOld ? h("p", { class: "warn" }, say("这是旧版本。现行版本：", "This is a former version. Present: "), factorLink(id, id + "@" + versions[0].version)) : null,
    h("p", { class: "headline", "data-value": row.value === null ? "" : row.value },
      h("b", {}, valueText(row)), " ", h("span", { class: "unit" }, unitText(row.value_unit, row.reference_unit)), h("span", { class: "sep" }, "\u00b7"),
      h("span", {}, word("boundary", row.boundary)), h("span", { class: "sep" }, "\u00b7"), h("span", {}, limitsText(row)), h("span", { class: "sep" }, "\u00b7"), h("span", {}, gwpText(row))),
    h("p", { class: "subline" }, name(regionName(row.region_code)), " \u00b7 ", yearOf(row) ? String(yearOf(row)) : say("数据年份未写明", "data year not stated"), " \u00b7 ",
      word("data_origin", row.data_origin), " \u00b7 ", word("derivation", row.derivation), row.technology ? [" \u00b7 ", name(row.technology)] : null),
    section(say("你需要知道的", "What you should know"), h("ul", { class: "know" }, advice(row).map(function (a) { return h("li", { class: a[0] }, a[1]); }))),
    section(say("数据从哪里来", "Where it comes from"), provenance(row)),
    section(say("代表性", "Representativeness"), representativeness(row)),
    comparables(row),
    gasesOf(row),
    section(say("历史", "History"), historyOf(row, versions)),
    section(say("许可与授权", "Rights"), rightsOf(row)),
    section(say("评审", "Review"), reviewOf(row)),
    section(say("取用与引用", "Take and cite"), useOfFactor(row))) };
}

function refusedPage(row) {
  return { title: told(row, "name"), view: h("article", { class: "page" },
    h("h1", {}, name(told(row, "name"))), h("p", { class: "marks" }, badge("red", say("不予入库", "refused")), h("code", {}, row.factor_id)),
    facts([[say("原文", "As found"), [name(row.text_found), " ", name(row.unit_found)]], [say("原因代码", "Reason codes"), (row.reason_codes || []).join(", ")],
      [say("原因", "Reasons"), name(told(row, "reasons"))], [say("来源", "Source"), link("/source/" + row.source_id, name(sourceName(row.source_id)))]])) };
}

var SCORES = [["ter", "技术", "Technology"], ["ger", "地域", "Geography"], ["tir", "时间", "Time"], ["precision_score", "精确度", "Precision"]];

function scoreWord(score) {
  return score <= 1.5 ? say("很好", "very good") : score <= 2.5 ? say("好", "good") : score <= 3.5 ? say("一般", "fair") : score <= 4.5 ? say("差", "poor") : say("很差或不明", "very poor or unknown");
}

function representativeness(row) {
  var q = store.rows("factor_quality", "factor_id", row.factor_id).filter(function (r) { return r.version === row.version; })[0];
  if (!q) return h("p", {}, say("未评。", "Not rated."));
  return [
    h("ul", { class: "scores" }, SCORES.map(function (x) {
      return h("li", {}, h("span", {}, say(x[1], x[2])), h("meter", { min: 0, max: 5, value: Math.max(0.01, 5 - q[x[0]] + 0.01), "aria-hidden": "true" }), h("b", {}, number(q[x[0]], 3)), h("span", { class: "muted" }, scoreWord(q[x[0]])));
    })),
    h("p", {}, "DQR ", h("b", {}, number(q.dqr, 3)), " (", scoreWord(q.dqr), "). ", say("1 最好，5 最差；按因子自身的适用范围评。", "1 is best and 5 worst; rated for the factor's own scope.")),
    h("p", { class: "muted" }, name(told(q, "reasons")), " (", name(q.rubric_id), ")")];
}

function gasesOf(row) {
  var same = function (r) { return r.version === row.version; };
  var gases = store.rows("factor_gas", "factor_id", row.factor_id).filter(same);
  var sets = store.rows("factor_co2e", "factor_id", row.factor_id).filter(same);
  var parts = COMPONENTS.filter(function (c) { return row[c] !== null && row[c] !== undefined; });
  if (!gases.length && !sets.length && !parts.length) return null;
  var gasName = function (code) { var g = store.one("gas", "gas", code); return g ? told(g, "name") : code; };
  return section(say("分气体与分项", "Gases and components"),
    gases.length ? grid(say("每基准单位的气体质量", "mass of gas per reference unit"), [say("气体", "Gas"), "#kg/" + row.reference_unit, "#" + say("95 % 下限", "lower 95 %"), "#" + say("95 % 上限", "upper 95 %")],
      gases.map(function (g) { return [name(gasName(g.gas)), number(g.mass, 6), number(g.mass_lower95), number(g.mass_upper95)]; })) : null,
    sets.length ? grid(say("按各版增温潜势的 CO2e", "CO2e by GWP set"), [say("增温潜势", "GWP set"), "#kgCO2e/" + row.reference_unit, "#" + say("生物源 CO2（单列）", "biogenic CO2 (apart)")],
      sets.map(function (c) { return [word("gwp_set", c.gwp_set), number(c.co2e, 6), number(c.co2_biogenic_apart)]; })) : null,
    parts.length ? grid(say("分项", "components"), [say("分项", "Component"), "#kgCO2e/" + row.reference_unit], parts.map(function (c) { return [word("component", c), number(row[c], 6)]; })) : null);
}

var COMPONENTS = ["fossil", "biogenic_non_co2", "land_use_change", "land_management_emission", "land_management_removal",
  "technological_removal", "ccs_capture", "biogenic_uptake", "biogenic_co2_emission", "aircraft"];
