// The flows of a footprint: what enters, in which process, at which stage, into the product.
// Small flows are joined below a share the reader sets; what is joined is named and counted.

var LEVELS = ["flow", "process", "stage", "product"];

function sankeyLinks(lines, product, cutoff) {
  var total = lines.reduce(function (sum, l) { return sum + Math.abs(l.contribution || 0); }, 0) || 1, links = new Map(), joined = 0;
  var add = function (from, to, value) {
    var key = from + ">" + to;
    if (!links.has(key)) links.set(key, { from: from, to: to, value: 0 });
    links.get(key).value += value;
  };
  var byFlow = new Map();
  lines.forEach(function (l) { byFlow.set(l.flow, (byFlow.get(l.flow) || 0) + Math.abs(l.contribution || 0)); });
  lines.forEach(function (l) {
    if (!l.contribution) return;
    var small = byFlow.get(l.flow) / total < cutoff;
    if (small) joined++;
    add("0|" + (small ? "*" : l.flow), "1|" + l.process_id, l.contribution);
    add("1|" + l.process_id, "2|" + l.stage, l.contribution);
    add("2|" + l.stage, "3|" + product.product_id, l.contribution);
  });
  return { links: Array.from(links.values()), joined: joined };
}

function sankeySection(p, lines, unit) {
  var live = lines.filter(function (l) { return l.contribution; });
  if (!live.length) return null;
  var holder = h("div", {}), shown = h("output", { for: "cutoff" });
  var slider = h("input", { type: "range", id: "cutoff", min: 0, max: 20, step: 0.5, value: 1, on: { input: draw } });
  function draw() {
    var cutoff = Number(slider.value) / 100, made = sankeyLinks(live, p, cutoff);
    var label = function (id) {
      var kind = id.charAt(0), key = id.slice(2);
      return kind === "0" ? (key === "*" ? say("其余合并", "others, joined") : flowOrGas(key)) : kind === "1" ? processName(key) : kind === "2" ? word("stage", key) : productName(key);
    };
    var title = say("碳足迹的流向", "flows of the footprint");
    shown.textContent = slider.value + " %" + (made.joined ? say("，合并 ", ", joined ") + made.joined + say(" 行", " lines") : "");
    holder.replaceChildren(picture("sankey_" + p.product_id, title + ", " + unit,
      sankeyChart(title, [say("投入与排放", "Inputs, emissions"), say("过程", "Process"), say("阶段", "Stage"), say("产品", "Product")], made.links, label),
      ["from_level", "from", "to_level", "to", "contribution", "unit"], made.links.map(function (l) { return [LEVELS[l.from.charAt(0)], label(l.from), LEVELS[l.to.charAt(0)], label(l.to), l.value, unit]; }), say("虚线橙色为清除或扣减", "dashed amber is removal or credit")));
  }
  draw();
  return section(say("流向（桑基图）", "Flows (Sankey)"), h("p", { class: "slider" }, h("label", { for: "cutoff" }, say("小于此占比的合并：", "join flows below: ")), slider, " ", shown), holder);
}
