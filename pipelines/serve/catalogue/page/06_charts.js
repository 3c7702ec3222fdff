// The drawings: bars, strips of dots, classes of a benchmark, flows of a footprint.
// Here: shapes from numbers. Not here: which numbers (each page) and the frame (picture).

// Horizontal bars. items: [{label, value, text, mark}], negative values hatched, to the left.
function barChart(title, items) {
  var wide = 720, left = 210, right = 130, row = 26;
  var low = Math.min(0, Math.min.apply(null, items.map(function (i) { return i.value; })));
  var high = Math.max(0, Math.max.apply(null, items.map(function (i) { return i.value; }))) || 1;
  var x = function (v) { return left + (v - low) / (high - low) * (wide - left - right); };
  var parts = items.map(function (item, k) {
    var y = 8 + k * row;
    return [
      s("text", { x: left - 8, y: y + 15, "text-anchor": "end", fill: INK.text }, cut(item.label, left - 14)),
      s("rect", { x: Math.min(x(0), x(item.value)), y: y + 3, width: Math.max(1, Math.abs(x(item.value) - x(0))), height: row - 8,
        fill: item.value < 0 ? "#fff" : item.mark ? INK.amber : INK.main, stroke: item.value < 0 ? INK.main : "none",
        "stroke-dasharray": item.value < 0 ? "3 2" : null }, s("title", {}, item.label + " " + item.text)),
      s("text", { x: Math.max(x(0), x(item.value)) + 6, y: y + 15, fill: INK.text }, item.text)
    ];
  });
  return canvas(wide, 16 + items.length * row, title, parts.concat([
    s("line", { x1: x(0), x2: x(0), y1: 4, y2: 10 + items.length * row, stroke: INK.line })]));
}

// Dots on a line, one filled and named; a dot can be clicked, the table below has the links.
// dots: [{value, label, to}], own: a value with limits.
function stripChart(title, dots, own, unit) {
  var wide = 720, left = 24, right = 24, all = dots.map(function (d) { return d.value; }).concat([own.value]);
  if (own.lower !== null && own.lower !== undefined) all.push(own.lower, own.upper);
  var low = Math.min.apply(null, all), high = Math.max.apply(null, all), pad = (high - low || Math.abs(high) || 1) * 0.06;
  low -= pad; high += pad;
  var x = function (v) { return left + (v - low) / (high - low) * (wide - left - right); };
  var lanes = {};
  var parts = ticks(low, high, 6).map(function (v) {
    return [s("line", { x1: x(v), x2: x(v), y1: 12, y2: 84, stroke: "#e3e8ea" }),
      s("text", { x: x(v), y: 100, "text-anchor": "middle", fill: INK.line }, number(v))];
  });
  parts.push(dots.map(function (dot) {
    var lane = Math.round(x(dot.value) / 9), up = lanes[lane] = (lanes[lane] || 0) + 1;
    return s("g", { class: "jump", on: { click: function () { window.location.hash = dot.to; } } }, s("circle", { cx: x(dot.value), cy: 70 - Math.min(up - 1, 5) * 8, r: 4.5, fill: "#fff", stroke: INK.line, "stroke-width": 1.5 },
      s("title", {}, dot.label + " " + number(dot.value))));
  }));
  if (own.lower !== null && own.lower !== undefined) {
    parts.push(s("line", { x1: x(own.lower), x2: x(own.upper), y1: 80, y2: 80, stroke: INK.main, "stroke-width": 3 }));
  }
  parts.push(s("path", { d: "M" + x(own.value) + " 62l7 8l-7 8l-7 -8z", fill: INK.main }),
    s("text", { x: Math.min(Math.max(x(own.value), 60), wide - 60), y: 14, "text-anchor": "middle", fill: INK.main, "font-weight": "bold" }, "\u25c6 " + number(own.value)),
    s("text", { x: wide - right, y: 118, "text-anchor": "end", fill: INK.line }, unit));
  return canvas(wide, 124, title, parts);
}

// Classes side by side with their limits; marks: [{value, label}] of products with a class.
function bandChart(title, classes, marks, unit) {
  var wide = 720, left = 16, right = 16;
  var limits = classes.map(function (c) { return c.upper; }).filter(function (v) { return v !== null; });
  var all = limits.concat(marks.map(function (m) { return m.value; }));
  var low = Math.min.apply(null, all.concat([limits[0] * 0.8])), high = Math.max.apply(null, all) * 1.12;
  var x = function (v) { return left + (v - low) / (high - low || 1) * (wide - left - right); };
  var from = low, parts = classes.map(function (c, k) {
    var to = c.upper === null ? high : c.upper, start = from;
    from = to;
    if (k === classes.length - 1 && c.upper !== null) to = c.upper;
    var room = x(to) - x(start);
    return [
      s("rect", { x: x(start), y: 34, width: Math.max(0.5, room - 1.5), height: 34, fill: INK.bands[k % INK.bands.length] }, s("title", {}, c.label)),
      room > 34 ? s("text", { x: (x(start) + x(to)) / 2, y: 56, "text-anchor": "middle", fill: k > 1 && k < 4 ? INK.text : "#fff", "font-weight": "bold" }, cut(c.label, room)) : null,
      c.upper === null ? null : s("text", { x: x(c.upper), y: k % 2 ? 100 : 84, "text-anchor": "middle", fill: INK.text }, number(c.upper))
    ];
  });
  marks.forEach(function (m) {
    parts.push(s("path", { d: "M" + x(m.value) + " 32l6 -10h-12z", fill: INK.text }),
      s("text", { x: Math.min(Math.max(x(m.value), 70), wide - 70), y: 16, "text-anchor": "middle", fill: INK.text }, m.label + " " + number(m.value)));
  });
  parts.push(s("text", { x: wide - right, y: 116, "text-anchor": "end", fill: INK.line }, unit));
  return canvas(wide, 122, title, parts);
}

