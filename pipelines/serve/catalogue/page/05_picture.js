// A picture that can be taken along: itself as SVG, its figures as CSV.
// Here: the frame around every picture and its two exports. Not here: what is drawn.

var INK = { line: "#5b6b73", text: "#1d2b30", main: "#0b6b63", soft: "#9cc9c2", pale: "#dcebe8", amber: "#b86e00",
  bands: ["#00594f", "#3b8a7e", "#8fb8a8", "#d9b26f", "#b86e00", "#7a4200", "#4d2b00"] };

function canvas(width, height, title, parts) {
  return s("svg", { viewBox: "0 0 " + width + " " + height, width: width, height: height, role: "img",
    "aria-label": title, "font-family": "\"PingFang SC\",\"Microsoft YaHei\",\"Noto Sans CJK SC\",sans-serif", "font-size": 12 },
  s("title", {}, title), parts);
}

// drawing: an SVG element; head and rows: the figures in it.
function picture(file, title, drawing, head, rows, note) {
  var save_csv = function () { save(file + ".csv", "text/csv", csv(head, rows)); };
  var save_svg = function () {
    var copy = drawing.cloneNode(true);
    copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
    save(file + ".svg", "image/svg+xml", new XMLSerializer().serializeToString(copy));
  };
  return h("figure", { class: "picture", "data-picture": file },
    h("figcaption", {}, h("strong", {}, title), note ? h("span", { class: "muted" }, " ", note) : null,
      h("span", { class: "tools" },
        button(say("数据 CSV", "Data CSV"), save_csv, { class: "small", "aria-label": title + " CSV" }),
        button(say("图 SVG", "Picture SVG"), save_svg, { class: "small", "aria-label": title + " SVG" }))),
    h("div", { class: "wide", tabindex: "0", role: "region", "aria-label": title }, drawing));
}

// A text cut to a width in pixels; Chinese characters count full, others half.
function cut(text, width, size) {
  var room = width, out = "", unit = size || 12;
  var all = clean(text);
  for (var i = 0; i < all.length; i++) {
    room -= all.charCodeAt(i) > 0x2e7f ? unit : unit * 0.56;
    if (room < unit && i < all.length - 1) return out + "\u2026";
    out += all.charAt(i);
  }
  return out;
}

// Rounded places for an axis between two values.
function ticks(low, high, count) {
  var span = high - low || 1, step = Math.pow(10, Math.floor(Math.log10(span / count)));
  [5, 2].forEach(function (m) { if (span / (step * m) >= count) step *= m; });
  while (span / step > count * 1.6) step *= 2;
  var found = [];
  for (var v = Math.ceil(low / step) * step; v <= high + step * 1e-9; v += step) found.push(Number(v.toPrecision(12)));
  return found;
}
