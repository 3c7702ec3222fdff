// Sources: the list, and one source with its document, rights and factors.

function sourceCounts() {
  var f = store.table("factor"), counts = new Map();
  store.latest.forEach(function (p) { var id = f.column("source_id")[p]; counts.set(id, (counts.get(id) || 0) + 1); });
  return counts;
}

function sourcesPage() {
  var counts = sourceCounts();
  var rows = store.table("source").rows().sort(function (a, b) { return (counts.get(b.source_id) || 0) - (counts.get(a.source_id) || 0) || (a.source_id + a.edition < b.source_id + b.edition ? -1 : 1); });
  return { title: say("来源", "Sources"), view: h("div", { class: "page" }, h("h1", {}, say("来源", "Sources")),
    h("p", {}, say("每个版本的发布者、许可与授权范围。没有因子的来源供参数、活动数据或样本之用。", "Publisher, licence and scope of every edition. A source without factors serves parameters, activity data or samples.")),
    grid(say("来源", "sources"), [say("来源", "Source"), say("版本", "Edition"), say("发布者", "Publisher"), say("许可", "Licence"), say("授权范围", "Scope"), "#" + say("因子", "Factors")],
      rows.map(function (r) { return [link("/source/" + r.source_id, name(told(r, "title"))), r.edition, name(r.publisher), r.licence, word("authorisation_scope", r.authorisation_scope), number(counts.get(r.source_id) || 0, 9)]; }))) };
}

// The bytes an edition was read from: whoever holds the file can compare its SHA-256.
function sourceFiles(edition) {
  var files = store.rows("source_file", "source_id", edition.source_id).filter(function (r) { return r.edition === edition.edition; });
  return files.length ? files.map(function (r) {
    return h("div", {}, name(r.file_name), say("，", ", "), number(r.file_bytes, 12), say(" 字节，SHA-256 ", " bytes, SHA-256 "), h("code", {}, r.file_sha256));
  }) : null;
}

function sourcePage(place) {
  var editions = store.rows("source", "source_id", place.id);
  if (!editions.length) return null;
  var f = store.table("factor"), latest = new Set(store.latest);
  var own = f.where("source_id", place.id).filter(function (p) { return latest.has(p); });
  var last = editions[editions.length - 1];
  return { title: told(last, "title"), view: h("article", { class: "page" }, h("h1", {}, name(told(last, "title"))), h("p", { class: "marks" }, h("code", {}, place.id)),
    editions.map(function (e) {
      var count = store.rows("source_count", "source_id", e.source_id).filter(function (c) { return c.edition === e.edition; })[0];
      var licence = store.one("licence", "licence", e.licence);
      return section(say("版本 ", "Edition ") + e.edition, facts([
        [say("发布者", "Publisher"), name(e.publisher)], [say("发布于", "Published"), e.published_on], [say("取得于", "Accessed"), e.accessed_on],
        [say("出处", "Citation"), name(e.citation)], [say("网址", "Address"), outside(e.url)], [say("方法学", "Methodology"), outside(e.methodology_url)],
        [say("许可", "Licence"), licence ? [name(told(licence, "name")), " ", outside(licence.licence_url, e.licence)] : e.licence],
        [say("授权范围", "Scope"), word("authorisation_scope", e.authorisation_scope)], [say("授权文件", "Document"), name(e.authorisation_document)], [say("授权至", "Until"), e.authorisation_until],
        [say("可转发", "Onward publication"), e.onward_publication === null ? null : e.onward_publication ? say("可以", "yes") : say("不可", "no")],
        [say("数据来源类型", "Data origin"), word("data_origin", e.data_origin)], [say("核心数据", "Core data"), e.core_data ? say("是", "yes") : say("否", "no")],
        [say("说明", "Note"), name(told(e, "note"))], [say("文件", "Files"), sourceFiles(e)],
        [say("行数守恒", "Rows conserved"), count && say("读入 ", "in ") + count.rows_in + say(" = 候选 ", " = candidates ") + count.candidates + say(" + 参数 ", " + parameters ") + count.parameters + say(" + 跳过 ", " + skipped ") + count.skipped + say("；候选 = 入库 ", "; candidates = admitted ") + count.admitted + say(" + 暂定 ", " + provisional ") + count.provisional + say(" + 未入库 ", " + refused ") + count.refused]]));
    }),
    own.length ? section(say("由此而来的因子", "Factors from it") + " (" + own.length + ")",
      grid(say("因子", "factors"), [say("因子", "Factor"), "#" + say("数值", "Value"), say("单位", "Unit"), say("区域", "Region"), say("状态", "Status")],
        own.slice(0, 40).map(function (p) { var r = f.row(p); return [factorLink(r.factor_id, told(r, "name")), number(r.value), unitText(r.value_unit, r.reference_unit), name(regionName(r.region_code)), word("status", r.status)]; })),
      own.length > 40 ? h("p", {}, link("/factors?source=" + encodeURIComponent(place.id), say("全部 ", "all ") + own.length)) : null) : null) };
}
