// Texts and numbers as they are shown, compared and exported.
// Here: what is done to a text before a reader or a spreadsheet sees it.

// Characters that change how their neighbours look, or that nobody sees: named, never obeyed.
var HIDDEN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb]/g;

function clean(text) {
  return String(text === null || text === undefined ? "" : text).replace(HIDDEN, function (c) {
    return "[U+" + ("000" + c.charCodeAt(0).toString(16).toUpperCase()).slice(-4) + "]";
  });
}

// For comparing: small letters, half-width, nothing hidden, one space. 10⁴ stays 10⁴.
function folded(text) {
  return String(text === null || text === undefined ? "" : text)
    .replace(HIDDEN, "")
    .replace(/[\uff01-\uff5e]/g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 0xfee0); })
    .replace(/\u3000/g, " ")
    .toLowerCase().replace(/\s+/g, " ").trim();
}

var SUPER = { "-": "\u207b", "0": "\u2070", "1": "\u00b9", "2": "\u00b2", "3": "\u00b3", "4": "\u2074",
  "5": "\u2075", "6": "\u2076", "7": "\u2077", "8": "\u2078", "9": "\u2079" };

// Four significant digits; the full figure is in exports and in the title of the cell.
function number(value, digits) {
  if (value === null || value === undefined) return "\u2014";
  if (value === 0) return "0";
  var size = Math.abs(value);
  if (size >= 1e7 || size < 1e-4) {
    var parts = value.toExponential((digits || 4) - 1).split("e");
    var power = String(Number(parts[1])).split("").map(function (c) { return SUPER[c]; }).join("");
    return Number(parts[0]) + "\u00d710" + power;
  }
  var whole = size >= Math.pow(10, (digits || 4) - 1);
  return whole ? Math.round(value).toLocaleString("en-US")
    : Number(value.toPrecision(digits || 4)).toLocaleString("en-US", { maximumFractionDigits: 12 });
}

function percent(share) {
  if (share === null || share === undefined) return "\u2014";
  var of100 = share * 100;
  return (Math.abs(of100) < 0.1 && of100 !== 0 ? of100.toPrecision(1) : of100.toFixed(1)) + " %";
}

function unitText(value, reference) { return value + "/" + reference; }

// A cell of a CSV file: quoted where needed; a text that a spreadsheet would run is disarmed.
function cell(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "number") return String(value);
  var text = Array.isArray(value) ? value.join("; ") : String(value);
  if (/^[=+\-@\t\r]/.test(text)) text = "'" + text;
  return /[",\r\n]/.test(text) ? '"' + text.replace(/"/g, '""') + '"' : text;
}

// UTF-8 with a byte-order mark and CRLF: opens in Excel and WPS as it is.
function csv(head, rows) {
  return "\ufeff" + [head].concat(rows).map(function (row) { return row.map(cell).join(","); }).join("\r\n") + "\r\n";
}
