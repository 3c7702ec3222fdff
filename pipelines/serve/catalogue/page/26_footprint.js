// Product footprints: the list, and one product with stages, lines, flows and fall-backs.

function footprintsPage() {
  var own = store.table("product").rows();
  return { title: say("产品碳足迹", "Footprints"), view: h("div", { class: "page" }, h("h1", {}, say("产品碳足迹", "Product footprints")),
    h("p", {}, say("由本发布的因子与清单计算。演示与暂定结果逐条标明。", "Computed from the factors and inventories of this release. Demonstration and provisional results say so.")),
    grid(say("产品碳足迹", "footprints"), [say("产品", "Product"), "#" + say("碳足迹", "Footprint"), say("单位", "Unit"), say("边界", "Boundary"), say("区域", "Region"), say("状态", "State"), "#DQR"],
      own.map(function (p) {
        var r = footprintRow(p.product_id, p.gwp_set);
        return [link("/footprint/" + p.product_id, name(told(p, "name"))), r ? number(r.footprint_value) : "\u2014", r ? "kgCO2e/" + declared(r) : "", word("boundary", p.boundary), name(regionName(p.region_code)), r ? stateBadge(r) : "", r ? number(r.dqr, 3) : ""];
      }))) };
}

function footprintRow(id, set) { return store.rows("footprint", "product_id", id).filter(function (r) { return r.gwp_set === set; })[0]; }
function declared(r) { return (r.declared_amount === 1 ? "" : number(r.declared_amount) + " ") + r.declared_unit; }
function stateBadge(r) { return badge(r.result_state === "demonstration" ? "amber" : r.result_state === "provisional" ? "amber" : "good", { demonstration: say("演示", "demonstration"), provisional: say("暂定", "provisional") }[r.result_state] || r.result_state); }

var FLAG_WORDS = {
  assumptions: ["含假设", "rests on assumptions"], demonstration: ["演示", "demonstration"], gwp_not_stated: ["含未写明增温潜势的因子", "uses factors that name no GWP set"],
  limit_values_not_plant_measurements: ["活动数据为限额值，非工厂实测", "activity data are limit values, not plant measurements"], p: ["含分气体不全的因子", "uses factors with partial gases"],
  uncovered_lines: ["有未覆盖的清单行", "has lines without a factor"], provisional_factors: ["含暂定因子", "uses provisional factors"],
  uncertainty_not_stated: ["未写明不确定度，不给区间", "states no uncertainty: no interval is given"], uncertainty_partly_stated: ["不确定度只写明一部分，区间偏窄", "states its uncertainty in part: the interval is too narrow"],
  unproductive_draws: ["部分抽样无解，未计入", "some draws have no solution and do not count"], not_computed: ["未能计算的增温潜势版本：", "GWP set that could not be computed: "], double_counting: ["有重复计入：", "something is counted twice: "]
};

// A flag in words; what stands after a colon is the flag's own.
function flagText(flag) {
  var at = flag.indexOf(":"), words = FLAG_WORDS[at < 0 ? flag : flag.slice(0, at)];
  return words ? say(words[0], words[1]) + (at < 0 ? "" : flag.slice(at + 1)) : flag;
}

function sampledText(r) {
  if (r.p2_5 === null || r.p2_5 === undefined) return say("未抽样，无区间", "not sampled, no interval");
  if (r.uncertainty_coverage === 0) return say("未写明不确定度，无区间", "no uncertainty stated, no interval");
  return say("95 % 区间 ", "95 % interval ") + number(r.p2_5) + " \u2013 " + number(r.p97_5);
}

