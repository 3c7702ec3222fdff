// Changes against the parent release: four numbers, the largest first, every row with its reason.

function changesPage(place) {
  var table = store.table("change"), rows = table.rows(), counts = { added: 0, changed: 0, withdrawn: 0, gone: 0 };
  rows.forEach(function (c) { if (c.change_class === "added") counts.added++; else if (c.change_class === "withdrawn") counts.withdrawn++; else counts.changed++; });
  var values = rows.filter(function (c) { return c.relative_change !== null; }).sort(function (a, b) { return Math.abs(b.relative_change) - Math.abs(a.relative_change); });
  var others = rows.filter(function (c) { return c.change_class !== "added"; });
  var kind = place.query.get("class") || "", shown = rows.filter(function (c) { return !kind || c.change_class === kind; });
  var classes = Array.from(new Set(rows.map(function (c) { return c.change_class; }))).sort();
  var parent = store.release.parent_release;
  var line = function (c) {
    var f = store.one("factor", "factor_id", c.factor_id);
    return [f ? factorLink(c.factor_id, told(f, "name")) : h("code", {}, c.factor_id), word("change_class", c.change_class), word("change_reason", c.change_reason), c.column_name, name(c.old_text || "\u2014"), name(c.new_text || "\u2014"), c.relative_change === null ? "\u2014" : percent(c.relative_change), word("change_tier", c.tier), number(c.footprints_moved, 9), number(c.grades_moved, 9)];
  };
  var head = [say("因子", "Factor"), say("类别", "Class"), say("原因", "Reason"), say("列", "Column"), say("旧", "Old"), say("新", "New"), "#" + say("相对变化", "Relative"), say("幅度", "Tier"), "#" + say("足迹", "Footprints"), "#" + say("分级", "Grades")];
  var figure = function (n, zh, en) { return h("li", {}, h("span", {}, h("b", {}, number(n, 9)), h("span", {}, say(zh, en)))); };
  return { title: say("变更", "Changes"), view: h("div", { class: "page" },
    h("h1", {}, say("变更 ", "Changes "), parent ? parent + " .. " + store.release.release_id : store.release.release_id),
    parent ? null : h("p", {}, say("这是首个发布，全部因子为新增。", "This is the first release: every factor is new.")),
    h("ul", { class: "figures" }, figure(counts.added, "新增", "added"), figure(counts.changed, "变更", "changed"), figure(counts.withdrawn, "撤回", "withdrawn"), figure(Math.max(0, rows.reduce(function (m, c) { return Math.max(m, c.footprints_moved || 0); }, 0)), "最多影响的足迹数", "most footprints moved by one change")),
    values.length ? section(say("幅度最大的十五项", "The fifteen largest"), grid(say("幅度最大", "largest changes"), head, values.slice(0, 15).map(line))) : null,
    !values.length && others.length ? section(say("非新增的变更", "Changes other than additions"), grid(say("变更", "changes"), head, others.slice(0, 15).map(line))) : null,
    section(say("全部变更", "All changes") + " (" + shown.length + ")",
      h("p", {}, [["", say("全部", "all")]].concat(classes.map(function (c) { return [c, word("change_class", c)]; })).map(function (c) { return h("a", { class: "badge " + (c[0] === kind ? "good" : "plain"), href: "#/changes" + (c[0] ? "?class=" + c[0] : "") }, c[1]); }),
        " ", button(say("导出 CSV", "Export CSV"), function () { save("changes_" + store.release.release_id + ".csv", "text/csv", csv(table.names, shown.map(function (c) { return table.names.map(function (n) { return c[n]; }); }))); }, { class: "small" })),
      grid(say("全部变更", "all changes"), head, shown.slice(0, 200).map(line)), shown.length > 200 ? h("p", { class: "muted" }, say("页面列出前 200 行，导出含全部。", "200 rows are shown; the export has all.")) : null)) };
}
