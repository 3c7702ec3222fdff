// The data dictionary, how to query and cite, the requirements by article.

function dictionaryPage(place) {
  var wanted = place.id, groups = new Map();
  store.facts.dictionary.forEach(function (c) { if (!groups.has(c.table)) groups.set(c.table, []); groups.get(c.table).push(c); });
  return { title: say("数据字典", "Dictionary"), view: h("div", { class: "page" }, h("h1", {}, say("数据字典", "Data dictionary")),
    h("p", {}, say("每张表、每一列的含义、单位、规则与空值占比。单位 @列名 表示单位写在同一行的该列中。", "Meaning, unit, rule and share of nulls of every column. A unit @column stands in that column of the row.")),
    h("p", { class: "toc" }, Array.from(groups.keys()).map(function (t) { return [link("/dictionary/" + t, t), " "]; })),
    Array.from(groups.entries()).filter(function (g) { return !wanted || g[0] === wanted; }).map(function (g) {
      var first = g[1][0];
      return h("details", { open: wanted === g[0] || (!wanted && g[0] === "factor") }, h("summary", {}, h("code", {}, g[0]), " ", told(first, "table")),
        grid(g[0], [say("列", "Column"), say("名称", "Title"), say("含义", "Meaning"), say("单位", "Unit"), say("规则", "Rule"), "#" + say("空值", "Nulls")], g[1].map(function (c) {
          var share = store.facts.null_share[c.table + "." + c.column];
          return [h("code", {}, c.column), told(c, "title"), [told(c, "meaning"), c.vocabulary ? codesOf(c.vocabulary) : null], c.unit ? h("code", {}, c.unit) : "", c.rule, share === undefined ? "" : percent(share)];
        })),
        (store.facts.rules[g[0]] || []).length ? h("ul", {}, store.facts.rules[g[0]].map(function (r) { return h("li", {}, h("code", {}, r[0]), " ", say(r[1], r[2])); })) : null);
    })) };
}

function codesOf(vocabulary) {
  var rows = store.rows("codelist", "vocabulary", vocabulary);
  return rows.length ? h("details", {}, h("summary", {}, say("取值 ", "codes ") + rows.length), h("ul", {}, rows.map(function (r) { return h("li", {}, h("code", {}, r.code), " ", told(r, "name")); }))) : null;
}

function queryLines(condition) {
  return [["Excel / WPS", say("打开 excel/因子表_", "open excel/因子表_") + store.release.release_id + say(".xlsx（或 csv/factor.csv），筛选 factor_id = ", ".xlsx (or csv/factor.csv), filter factor_id = ") + condition],
    ["DuckDB", "duckdb tanyuan.duckdb \"SELECT * FROM factor WHERE factor_id = '" + condition + "'\""],
    ["polars", "polars.scan_parquet(\"data/factor.parquet\").filter(polars.col(\"factor_id\") == \"" + condition + "\").collect()"],
    ["pandas", "pandas.read_parquet(\"data/factor.parquet\").query(\"factor_id == '" + condition + "'\")"],
    ["R", "arrow::read_parquet(\"data/factor.parquet\") |> dplyr::filter(factor_id == \"" + condition + "\")"],
    ["tanyuan", "tanyuan factor show " + condition + " --release " + store.release.release_id]];
}

function queryList(id) { return h("dl", { class: "queries" }, queryLines(id).map(function (q) { return [h("dt", {}, q[0]), h("dd", {}, code(q[1]))]; })); }

function citations(row) {
  var r = store.release, year = String(r.released_on).slice(0, 4), source = row ? store.rows("source", "source_id", row.source_id).filter(function (x) { return x.edition === row.edition; })[0] : null;
  var what = row ? told(row, "name") + ", " + row.factor_id + "@" + row.version : "", title = told(r, "release_title"), key = "tanyuan" + r.release_id.replace(/\./g, "_") + (row ? "_" + row.factor_id : "");
  var origin = source ? (language === "en" ? " Original: " : " 原始来源：") + source.citation : "";
  return [["GB/T 7714", (what ? what + ". " : "") + title + "[DS]. " + say("版本 ", "Version ") + r.release_id + ". (" + r.released_on + ")." + origin],
    ["BibTeX", "@dataset{" + key + ",\n  title = {" + (what ? what + ". " : "") + title + "},\n  year = {" + year + "},\n  version = {" + r.release_id + "},\n  note = {" + (source ? source.citation : r.release_kind) + "}\n}"],
    ["RIS", "TY  - DATA\nTI  - " + (what ? what + ". " : "") + title + "\nPY  - " + year + "\nET  - " + r.release_id + (source ? "\nN1  - " + source.citation : "") + "\nER  - "]];
}

function useOfFactor(row) {
  return [queryList(row.factor_id), h("h3", {}, say("引用", "Cite")), h("dl", { class: "queries" }, citations(row).map(function (c) { return [h("dt", {}, c[0]), h("dd", {}, code(c[1]))]; })),
    h("p", {}, button(say("下载本因子 CSV", "Download this factor, CSV"), function () {
      var columns = Object.keys(row).filter(function (c) { return c !== "pinyin"; });
      save(row.factor_id + ".csv", "text/csv", csv(columns, [columns.map(function (c) { return row[c]; })]));
    }))];
}

function usePage() {
  var f = store.table("factor"), id = f.n ? f.column("factor_id")[store.latest[0]] : "F";
  return { title: say("查询与引用", "Query and cite"), view: h("div", { class: "page" }, h("h1", {}, say("怎样查询与引用", "How to query and cite")),
    section(say("在解压的发布文件夹里", "In the unpacked release folder"), h("p", {}, say("以一个因子为例；每个因子页上有换好编号的同样几行。", "With one factor as the example; every factor's page has these lines with its own id.")), queryList(id)),
    section(say("按使用情景取因子", "A factor for a context of use"), code("tanyuan factor get 电力 --region 640000 --year 2023 --kind footprint_factor"),
      h("p", {}, say("读取服务：", "Read service: "), h("code", {}, "GET /api/lookup?flow=electricity&region=640000&year=2023&use=supply"))),
    section(say("引用本发布", "Cite this release"), h("dl", { class: "queries" }, citations(null).map(function (c) { return [h("dt", {}, c[0]), h("dd", {}, code(c[1]))]; }))),
    section(say("核验", "Verify"), code("python verify.py ."), h("p", {}, say("只凭文件夹核验每个字节、每行与每个决定。", "Checks every byte, row and decision with nothing but the folder.")))) };
}

function requirementsPage() {
  var rows = store.table("requirement").rows();
  return { title: say("条款对照", "Requirements"), view: h("div", { class: "page" }, h("h1", {}, say("条款对照", "Requirements by article")),
    h("p", {}, say("每条要求由哪项检查在本次发布中证明，结果如何。", "Which check proves each requirement for this release, and the result.")),
    grid(say("条款对照", "requirements"), [say("条款", "Article"), say("要求", "Requirement"), say("检查", "Check"), say("结果", "Result"), say("数字", "Figure")],
      rows.map(function (r) { return [name(r.article), name(told(r, "requirement")), r.check_name ? h("code", {}, r.check_name) : "\u2014", badge(r.result === "met" ? "good" : r.result === "partly" ? "amber" : "red", word("check_result", r.result)), name(r.finding)]; }))) };
}
