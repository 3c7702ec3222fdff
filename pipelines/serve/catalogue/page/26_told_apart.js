// A footprint told apart: headings, gases by stage, electricity, gaps with what they may weigh.

function gasName(id) {
  if (id === "co2e_unsplit") return say("未拆分的 CO2e", "CO2e not split");
  var g = store.one("gas", "gas", id);
  return g ? told(g, "name") : id;
}

function inListOrder(vocabulary) {
  return function (a, b) { return store.codes[vocabulary + "/" + a].position - store.codes[vocabulary + "/" + b].position; };
}

function distinct(rows, column) {
  return rows.map(function (x) { return x[column]; }).filter(function (x, k, all) { return all.indexOf(x) === k; });
}

function summed(rows) { return rows.reduce(function (sum, x) { return sum + (x.contribution || 0); }, 0); }

function partsOf(parts, r, unit) {
  if (!parts.length) return null;
  var headings = distinct(parts, "heading").sort(inListOrder("heading")), stages = distinct(parts, "stage").sort(inListOrder("stage"));
  var counted = parts.filter(function (x) { return x.is_counted; }), gases = distinct(counted, "gas_or_unsplit").sort();
  return section(say("分别报告", "Reported apart"),
    h("p", { class: "muted" }, say("依 GB/T 24067 与 ISO 14067 分项；计入的各份额之和等于结果，备注项不计入。", "Headings of GB/T 24067 and ISO 14067; the parts that count add up to the result, memo items stay outside.")),
    grid(say("分项", "headings"), [say("分项", "Heading"), "#" + unit, "#" + say("占比", "Share"), say("计入结果", "Counts")],
      headings.flatMap(function (heading) {
        return [true, false].map(function (inside) {
          var rows = parts.filter(function (x) { return x.heading === heading && x.is_counted === inside; }), total = summed(rows);
          return rows.length ? [word("heading", heading), number(total), inside && r.footprint_value ? percent(total / r.footprint_value) : "\u2014", inside ? say("计入", "counts") : say("备注，不计入", "memo, outside")] : null;
        }).filter(Boolean);
      })),
    gases.length ? [h("h3", {}, say("气体 \u00d7 阶段", "Gas by stage")),
      grid(say("气体与阶段", "gas by stage"), [say("气体", "Gas")].concat(stages.map(function (x) { return "#" + word("stage", x); }), ["#" + say("合计", "Total")]),
        gases.map(function (gas) {
          var rows = counted.filter(function (x) { return x.gas_or_unsplit === gas; });
          return [name(gasName(gas))].concat(stages.map(function (stage) {
            var found = rows.filter(function (x) { return x.stage === stage; });
            return found.length ? number(summed(found)) : "\u2014";
          }), [number(summed(rows))]);
        }))] : null);
}

function electricityOf(rows, unit) {
  if (!rows.length) return null;
  return section(say("用电：凭证覆盖与未覆盖", "Electricity: covered by certificates, and not"),
    grid(say("用电", "electricity"), [say("过程", "Process"), say("行", "Line"), "#" + say("用电量", "Amount"), "#" + say("已覆盖", "Covered"), "#" + say("未覆盖", "Not covered"), say("未覆盖部分的依据", "Basis of the uncovered part"), "#" + say("按位置", "By place"), "#" + say("按合同：已覆盖", "By contract: covered"), "#" + say("按合同：未覆盖", "By contract: not covered"), say("凭证", "Certificates")],
      rows.map(function (x) {
        return [name(processName(x.process_id)), name(x.line), number(x.scaled_amount) + " " + x.amount_unit, number(x.covered_amount), number(x.uncovered_amount),
          [word("electricity_basis", x.electricity_basis), x.residual_factor ? [" ", factorLink(x.residual_factor.split("@")[0])] : null],
          number(x.location_contribution), number(x.covered_contribution), number(x.uncovered_contribution), (x.instruments || []).length ? name(x.instruments.join(", ")) : "\u2014"];
      })),
    h("p", { class: "muted" }, say("贡献的单位：", "Contributions in "), unit));
}

function gapsOf(gaps, r, unit) {
  if (!gaps.length) return section(say("缺口", "Gaps"), h("p", {}, say("没有缺口：每一用途都有因子，上游都已声明。", "None: every use has a factor and every upstream is declared.")));
  // A whole division bounds a gap and says nothing of its likely weight.
  var likely = function (x) { return x.estimate !== null && x.gap_basis !== "same_division"; };
  var weight = function (x) { return likely(x) ? Math.abs(x.estimate) : x.estimate === null ? -2 : -1; };
  var sorted = gaps.slice().sort(function (a, b) { return weight(b) - weight(a); });
  var known = r.cut_off_share === null ? say("无一可估", "none can be estimated") : say("估计占 ", "estimated at ") + percent(r.cut_off_share) + say("（结果加估计）", " of result plus estimate");
  return section(say("缺口：不按零计，也不计入结果", "Gaps: neither zero nor part of the result"),
    h("p", {}, say("共 ", "") + r.gaps_total + say(" 处；", " in all; ") + known + (r.gaps_unestimated ? say("；其中 ", "; of them ") + r.gaps_unestimated + say(" 处没有同类因子", " without factors alike") : "")),
    grid(say("缺口", "gaps"), [say("项", "Line"), say("过程", "Process"), say("缺什么", "Missing"), "#" + say("数量", "Amount"), "#" + say("估计 ", "Estimate, ") + unit, "#" + say("下限至上限", "Lowest to highest"), say("估计依据", "Basis"), "#" + say("因子数", "Factors"), say("原因", "Reason")],
      sorted.map(function (x) {
        return [name(flowOrGas(x.flow)), name(processName(x.process_id)), word("gap_kind", x.gap_kind), number(x.scaled_amount) + " " + x.amount_unit,
          likely(x) ? number(x.estimate) : "\u2014", x.estimate === null ? "\u2014" : number(x.estimate_low) + " \u2013 " + number(x.estimate_high),
          x.gap_basis === "none" ? badge("amber", word("gap_basis", x.gap_basis)) : word("gap_basis", x.gap_basis), x.proxies, name(told(x, "reason"))];
      })));
}
