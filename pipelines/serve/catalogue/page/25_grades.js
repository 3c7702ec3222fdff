// Grades: the categories, one category with its benchmark, the label of a product.

function categoriesPage() {
  var rows = store.table("benchmark").rows();
  return { title: say("分级", "Grades"), view: h("div", { class: "page" }, h("h1", {}, say("分级与基准", "Grades and benchmarks")),
    h("p", {}, say("样本不足、不可比或只有模型平均值时不分级，并写明原因。", "Where a sample is too small, not comparable or of modelled averages there is no class, and the reason is said.")),
    grid(say("分级品类", "benchmarks"), [say("规则", "Rule"), say("指标", "Indicator"), say("方法", "Method"), "#n", say("样本性质", "Population"), say("结论", "Outcome")],
      rows.map(function (b) { return [link("/category/" + b.rule_id, name(told(b, "title"))), word("indicator", b.indicator), word("grade_method", b.method), number(b.rows_in, 9), word("population_kind", b.population_kind), gradeBadge(b)]; }))) };
}

function gradeBadge(b) {
  return b.is_graded ? badge("good", say("可分级", "graded")) : b.is_demonstration ? badge("amber", say("演示，不分级", "demonstration, no class")) : badge("red", say("不分级", "no class"));
}

function classesOf(b) {
  return store.rows("grade_threshold", "rule_id", b.rule_id).filter(function (t) { return t.rule_version_no === b.rule_version_no; })
    .sort(function (x, y) { return x.position - y.position; });
}

function bandPicture(b, marks) {
  var classes = classesOf(b);
  if (!classes.length) return h("p", { class: "warn" }, say("样本不足或不可公开，不画分布与限值。", "The sample is too small or not to be disclosed: neither distribution nor limits are drawn."));
  return picture("benchmark_" + b.rule_id, told(b, "title"),
    bandChart(told(b, "title"), classes.map(function (c) { return { label: c.label, upper: c.upper_limit }; }), marks, b.graded_unit),
    ["position", "label", "upper_limit", "inclusion", "unit", "provisional", "demonstration"],
    classes.map(function (c) { return [c.position, c.label, c.upper_limit, c.inclusion, c.graded_unit, c.is_provisional, c.is_demonstration]; }),
    (b.population_kind === "limit_table" ? say("标准限值，无样本", "limits of a standard, no sample") : "n = " + b.rows_in) + say("，规则版本 ", ", rule version ") + b.rule_version_no);
}

function categoryPage(place) {
  var b = store.one("benchmark", "rule_id", place.id) || store.one("benchmark", "category_id", place.id);
  if (!b) return null;
  var grades = store.rows("grade", "rule_id", b.rule_id);
  var marks = grades.filter(function (g) { return g.graded_value !== null && !g.is_withheld; }).map(function (g) { return { value: g.graded_value, label: productName(g.product_id) }; });
  return { title: told(b, "title"), view: h("article", { class: "page" }, h("h1", {}, name(told(b, "title"))),
    h("p", { class: "marks" }, gradeBadge(b), h("code", {}, b.rule_id), badge("plain", "v" + b.rule_version_no)),
    b.is_demonstration ? h("p", { class: "warn" }, say("限值仅作演示，不可用于分级。", "Limits are a demonstration, not to be used for grading.")) : null,
    bandPicture(b, marks),
    section(say("方法与样本", "Method and sample"), facts([
      [say("指标", "Indicator"), word("indicator", b.indicator)], [say("单位", "Unit"), b.graded_unit], [say("方法", "Method"), word("grade_method", b.method)],
      [say("样本性质", "Population"), word("population_kind", b.population_kind)], ["n", b.population_kind === "limit_table" ? null : number(b.rows_in, 9) + say("（可比 ", " (comparable ") + number(b.rows_comparable, 9) + say("）", ")")],
      [say("所有者", "Owners"), b.owners ? number(b.owners, 9) : null], [say("最大所有者占比", "Largest owner"), b.largest_owner_share === null ? null : percent(b.largest_owner_share)],
      [say("不分级的原因", "Why no class"), name(told(b, "reasons"))], [say("原因代码", "Reason codes"), (b.reason_codes || []).join(", ")], [say("依据", "Rests on"), name(b.citation)]])),
    classesOf(b).length ? section(say("限值", "Limits"), grid(say("限值", "limits"), [say("等级", "Class"), "#" + say("上限", "Upper limit"), say("含等号", "Sign"), say("单位", "Unit"), say("状态", "State")],
      classesOf(b).map(function (c) { return [name(c.label), c.upper_limit === null ? say("不设", "open") : number(c.upper_limit, 6), c.inclusion, c.graded_unit, c.is_demonstration ? badge("amber", say("演示", "demonstration")) : c.is_provisional ? badge("amber", say("暂定", "provisional")) : say("有效", "in force")]; }))) : null,
    grades.length ? section(say("本规则下的产品", "Products under this rule"), grid(say("产品", "products"), [say("产品", "Product"), say("结论", "Outcome"), say("原因", "Reason")],
      grades.map(function (g) { return [link("/label/" + g.product_id, name(productName(g.product_id))), g.is_withheld ? say("不予分级", "withheld") : name(g.label), name(told(g, "reasons"))]; }))) : null,
    section(say("本品类的因子", "Factors of this category"), link("/factors?category=" + encodeURIComponent(b.category_id), name(categoryName(b.category_id))))) };
}

