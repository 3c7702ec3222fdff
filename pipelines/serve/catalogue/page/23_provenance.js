// Where a number comes from: the text as found, the steps, the value; its history, rights, review.

function outside(url, text) {
  return /^https?:\/\//i.test(url || "") ? h("a", { href: url, rel: "noopener noreferrer external", class: "external" }, text || url) : text ? name(text) : null;
}

function recordLink(ref) {
  var id = String(ref).split("@")[0];
  if (/^F[A-Z2-7]{12}$/.test(id)) { var f = store.one("factor", "factor_id", id); return f ? factorLink(id, told(f, "name")) : h("code", {}, id); }
  var p = store.one("parameter", "parameter_id", id);
  return p ? [name(told(p, "name")), " ", h("b", {}, number(p.parameter_value, 6)), " ", p.parameter_unit, " (", link("/source/" + p.source_id, name(sourceName(p.source_id))), ")"] : name(ref);
}

function evidenceOf(row) {
  var ids = [row.evidence_id].concat(store.rows("factor_gas", "factor_id", row.factor_id).filter(function (g) { return g.version === row.version; }).map(function (g) { return g.evidence_id; }));
  return Array.from(new Set(ids)).map(function (id) { return store.one("evidence", "evidence_id", id); }).filter(Boolean);
}

function stepsOf(evidence) {
  try { return JSON.parse(evidence.steps || "[]"); } catch (e) { return []; }
}

function provenance(row) {
  var read = evidenceOf(row), steps = read.map(stepsOf).flat();
  var first = h("div", { class: "box" }, h("h3", {}, say("① 原文", "1 As found")), link("/source/" + row.source_id, name(sourceName(row.source_id))),
    read.slice(0, 4).map(function (e) {
      return h("div", { class: "found" }, h("p", {}, name([e.document, e.place].filter(Boolean).join(" \u00b7 ") || "\u2014")),
        e.text_found ? h("p", {}, h("q", {}, name(e.text_found)), " ", name(e.unit_found)) : null,
        h("p", { class: "muted" }, name(e.file_name), " ", name(e.locator), e.second_source ? [h("br"), say("印证：", "confirmed by: "), name(e.second_source)] : null));
    }), read.length > 4 ? h("p", { class: "muted" }, say("另 ", "and ") + (read.length - 4) + say(" 处", " more")) : null);
  var second = h("div", { class: "box" }, h("h3", {}, say("② 换算", "2 Conversion")), steps.length ? h("ol", {}, steps.map(function (x) {
    return h("li", {}, name(x.step || ""), x.constant ? [" \u00d7 ", h("b", {}, name(x.constant))] : null, x.source ? h("div", { class: "muted" }, recordLink(x.source)) : null);
  })) : h("p", {}, say("未作换算，按原文。", "None: as printed.")));
  var third = h("div", { class: "box" }, h("h3", {}, say("③ 本值", "3 This value")), h("p", { class: "big" }, h("b", {}, valueText(row)), " ", unitText(row.value_unit, row.reference_unit)),
    h("p", {}, word("boundary", row.boundary), " \u00b7 ", gwpText(row)), h("p", { class: "muted" }, say("记录 ", "record "), h("code", {}, row.record_key)));
  var arrow = function () { return h("div", { class: "arrow", "aria-hidden": "true" }, "\u2192"); };
  return h("div", { class: "boxes" }, first, arrow(), second, arrow(), third);
}

function historyOf(row, versions) {
  var changes = store.rows("change", "factor_id", row.factor_id);
  return [
    versions.length > 1 ? grid(say("各版本", "versions"), [say("版本", "Version"), "#" + say("数值", "Value"), say("单位", "Unit"), say("状态", "Status"), say("公布于", "Known from")],
      versions.map(function (v) { return [factorLink(v.factor_id + "@" + v.version, "v" + v.version), number(v.value, 6), unitText(v.value_unit, v.reference_unit), word("status", v.status), v.known_from]; })) : null,
    changes.length ? grid(say("本发布中的变更", "changes in this release"), [say("类别", "Class"), say("原因", "Reason"), say("列", "Column"), say("旧", "Old"), say("新", "New"), "#" + say("相对变化", "Relative")],
      changes.map(function (c) { return [word("change_class", c.change_class), word("change_reason", c.change_reason), c.column_name, name(c.old_text), name(c.new_text), percent(c.relative_change)]; })) : null,
    versions.length === 1 && !changes.length ? h("p", {}, "v" + row.version + say("，自 ", ", since ") + row.known_from + say(" 起未变。", " unchanged.")) : null];
}

function rightsOf(row) {
  var licence = store.one("licence", "licence", row.licence), source = store.rows("source", "source_id", row.source_id).filter(function (s2) { return s2.edition === row.edition; })[0] || {};
  return facts([[say("许可", "Licence"), licence ? [name(told(licence, "name")), " ", outside(licence.licence_url, row.licence)] : row.licence],
    [say("授权范围", "Scope"), word("authorisation_scope", row.authorisation_scope)], [say("授权文件", "Document"), name(source.authorisation_document)],
    [say("授权至", "Until"), source.authorisation_until], [say("数据分级", "Class"), word("data_class", row.data_class)], [say("出处", "Citation"), name(source.citation)]]);
}

function reviewOf(row) {
  var d = store.one("decision", "decision_id", row.decision_id), v = row.verification_id ? store.one("verification", "verification_id", row.verification_id) : null;
  return facts([[say("评审情况", "State"), word("review_state", row.review_state)],
    [say("结论", "Verdict"), d && word("verdict", d.verdict)], [say("方式", "Kind"), d && [word("decision_kind", d.decision_kind), d.policy_id ? " (" + d.policy_id + ")" : ""]],
    [say("日期", "Date"), d && d.decided_on], [say("规则版本", "Rules"), d && name(d.rule_version)], [say("角色", "Roles"), d && (d.roles || []).join(", ")],
    [say("原因代码", "Reason codes"), d && (d.reason_codes || []).join(", ")], [say("账本序号", "Ledger entry"), d && String(d.ledger_index)],
    [say("第三方核查", "Verification"), v ? v.verified_on : say("无", "none")], [say("转录可信度", "Transcription"), word("confidence", row.confidence)]]);
}