function footprintPage(place) {
  var p = store.one("product", "product_id", place.id);
  if (!p) return null;
  var sets = store.rows("footprint", "product_id", p.product_id).map(function (r) { return r.gwp_set; }).sort();
  var set = sets.indexOf(place.query.get("gwp")) >= 0 ? place.query.get("gwp") : p.gwp_set, r = footprintRow(p.product_id, set);
  if (!r) return null;
  var of = function (table) { return store.rows(table, "product_id", p.product_id).filter(function (x) { return x.gwp_set === set; }); };
  var lines = of("footprint_line").sort(function (a, b) { return Math.abs(b.contribution || 0) - Math.abs(a.contribution || 0); });
  var stages = of("footprint_stage").sort(function (a, b) { return store.codes["stage/" + a.stage].position - store.codes["stage/" + b.stage].position; }), unit = "kgCO2e/" + declared(r);
  var bars = stages.map(function (x) { return { label: word("stage", x.stage), value: x.contribution, text: number(x.contribution) + " (" + percent(r.footprint_value ? x.contribution / r.footprint_value : null) + ")" }; });
  return { title: told(p, "name"), view: h("article", { class: "page" },
    h("p", { class: "crumbs" }, link("/footprints", say("产品碳足迹", "Footprints"))), h("h1", {}, name(told(p, "name"))),
    h("p", { class: "marks" }, stateBadge(r), h("code", {}, p.product_id), sets.map(function (x) { return h("a", { class: "badge " + (x === set ? "good" : "plain"), href: "#/footprint/" + p.product_id + "?gwp=" + x, "aria-current": x === set ? "true" : null }, x); })),
    h("p", { class: "headline" }, h("b", {}, number(r.footprint_value, 6)), " ", h("span", { class: "unit" }, unit), h("span", { class: "sep" }, "\u00b7"), h("span", {}, word("boundary", r.boundary)), h("span", { class: "sep" }, "\u00b7"),
      h("span", {}, sampledText(r)), h("span", { class: "sep" }, "\u00b7"), h("span", {}, "GWP: " + word("gwp_set", set))),
    section(say("你需要知道的", "What you should know"), h("ul", { class: "know" }, (r.flags || []).map(function (f) { return h("li", { class: "mind" }, flagText(f)); }),
      told(p, "missing") ? h("li", { class: "mind" }, say("未含：", "not included: "), name(told(p, "missing"))) : null, told(p, "coverage") ? h("li", { class: "fine" }, say("已含：", "included: "), name(told(p, "coverage"))) : null)),
    section(say("按阶段", "By stage"), picture("stages_" + p.product_id, say("各阶段的贡献", "contribution of each stage") + ", " + unit, barChart(say("各阶段的贡献", "contribution of each stage"), bars), ["stage", "contribution", "unit"], stages.map(function (x) { return [x.stage, x.contribution, unit]; }))),
    section(say("前十项", "Top ten"), lineTable(lines.filter(function (l) { return l.is_covered && l.contribution; }).slice(0, 10), unit)),
    sankeySection(p, lines, unit),
    partsOf(of("footprint_part"), r, unit), electricityOf(of("footprint_electricity"), unit), gapsOf(of("footprint_gap"), r, unit),
    section(say("所用因子与回退", "Factors used, and fall-backs"), lineFactors(lines)),
    section(say("合计与质量", "Totals and quality"), facts([
      [say("不含生物源吸收", "Excluding uptake"), number(r.value_excluding_uptake, 6)], [say("含生物源吸收", "Including uptake"), number(r.value_including_uptake, 6)], [say("按所在地电力", "Location-based"), number(r.value_location_based, 6)], [say("按合同电力", "Contractual"), number(r.value_contractual, 6)],
      [say("初级数据占比", "Primary data share"), percent(r.primary_data_share)], [say("未拆分气体占比", "Not split by gas"), percent(r.unsplit_share)], ["DQR", number(r.dqr, 3)], [say("行数", "Lines"), r.lines_total + say("，未覆盖 ", ", not covered ") + r.lines_uncovered], [say("核算规则", "Accounting rule"), r.accounting_rule], [say("可信度", "Confidence"), word("confidence", r.confidence)]])),
    checksOf(p, set), assumptionsOf(p),
    h("p", {}, link("/label/" + p.product_id, say("看分级标识", "the grade label")))) };
}