// Probability of each class in words; nothing where no uncertainty is stated.
function chances(g) {
  var found = g.probabilities ? JSON.parse(g.probabilities) : {};
  return Object.keys(found).map(function (label) { return label + " " + percent(found[label]); }).join(say("，", ", "));
}

function productName(id) {
  var p = store.one("product", "product_id", id);
  return p ? told(p, "name") : id;
}

// The label of a published grade. A withheld grade gets words, never a label.
function labelPage(place) {
  var grades = store.rows("grade", "product_id", place.id), product = store.one("product", "product_id", place.id);
  if (!product && !grades.length) return null;
  return { title: productName(place.id), view: h("article", { class: "page" }, h("h1", {}, say("分级标识：", "Grade label: "), name(productName(place.id))),
    h("p", { class: "notice" }, say("依据本发布的分级规则；是分级结果，非产品碳足迹标识认证。", "A result of this release's grade rules; not a certification of the product footprint mark.")),
    grades.length ? null : h("p", { class: "warn" }, say("本产品没有适用的分级规则，没有标识。", "No grade rule applies to this product: there is no label.")),
    grades.map(function (g) {
      var b = store.one("benchmark", "rule_id", g.rule_id);
      return section(told(b || { title_zh: g.rule_id }, "title"),
        g.is_withheld ? h("p", { class: "warn" }, h("b", {}, say("不予分级", "No class is given")), say("：", ": "), name(told(g, "reasons"))) : labelPicture(g),
        facts([[say("等级", "Class"), g.is_withheld ? null : name(g.label)], [say("各级概率", "Probabilities"), chances(g)], [say("指标值", "Value"), g.graded_value === null ? null : number(g.graded_value) + " " + g.graded_unit], [say("规则", "Rule"), link("/category/" + g.rule_id, g.rule_id)], [say("规则版本", "Version"), g.rule_version_no], [say("原因代码", "Reason codes"), (g.reason_codes || []).join(", ")]]));
    }),
    product ? h("p", {}, link("/footprint/" + place.id, say("看本产品的碳足迹", "the footprint of this product"))) : null) };
}

// The very file that lies under grades/ in the release, with its code and its marks.
function labelPicture(g) {
  var file = "label-" + g.product_id + "-" + g.rule_id, drawn = store.labels[file + ".svg"];
  if (!drawn) return h("p", { class: "warn" }, say("这个文件夹里没有标签图；等级见下。", "The folder holds no drawing of the label; the class stands below."));
  var found = document.importNode(new DOMParser().parseFromString(drawn, "image/svg+xml").documentElement, true);
  // Two labels on one page: each keeps its own title and text.
  found.querySelectorAll("[id]").forEach(function (e) { e.id = file + "-" + e.id; });
  found.setAttribute("aria-labelledby", file + "-t " + file + "-d");
  return picture(file, productName(g.product_id) + " " + g.label, found, ["label", "upper_limit", "unit"],
    classesOf(store.one("benchmark", "rule_id", g.rule_id)).map(function (c) { return [c.label, c.upper_limit, c.graded_unit]; }));
}
