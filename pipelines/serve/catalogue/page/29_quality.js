// Quality and coverage: what exists where, white where nothing does; counts that must agree.

function coverage() {
  var f = store.table("factor"), region = f.column("region_code"), category = f.column("category_id"), cells = new Map(), found = new Set();
  store.latest.forEach(function (p) {
    var r = store.one("region", "region_code", region[p]), kind = r ? r.region_kind : "";
    var column = kind === "province" ? region[p] : region[p] === "CN" ? "CN" : kind === "grid_region" || kind === "grid_region_former" || kind === "geographic_region" ? "grid"
      : kind === "prefecture" || kind === "county" ? region[p].slice(0, 2) + "0000" : region[p] === "001" ? "001" : "else";
    var key = category[p] + "|" + column;
    cells.set(key, (cells.get(key) || 0) + 1);
    found.add(category[p]);
  });
  return { cells: cells, categories: Array.from(found).sort() };
}

function coverageColumns() {
  var provinces = store.table("region").rows().filter(function (r) { return r.region_kind === "province"; }).sort(function (a, b) { return a.region_code < b.region_code ? -1 : 1; });
  return [["001", say("全球", "World")], ["CN", say("全国", "China")], ["grid", say("电网区域", "Grid regions")]]
    .concat(provinces.map(function (r) { return [r.region_code, told(r, "name")]; })).concat([["else", say("其他国家", "Elsewhere")]]);
}

function coverageMap() {
  var map = coverage(), columns = coverageColumns(), left = 180, top = 118, box = 22;
  var wide = left + columns.length * box + 46, tall = top + map.categories.length * box + 10, parts = [], rows = [], gaps = 0;
  columns.forEach(function (c, x) {
    var at = left + x * box + 15;
    parts.push(s("text", { transform: "translate(" + at + " " + (top - 6) + ") rotate(-60)", fill: INK.text, "font-size": 11 }, cut(c[1].replace(/(壮族|回族|维吾尔)?自治区$|省$|市$|特别行政区$/, ""), 110, 11)));
  });
  map.categories.forEach(function (category, y) {
    parts.push(s("text", { x: left - 8, y: top + y * box + 15, "text-anchor": "end", fill: INK.text, "font-size": 11 }, cut(categoryName(category), left - 12, 11)));
    columns.forEach(function (c, x) {
      var n = map.cells.get(category + "|" + c[0]) || 0, words = categoryName(category) + " \u00d7 " + c[1] + ": " + n;
      if (!n) gaps++;
      rows.push([category, categoryName(category), c[0], c[1], n]);
      var square = [s("rect", { x: left + x * box, y: top + y * box, width: box - 2, height: box - 2, fill: n ? (n > 20 ? "#0b6b63" : n > 4 ? "#6fb3aa" : "#cfe6e2") : "#fff", stroke: "#c4ced2" }, s("title", {}, words)),
        n ? s("text", { x: left + x * box + 10, y: top + y * box + 14, "text-anchor": "middle", "font-size": 9, fill: n > 20 ? "#fff" : INK.text }, n > 999 ? "1k+" : String(n)) : null];
      parts.push(n && c[0] !== "grid" && c[0] !== "else" ? s("g", { class: "jump", on: { click: function () { window.location.hash = "/factors?category=" + encodeURIComponent(category) + "&region=" + c[0]; } } }, square) : square);
    });
  });
  var title = say("覆盖图：类别 × 区域", "coverage: category × region");
  return picture("coverage", title, canvas(wide, tall, title, parts), ["category_id", "category", "region_code", "region", "factors"], rows, say("白格为空缺（", "white is a gap (") + gaps + say(" 格），欢迎报送", " cells): data wanted"));
}

function qualityPage() {
  var f = store.table("factor"), dqr = store.latest.map(function (p) { return f.column("dqr")[p]; }).filter(function (v) { return v !== null; });
  var bins = {}, skipped = store.facts.skipped || [];
  dqr.forEach(function (v) { var k = Math.floor(v * 4) / 4; bins[k] = (bins[k] || 0) + 1; });
  var counts = store.table("source_count").rows();
  var sum = function (column) { return counts.reduce(function (t, c) { return t + c[column]; }, 0); };
  var bars = Object.keys(bins).map(Number).sort(function (a, b) { return a - b; }).map(function (k) { return { label: k + " \u2013 " + (k + 0.25), value: bins[k], text: String(bins[k]) }; });
  var reasons = new Map();
  store.table("refused_factor").rows().forEach(function (r) { (r.reason_codes || []).forEach(function (c) { reasons.set(c, (reasons.get(c) || 0) + 1); }); });
  return { title: say("质量与覆盖", "Quality"), view: h("div", { class: "page" }, h("h1", {}, say("质量与覆盖", "Quality and coverage")),
    section(say("覆盖图", "Coverage map"), coverageMap()),
    section(say("质量评级分布", "Ratings"), picture("dqr", say("DQR 分布（1 最好，5 最差）", "DQR (1 best, 5 worst)"), barChart(say("DQR 分布", "DQR"), bars), ["dqr_from", "factors"], Object.keys(bins).map(function (k) { return [Number(k), bins[k]]; }))),
    section(say("行数守恒", "Rows conserved"),
      h("p", {}, say("读入 ", "rows in ") + sum("rows_in") + say(" = 候选 ", " = candidates ") + sum("candidates") + say(" + 参数 ", " + parameters ") + sum("parameters") + say(" + 跳过 ", " + skipped ") + sum("skipped") + say("；候选 = 入库 ", "; candidates = admitted ") + sum("admitted") + say(" + 暂定 ", " + provisional ") + sum("provisional") + say(" + 未入库 ", " + refused ") + sum("refused")),
      grid(say("各来源", "by source"), [say("来源", "Source"), say("版本", "Edition"), "#" + say("读入", "In"), "#" + say("候选", "Candidates"), "#" + say("参数", "Parameters"), "#" + say("跳过", "Skipped"), "#" + say("入库", "Admitted"), "#" + say("暂定", "Provisional"), "#" + say("未入库", "Refused")],
        counts.map(function (c) { return [link("/source/" + c.source_id, name(sourceName(c.source_id))), c.edition, c.rows_in, c.candidates, c.parameters, c.skipped, c.admitted, c.provisional, c.refused]; }))),
    section(say("跳过与未入库的原因", "Reasons of skipping and refusing"), grid(say("原因", "reasons"), [say("代码", "Code"), "#" + say("行数", "Rows")], skipped.map(function (r) { return [h("code", {}, r[0]), r[1]]; }).concat(Array.from(reasons.entries()).map(function (r) { return [h("code", {}, r[0]), r[1]]; })))),
    section(say("未入库的候选", "Refused candidates"), grid(say("未入库", "refused"), [say("名称", "Name"), say("原文", "As found"), say("原因", "Reasons")], store.table("refused_factor").rows().slice(0, 200).map(function (r) { return [link("/factor/" + r.factor_id, name(told(r, "name"))), [name(r.text_found), " ", name(r.unit_found)], name(told(r, "reasons"))]; }))),
    h("p", {}, say("合同检查与期望结果见同一文件夹的 quality/report.html。", "Contracts and expectations: quality/report.html in the same folder."))) };
}