function lineName(l) { return flowOrGas(l.flow); }
function flowOrGas(id) { var g = store.one("gas", "gas", id); return g && !store.one("flow", "flow_id", id) ? told(g, "name") : flowName(id); }
function processName(id) { var x = store.one("process", "process_id", id); return x ? told(x, "name") : id; }

function lineTable(lines, unit) {
  return grid(say("前十项", "top ten"), [say("项", "Line"), say("过程", "Process"), say("阶段", "Stage"), "#" + say("数量", "Amount"), "#" + say("因子值", "Factor"), "#" + unit, "#" + say("占比", "Share")],
    lines.map(function (l) { return [name(lineName(l)), name(processName(l.process_id)), word("stage", l.stage), number(l.scaled_amount) + " " + (l.amount_unit || ""), number(l.applied_value), number(l.contribution), percent(l.share)]; }));
}

// What a reader must notice about the factor of a line; empty when nothing.
function fallbacks(l) {
  var found = [], p = store.one("process", "process_id", l.process_id), f = l.factor_id ? store.one("factor", "factor_id", l.factor_id) : null;
  if (!l.is_covered) found.push(say("未覆盖：没有因子，未按零计", "not covered: no factor, not counted as zero"));
  if (f && p && f.region_code !== p.region_code) found.push(say("地域回退：", "other region: ") + regionName(p.region_code) + " \u2192 " + regionName(f.region_code));
  if (f && f.status === "provisional") found.push(say("暂定因子", "provisional factor"));
  if ((l.flags || []).indexOf("gwp_not_stated") >= 0) found.push(say("增温潜势未写明", "GWP set not stated"));
  if ((l.flags || []).indexOf("p") >= 0) found.push(say("分气体不全", "partial gases"));
  return found;
}

function lineFactors(lines) {
  return grid(say("每行所用的因子", "the factor of every line"), [say("项", "Line"), say("因子", "Factor"), say("回退", "Fall-back"), say("为何选它", "Why chosen")],
    lines.map(function (l) {
      var f = l.factor_id ? store.one("factor", "factor_id", l.factor_id) : null, runners = [];
      try { runners = JSON.parse(l.runners_up || "[]"); } catch (e) { runners = []; }
      return [name(lineName(l)), f ? factorLink(f.factor_id, told(f, "name")) : l.provider ? name(l.provider) : "\u2014",
        fallbacks(l).map(function (t) { return badge("amber", t); }),
        [name(told(l, "reason")), runners.length ? h("details", {}, h("summary", {}, say("落选 ", "runners-up ") + runners.length), h("ul", {}, runners.map(function (x) { return h("li", {}, factorLink(x.factor_id, x[language] || x.zh)); }))) : null]];
    }));
}

function checksOf(p, set) {
  var rows = store.rows("footprint_check", "product_id", p.product_id).filter(function (c) { return c.gwp_set === set; });
  return rows.length ? section(say("与公开值对照", "Against published values"), grid(say("对照", "checks"), [say("性质", "Kind"), "#" + say("公开值", "Published"), say("单位", "Unit"), "#" + say("本库 / 公开", "Ours / published"), say("边界", "Boundary"), say("解释", "Why"), say("出处", "Citation")],
    rows.map(function (c) { return [name(c.check_kind), number(c.check_value), c.check_unit, number(c.ratio, 3), name(c.check_boundary), name(told(c, "explanation")), name(c.citation)]; }))) : null;
}

function assumptionsOf(p) {
  var rows = store.rows("assumption", "inventory_id", p.inventory_id);
  return rows.length ? section(say("假设", "Assumptions"), h("ol", {}, rows.map(function (a) { return h("li", {}, name(told(a, "text")), " ", h("span", { class: "muted" }, name(ownLanguage(a.effect)), " \u00b7 ", name(ownLanguage(a.assumption_source)))); }))) : null;
}
