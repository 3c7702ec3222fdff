// The release inside this file: unpacked, indexed, never fetched.
// Here: reading the data blocks and finding rows. Not here: what a page makes of them.

function unpacked(id) {
  var block = document.getElementById("data-" + id);
  var text = block.textContent;
  if (block.getAttribute("data-form") === "json") return Promise.resolve(JSON.parse(text));
  if (typeof DecompressionStream === "undefined") return Promise.reject(new Error("old-browser"));
  var packed = atob(text);
  var bytes = new Uint8Array(packed.length);
  for (var i = 0; i < packed.length; i++) bytes[i] = packed.charCodeAt(i);
  var stream = new Blob([bytes]).stream().pipeThrough(new DecompressionStream("deflate"));
  return new Response(stream).text().then(JSON.parse);
}

// One table: columns unpacked when first used, rows made when asked for.
function Table(raw) {
  this.n = raw.n;
  this.raw = raw.c;
  this.names = Object.keys(raw.c);
  this.columns = {};
  this.places = {};
}

Table.prototype.column = function (name) {
  var found = this.columns[name];
  if (found) return found;
  var raw = this.raw[name];
  found = raw && raw.d ? raw.i.map(function (place) { return place < 0 ? null : raw.d[place]; }) : raw || [];
  this.columns[name] = found;
  return found;
};

Table.prototype.row = function (place) {
  var row = {};
  for (var k = 0; k < this.names.length; k++) row[this.names[k]] = this.column(this.names[k])[place];
  return row;
};

Table.prototype.rows = function () {
  var found = [];
  for (var i = 0; i < this.n; i++) found.push(this.row(i));
  return found;
};

// Places of the rows whose column has a value; the index is made once.
Table.prototype.where = function (name, value) {
  var index = this.places[name];
  if (!index) {
    index = this.places[name] = new Map();
    this.column(name).forEach(function (v, place) {
      if (index.has(v)) index.get(v).push(place); else index.set(v, [place]);
    });
  }
  return index.get(value) || [];
};

function newer(a, b) {
  var x = a.split("."), y = b.split(".");
  return Number(x[0]) - Number(y[0]) || Number(x[1]) - Number(y[1]);
}

var store = {
  tables: {}, codes: {}, facts: null, labels: {}, latest: [], release: null, whole: null,

  // What the first view needs.
  open: function () {
    return unpacked("at-once").then(function (raw) {
      store.take(raw);
      store.table("codelist").rows().forEach(function (row) { store.codes[row.vocabulary + "/" + row.code] = row; });
      store.release = store.table("release_info").row(0);
      store.latest = newestVersions(store.table("factor"));
    });
  },

  // The rest, once, when a page first asks.
  all: function () {
    if (!store.whole) {
      store.whole = Promise.all([unpacked("later"), unpacked("facts"), unpacked("labels")]).then(function (both) {
        store.take(both[0]);
        store.facts = both[1];
        store.labels = both[2];
      });
    }
    return store.whole;
  },

  take: function (raw) { Object.keys(raw).forEach(function (name) { store.tables[name] = new Table(raw[name]); }); },
  table: function (name) { return store.tables[name] || new Table({ n: 0, c: {} }); },

  rows: function (name, column, value) {
    var table = store.table(name);
    return table.where(column, value).map(function (place) { return table.row(place); });
  },

  one: function (name, column, value) {
    var table = store.table(name), places = table.where(column, value);
    return places.length ? table.row(places[0]) : null;
  },

  // Every version of a factor, newest first, all columns.
  versions: function (id) {
    var list = store.table("factor"), rest = store.table("factor_rest");
    return list.where("factor_id", id)
      .map(function (place) { return Object.assign(list.row(place), rest.n ? rest.row(place) : {}); })
      .sort(function (a, b) { return newer(b.version, a.version); });
  }
};

function newestVersions(factor) {
  var ids = factor.column("factor_id"), versions = factor.column("version"), best = new Map();
  for (var i = 0; i < factor.n; i++) {
    var held = best.get(ids[i]);
    if (held === undefined || newer(versions[i], versions[held]) > 0) best.set(ids[i], i);
  }
  return Array.from(best.values());
}

// The year a factor's data stand for: as stated, else the end of the data.
function yearOf(row) {
  return row.reference_year || (row.data_end ? Number(String(row.data_end).slice(0, 4)) : null);
}
