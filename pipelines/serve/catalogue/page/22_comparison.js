// What a reader should know before using a factor, and how other factors of the product differ.

function advice(row) {
  var flags = row.flags || [], found = [];
  var add = function (when, kind, zh, en) { if (when) found.push([kind, say(zh, en)]); };
  add(row.value === null, "stop", "此行数据不公开，只列其存在与权利。", "This row is not open; only its existence and rights are shown.");
  add(row.factor_kind === "energy_indirect_ef", "stop", "电力与热力的间接排放因子：用于组织核算，不得用于产品碳足迹。", "Grid or heat CO2 factor: for accounting of organisations, never in a product footprint.");
  add(row.factor_kind === "direct_ef", "mind", "只含活动处的直接排放，不含燃料或原料的上游；产品碳足迹中须与上游因子同用。", "Direct emission at the activity only; in a product footprint it goes together with its upstream.");
  add(row.factor_kind === "footprint_factor", "fine", "生命周期因子，可用于产品碳足迹；使用前核对边界。", "Life-cycle factor, fit for product footprints; check the boundary first.");
  add(row.factor_kind === "residual_mix", "mind", "剩余电力结构因子，仅用于以合同为准的核算。", "Residual mix, for contract-based accounting only.");
  add(row.status === "provisional", "mind", "暂定：数值出自单份转录，尚无第二份印证；使用者须注明。", "Provisional: read from one transcription without a second; results that use it must say so.");
  add(["withdrawn", "recalled", "superseded"].indexOf(row.status) >= 0, "stop", "本版本已" + word("status", row.status).replace("已", "") + "，请勿用于新的核算。", "This version is " + word("status", row.status) + "; do not use it for new work.");
  add(flags.indexOf("p") >= 0, "mind", "来源未给出全部气体，数值只含已给出的。", "The source does not give every gas; the value holds only those given.");
  add(flags.indexOf("gwp_not_stated") >= 0, "mind", "官方文件未写明增温潜势版本；本库不作换算。", "The official document names no GWP set; the value is never converted.");
  add(flags.indexOf("derived") >= 0 || flags.indexOf("value_from_gases") >= 0, "fine", "由公开数值计算得到，算式与所用参数见下。", "Computed from published figures; steps and inputs below.");
  add(flags.indexOf("excluding_market_non_fossil") >= 0, "mind", "不含市场化交易的非化石能源电量。", "Excludes non-fossil power traded on the market.");
  add(flags.indexOf("fossil_only") >= 0, "mind", "仅化石能源发电的平均。", "Average of fossil power only.");
  add(row.lower95 === null, "mind", "来源未给出不确定度。", "The source states no uncertainty.");
  add(!yearOf(row), "mind", "来源未写明数据年份。", "The source states no data year.");
  if (row.valid_until) found.push(["mind", say("声明有效期至 ", "declared valid until ") + row.valid_until]);
  if (told(row, "note")) found.push(["fine", name(told(row, "note"))]);
  return found;
}

// Factors of the same product, kind and unit, with each difference named.
function comparables(row) {
  var list = store.table("factor"), latest = new Set(store.latest);
  var same = list.where("flow_id", row.flow_id).filter(function (p) { return latest.has(p) && list.column("factor_id")[p] !== row.factor_id; })
    .map(function (p) { return list.row(p); })
    .filter(function (o) { return o.factor_kind === row.factor_kind && o.value !== null; });
  if (!same.length || row.value === null) return null;
  var alike = same.filter(function (o) { return o.value_unit === row.value_unit && o.reference_unit === row.reference_unit; });
  var nearest = alike.concat(same.filter(function (o) { return alike.indexOf(o) < 0; }))
    .map(function (o) { return { row: o, why: differences(row, o) }; })
    .sort(function (a, b) { return a.why.length - b.why.length || (a.row.factor_id < b.row.factor_id ? -1 : 1); });
  var unit = unitText(row.value_unit, row.reference_unit);
  return section(say("可比较的其他因子", "Comparable factors"),
    alike.length ? picture("comparable_" + row.factor_id, say("同一产品、同一单位的因子", "factors of the same product and unit") + " (" + (alike.length + 1) + ")",
      stripChart(told(row, "name"), alike.map(function (o) { return { value: o.value, label: told(o, "name"), to: "/factor/" + o.factor_id }; }), { value: row.value, lower: row.lower95, upper: row.upper95 }, unit),
      ["factor_id", "name_zh", "name_en", "value", "unit", "region_code", "boundary", "reference_year", "source_id"],
      [row].concat(alike).map(function (o) { return [o.factor_id, o.name_zh, o.name_en, o.value, unitText(o.value_unit, o.reference_unit), o.region_code, o.boundary, o.reference_year, o.source_id]; }),
      say("实心为本因子", "the filled mark is this factor")) : null,
    grid(say("为何不同", "why they differ"), [say("因子", "Factor"), "#" + say("数值", "Value"), say("单位", "Unit"), "#" + say("与本因子之比", "Ratio"), say("为何不同", "Why different")],
      nearest.slice(0, 12).map(function (n) {
        var comparable = alike.indexOf(n.row) >= 0;
        return [factorLink(n.row.factor_id, told(n.row, "name")), number(n.row.value), unitText(n.row.value_unit, n.row.reference_unit),
          comparable && row.value ? number(n.row.value / row.value, 3) : "\u2014", n.why.join(say("；", "; ")) || say("仅来源不同", "source only")];
      })),
    nearest.length > 12 ? h("p", {}, link("/factors?flow=" + encodeURIComponent(row.flow_id), say("全部 ", "all ") + (nearest.length + 1))) : null);
}

function differences(a, b) {
  var found = [], add = function (isOther, zh, en) { if (isOther) found.push(say(zh, en)); };
  add(a.boundary !== b.boundary, "边界：" + word("boundary", b.boundary), "boundary: " + word("boundary", b.boundary));
  add(a.region_code !== b.region_code, "区域：" + regionName(b.region_code), "region: " + regionName(b.region_code));
  add(yearOf(a) !== yearOf(b), "年份：" + (yearOf(b) || "未写明"), "year: " + (yearOf(b) || "not stated"));
  add(a.value_unit !== b.value_unit || a.reference_unit !== b.reference_unit, "单位：" + unitText(b.value_unit, b.reference_unit), "unit: " + unitText(b.value_unit, b.reference_unit));
  add(a.gwp_set !== b.gwp_set, "增温潜势：" + word("gwp_set", b.gwp_set), "GWP: " + word("gwp_set", b.gwp_set));
  var one = store.versions(a.factor_id)[0], other = store.versions(b.factor_id)[0];
  add(one.route !== other.route, "工艺：" + (other.route || "未写明"), "route: " + (other.route || "not stated"));
  add(one.technology !== other.technology && other.technology, "技术：" + other.technology, "technology: " + other.technology);
  add((one.flags || []).indexOf("p") >= 0 !== (other.flags || []).indexOf("p") >= 0, "气体范围不同", "gases covered");
  add(a.source_id !== b.source_id, "来源：" + sourceName(b.source_id), "source: " + sourceName(b.source_id));
  return found;
}
