// Finding factors by any word a reader may have: Chinese or English names, synonyms, pinyin
// or its first letters, codes. The read service ranks the same way (pipelines/serve/ranking).
// Here: what a factor can be found by and which comes first. Not here: filters, the list.

var finder = { ready: false, entries: [] };

var FITS = { id: 1000, name: 950, product: 900, initials: 800, starts: 700, category: 660, flow: 650,
  inside: 600, english: 550, code: 450, letters: 400, parent: 300, place: 250, other: 100 };

// One entry per factor, in the order of store.latest; texts folded once.
function prepareFinder() {
  if (finder.ready) return;
  var factor = store.table("factor"), flows = {}, categories = {}, regions = {};
  store.table("flow").rows().forEach(function (row) {
    var names = [row.name_zh, row.name_en].concat(row.aliases || []).map(folded);
    flows[row.flow_id] = { names: names, letters: (row.pinyin || "").split(" "), text: names.concat([row.pinyin || "", row.flow_id]).join("\n") };
  });
  store.table("category").rows().forEach(function (row) {
    categories[row.category_id] = { names: [folded(row.name_zh), folded(row.name_en)], letters: row.pinyin,
      text: [row.name_zh, row.name_en, row.pinyin, row.category_id].map(folded).join("\n") };
  });
  store.table("region").rows().forEach(function (row) {
    regions[row.region_code] = [row.name_zh, row.name_en, row.pinyin, row.region_code].map(folded).join("\n");
  });
  var none = { names: [], letters: [], text: "" }, get = {};
  ["factor_id", "record_key", "product_codes", "name_zh", "name_en", "pinyin", "flow_id", "category_id", "region_code",
    "factor_kind", "status", "reference_year", "data_end"].forEach(function (c) { get[c] = factor.column(c); });
  finder.entries = store.latest.map(function (place) {
    var codes = [get.factor_id[place], get.record_key[place] || ""].concat(get.product_codes[place] || []).map(folded);
    var entry = { codes: codes, zh: folded(get.name_zh[place]), en: folded(get.name_en[place]), letters: get.pinyin[place] || "",
      flow: flows[get.flow_id[place]] || none, category: categories[get.category_id[place]] || none, region: regions[get.region_code[place]] || "" };
    entry.text = [codes.join("\n"), entry.zh, entry.en, entry.letters].join("\n");
    entry.order = [get.factor_kind[place] === "footprint_factor" ? 0 : get.factor_kind[place] === "direct_ef" ? 1 : 2,
      get.status[place] === "admitted" ? 0 : get.status[place] === "provisional" ? 1 : 2,
      get.region_code[place] === "CN" ? 0 : 1, -(get.reference_year[place] || Number(String(get.data_end[place] || 0).slice(0, 4))), entry.zh.length];
    return entry;
  });
  finder.ready = true;
}

// How well one word fits a factor; 0 is not at all.
function fit(entry, q) {
  if (entry.codes.indexOf(q) >= 0) return FITS.id;
  if (entry.zh === q || entry.en === q) return FITS.name;
  if (entry.flow.names.indexOf(q) >= 0) return FITS.product + (entry.zh.indexOf(q) === 0 ? 20 : 0);
  if (entry.flow.letters.indexOf(q) >= 0) return FITS.initials;
  if (entry.zh.indexOf(q) === 0) return FITS.starts;
  if (entry.category.names.indexOf(q) >= 0) return FITS.category;
  if (entry.flow.names.some(function (n) { return n.indexOf(q) >= 0; })) return FITS.flow;
  if (entry.zh.indexOf(q) >= 0) return FITS.inside;
  if (entry.en.indexOf(q) >= 0) return FITS.english;
  if (entry.letters.indexOf(q) === 0) return FITS.code + 30;
  if (entry.codes.some(function (c) { return c.indexOf(q) >= 0; })) return FITS.code;
  if (entry.letters.indexOf(q) >= 0 || entry.flow.text.indexOf(q) >= 0) return FITS.letters;
  if (entry.category.text.indexOf(q) >= 0) return FITS.parent;
  if (entry.region.indexOf(q) >= 0) return FITS.place;
  return 0;
}

// What settles equal fits: kind, status, place, year, length of the name, id.
function byOrder(a, b) {
  var x = finder.entries[a], y = finder.entries[b];
  for (var k = 0; k < x.order.length; k++) if (x.order[k] !== y.order[k]) return x.order[k] - y.order[k];
  return x.codes[0] < y.codes[0] ? -1 : 1;
}

// Positions in store.latest that every word of the query fits, best first; null without a query.
function search(query) {
  var words = folded(query).split(" ").filter(Boolean).slice(0, 8);
  if (!words.length) return null;
  prepareFinder();
  var hits = [], whole = words.join(" ");
  for (var i = 0; i < finder.entries.length; i++) {
    var entry = finder.entries[i], score = words.length > 1 ? fit(entry, whole) : 0;
    if (!score) {
      for (var k = 0; k < words.length; k++) {
        var part = fit(entry, words[k]);
        if (!part) { score = 0; break; }
        score += part / words.length;
      }
    }
    if (score) hits.push([score, i]);
  }
  hits.sort(function (a, b) {
    return b[0] - a[0] || byOrder(a[1], b[1]);
  });
  return hits.map(function (hit) { return hit[1]; });
}
