// Elements from plain values. Text only ever becomes text: no markup is read from data.
// Here: building elements, links, tables, copying, saving. Not here: any page.

function build(element, attributes, children) {
  Object.keys(attributes || {}).forEach(function (name) {
    var value = attributes[name];
    if (value === null || value === undefined || value === false) return;
    if (name === "on") Object.keys(value).forEach(function (event) { element.addEventListener(event, value[event]); });
    else if (name === "width%") element.style.width = value + "%";
    else if (name === "height-px") element.style.height = value + "px";
    else element.setAttribute(name, value === true ? "" : clean(value));
  });
  children.flat(3).forEach(function (child) {
    if (child === null || child === undefined || child === false) return;
    element.append(child instanceof Node ? child : document.createTextNode(clean(child)));
  });
  return element;
}

function h(tag, attributes) {
  return build(document.createElement(tag), attributes, Array.prototype.slice.call(arguments, 2));
}

function s(tag, attributes) {
  return build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, Array.prototype.slice.call(arguments, 2));
}

// A name from data: kept apart so that its direction cannot turn the words around it.
function name(text) { return text === null || text === undefined || text === "" ? null : h("bdi", {}, text); }

function link(to, text, more) { return h("a", Object.assign({ href: "#" + to }, more || {}), text); }

function factorLink(id, text) { return link("/factor/" + encodeURIComponent(id), name(text || id)); }

function button(text, run, more) {
  return h("button", Object.assign({ type: "button", on: { click: run } }, more || {}), text);
}

function badge(kind, text, title) { return h("span", { class: "badge " + kind, title: title }, text); }

function section(title) {
  var inner = Array.prototype.slice.call(arguments, 1);
  return h("section", {}, h("h2", {}, title), inner);
}

// Pairs of a name and a value; pairs without a value are left out.
function facts(pairs) {
  return h("dl", { class: "facts" }, pairs.filter(function (p) { return p && p[1] !== null && p[1] !== undefined && p[1] !== ""; })
    .map(function (p) { return h("div", {}, h("dt", {}, p[0]), h("dd", {}, p[1])); }));
}

// A table; head entries starting with # are numbers, set to the right.
function grid(caption, head, rows, more) {
  var right = head.map(function (text) { return text.charAt(0) === "#"; });
  return h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": caption },
    h("table", Object.assign({ class: "grid" }, more || {}),
      h("caption", { class: "sr" }, caption),
      h("thead", {}, h("tr", {}, head.map(function (text, k) {
        return h("th", { scope: "col", class: right[k] ? "num" : null }, text.replace(/^#/, ""));
      }))),
      h("tbody", {}, rows.map(function (row) {
        return h("tr", {}, row.map(function (value, k) { return h("td", { class: right[k] ? "num" : null }, value); }));
      }))));
}

function announce(text) { document.getElementById("said").textContent = clean(text); }

function save(file, type, text) {
  var url = URL.createObjectURL(new Blob([text], { type: type + ";charset=utf-8" }));
  var anchor = h("a", { href: url, download: file });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(function () { URL.revokeObjectURL(url); }, 1000);
  announce(say("已导出 ", "saved ") + file);
}

function copyButton(text) {
  return button(say("复制", "Copy"), function () {
    var done = function () { announce(say("已复制", "copied")); };
    if (navigator.clipboard && window.isSecureContext) { navigator.clipboard.writeText(text).then(done, function () { fallbackCopy(text, done); }); } else fallbackCopy(text, done);
  }, { class: "small" });
}

function fallbackCopy(text, done) {
  var area = h("textarea", { class: "sr" });
  area.value = text;
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
  done();
}

function code(text) { return h("div", { class: "code" }, h("pre", { tabindex: "0" }, h("code", {}, text)), copyButton(text)); }
