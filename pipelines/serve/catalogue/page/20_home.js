// The first page: a search box, what this release holds, three doors.

function homePage() {
  var f = store.table("factor"), status = { admitted: 0, provisional: 0 }, used = new Set();
  store.latest.forEach(function (p) {
    var code = f.column("status")[p];
    status[code] = (status[code] || 0) + 1;
    used.add(f.column("source_id")[p]);
  });
  var box = h("input", { type: "search", id: "q", autocomplete: "off", placeholder: say("电石 / calcium carbide / ds / 编号……", "calcium carbide / 电石 / ds / id …"),
    on: { input: function () { suggest(box, hits); } } });
  var hits = h("ul", { class: "hits", "aria-label": say("最接近的因子", "nearest factors") });
  var form = h("form", { class: "searchbar big", role: "search", on: { submit: function (event) {
    event.preventDefault();
    window.location.hash = listAddress({ q: box.value, chosen: {}, low: null, high: null, sort: "" });
  } } }, h("label", { for: "q" }, say("检索因子", "Find a factor")), box, h("button", { type: "submit" }, say("检索", "Search")));
  var figure = function (count, zh, en, to) {
    return h("li", {}, h("a", { href: "#" + to }, h("b", {}, number(count, 9)), h("span", {}, say(zh, en))));
  };
  var door = function (to, zh, en, lineZh, lineEn) {
    return h("li", {}, h("a", { href: "#" + to }, h("strong", {}, say(zh, en)), h("span", {}, say(lineZh, lineEn))));
  };
  var categories = new Set(store.latest.map(function (p) { return f.column("category_id")[p]; }));
  return { title: say("首页", "Home"), css: "home", view: h("div", { class: "page" },
    h("h1", {}, told(store.release, "release_title")),
    store.release.note_zh ? h("p", { class: "notice" }, told(store.release, "note")) : null,
    form, hits,
    h("p", { class: "muted" }, say("可输入中文（两个字即可）、英文、同义词、拼音或其首字母、编号与代码。", "Type Chinese (two characters suffice), English, synonyms, pinyin or its first letters, ids and codes.")),
    h("ul", { class: "figures" },
      figure(store.latest.length, "因子", "factors", "/factors"),
      figure(status.admitted, "已入库", "admitted", "/factors?status=admitted"),
      figure(status.provisional, "暂定（单份转录）", "provisional (one transcription)", "/factors?status=provisional"),
      figure(used.size, "因子来源", "sources of factors", "/sources"),
      figure(categories.size, "类别", "categories", "/quality")),
    h("ul", { class: "doors" },
      door("/factors", "查因子", "Find factors", "按产品、区域、年份、边界筛选，每个数一步到出处", "Filter by product, region, year and boundary; every number one step from its source"),
      door("/footprints", "看碳足迹", "See footprints", "阶段、前十项、桑基图，回退处标明", "Stages, top ten, Sankey; fall-backs are marked"),
      door("/categories", "看分级", "See grades", "基准、限值、样本与不分级的原因", "Benchmarks, limits, samples, and why there is no class")),
    h("p", {}, say("新增、变更与撤回见", "Added, changed and withdrawn: "), link("/changes", say("变更", "changes")), say("；空白处见", "; gaps: "), link("/quality", say("覆盖图", "coverage map")), say("。", "."))) };
}

function suggest(box, hits) {
  var f = store.table("factor"), found = (search(box.value) || []).slice(0, 8);
  hits.replaceChildren.apply(hits, found.map(function (i) {
    var row = f.row(store.latest[i]);
    return h("li", {}, factorLink(row.factor_id, told(row, "name")), " ",
      h("span", { class: "muted" }, number(row.value), " ", unitText(row.value_unit, row.reference_unit), " \u00b7 ", name(regionName(row.region_code)), " \u00b7 ", yearOf(row) || say("年份未写明", "year not stated")));
  }));
  announce(say("最接近的 ", "nearest ") + found.length);
}