// Flows between columns. links: [{from, to, value}] with nodes named "column|name".
function sankeyChart(title, columns, links, label) {
  var wide = 760, tall = 420, bar = 14, gap = 8, nodes = new Map();
  var node = function (id) {
    if (!nodes.has(id)) nodes.set(id, { id: id, column: Number(id.split("|")[0]), into: 0, out: 0 });
    return nodes.get(id);
  };
  links.forEach(function (l) { node(l.from).out += Math.abs(l.value); node(l.to).into += Math.abs(l.value); });
  var most = 0, busiest = 0, by = columns.map(function (_, c) {
    var list = Array.from(nodes.values()).filter(function (n) { return n.column === c; });
    list.forEach(function (n) { n.size = Math.max(n.into, n.out); });
    list.sort(function (a, b) { return b.size - a.size || (a.id < b.id ? -1 : 1); });
    most = Math.max(most, list.reduce(function (sum, n) { return sum + n.size; }, 0));
    busiest = Math.max(busiest, list.length);
    return list;
  });
  tall = Math.max(220, Math.min(560, 60 + busiest * 26));
  var scale = (tall - 40 - gap * Math.max(0, busiest - 1)) / (most || 1);
  by.forEach(function (list, c) {
    var y = 28;
    list.forEach(function (n) {
      n.x = 8 + c * (wide - 16 - bar) / (columns.length - 1);
      n.y = y; n.height = Math.max(1.5, n.size * scale); n.left = n.y; n.right = n.y;
      y += n.height + gap;
    });
  });
  var parts = columns.map(function (text, c) {
    return s("text", { x: 8 + c * (wide - 16 - bar) / (columns.length - 1) + (c === columns.length - 1 ? bar : 0), y: 14, fill: INK.line, "text-anchor": c === columns.length - 1 ? "end" : "start" }, text);
  });
  links.slice().sort(function (a, b) { return nodes.get(a.from).y - nodes.get(b.from).y || nodes.get(a.to).y - nodes.get(b.to).y; }).forEach(function (l) {
    var a = nodes.get(l.from), b = nodes.get(l.to), thick = Math.max(1, Math.abs(l.value) * scale);
    var y0 = a.right + thick / 2, y1 = b.left + thick / 2, x0 = a.x + bar, x1 = b.x, mid = (x0 + x1) / 2;
    a.right += thick; b.left += thick;
    parts.push(s("path", { d: "M" + x0 + " " + y0 + "C" + mid + " " + y0 + " " + mid + " " + y1 + " " + x1 + " " + y1, fill: "none",
      stroke: l.value < 0 ? INK.amber : INK.soft, "stroke-opacity": 0.7, "stroke-width": thick, "stroke-dasharray": l.value < 0 ? "6 3" : null },
    s("title", {}, label(l.from) + " \u2192 " + label(l.to) + ": " + number(l.value))));
  });
  var under = {};
  Array.from(nodes.values()).sort(function (a, b) { return a.y - b.y; }).forEach(function (n) {
    var last = n.column === columns.length - 1, middle = n.y + n.height / 2 + 4;
    var fits = under[n.column] === undefined || middle - under[n.column] > 11;
    if (fits) under[n.column] = middle;
    parts.push(s("rect", { x: n.x, y: n.y, width: bar, height: n.height, fill: INK.main }),
      fits ? s("text", { x: last ? n.x - 4 : n.x + bar + 4, y: middle, "text-anchor": last ? "end" : "start", fill: INK.text, "font-size": 11 },
        cut(label(n.id), n.column < 2 ? 200 : 108, 11)) : null);
  });
  return canvas(wide, tall + 10, title, parts);
}

// Small bars for the head of a column. bars: [{count, title, run, chosen}].
function headChart(bars) {
  var wide = 104, tall = 24, most = Math.max.apply(null, bars.map(function (b) { return b.count; }).concat([1]));
  var step = Math.min(14, wide / Math.max(bars.length, 1));
  return s("svg", { class: "hist", viewBox: "0 0 " + wide + " " + tall, width: wide, height: tall, "aria-hidden": "true" }, bars.map(function (b, k) {
    var height = b.count ? Math.max(2, b.count / most * tall) : 0;
    return s("g", { class: b.chosen ? "chosen" : "", on: { click: b.run } }, s("title", {}, b.title),
      s("rect", { class: "hit", x: k * step, y: 0, width: step, height: tall }),
      s("rect", { class: "bar", x: k * step + 0.5, y: tall - height, width: Math.max(1, step - 1), height: height }));
  }));
}
