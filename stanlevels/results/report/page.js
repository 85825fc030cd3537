"use strict";
// Tables that can be sorted and searched. Without this script every table is still there to be read.
(() => {
  const FIRST = 100, STEP = 500;

  const number = (text) => (text.trim() === "" ? NaN : Number(text.replaceAll(",", "")));

  const shown = (value) => {
    if (value === null) return "";
    if (Number.isInteger(value)) return String(value);
    const size = Math.abs(value);
    return size >= 1e-4 && size < 1e4 ? String(Number(value.toPrecision(4))) : value.toExponential();
  };

  // Rows that are in the page already.
  const standing = (table) =>
    [...table.tBodies[0].rows].map((row) => ({
      keys: [...row.cells].map((cell) => cell.textContent),
      element: () => row,
    }));

  // Rows that are data: an element is made when one is shown.
  const embedded = (table, source) => {
    const columns = JSON.parse(source.textContent).map((column) =>
      Array.isArray(column) ? column : column.at.map((place) => column.texts[place]));
    const headings = Number(table.dataset.headings);
    const bar = (table.dataset.bar || "").split(" ").filter(Boolean).map(Number);
    const low = Number(table.dataset.low), width = Number(table.dataset.high) - low;
    const percent = (value) => `${((100 * (value - low)) / width).toFixed(1)}%`;
    const make = (keys) => {
      const row = document.createElement("tr");
      keys.forEach((value, place) => {
        const cell = document.createElement(place < headings ? "th" : "td");
        if (place < headings) cell.scope = "row";
        else if (typeof value !== "string") cell.className = "number";
        if (typeof value === "string" && value.length > 32) cell.className = "long";
        cell.textContent = typeof value === "string" ? value : shown(value);
        row.append(cell);
      });
      if (bar.length) {
        const cell = document.createElement("td"), line = document.createElement("i");
        const [lower, middle, upper] = bar.map((place) => keys[place]);
        cell.className = "bar";
        if (lower !== null && middle !== null && upper !== null) {
          line.style.setProperty("--a", percent(lower));
          line.style.setProperty("--m", percent(middle));
          line.style.setProperty("--b", percent(low + width - (upper - low)));
          cell.append(line);
        }
        row.append(cell);
      }
      return row;
    };
    return columns[0].map((_, k) => {
      const keys = columns.map((column) => column[k]);
      return { keys, element: () => make(keys) };
    });
  };

  const enhance = (table) => {
    const body = table.tBodies[0], heads = [...table.tHead.rows[0].cells];
    const source = table.dataset.rows && document.getElementById(table.dataset.rows);
    const rows = source ? embedded(table, source) : standing(table);
    const numeric = heads.map((head) => head.classList.contains("number"));
    let order = rows, most = FIRST, sought = "";

    const tools = document.createElement("div"), said = document.createElement("span");
    const more = document.createElement("button");
    tools.className = "tools";
    said.className = "quiet";
    said.setAttribute("role", "status");
    more.className = "more";
    more.type = "button";

    const words = rows.map((row) => row.keys.filter((_, place) => !numeric[place]).join(" ").toLowerCase());
    rows.forEach((row, place) => { row.words = words[place]; });

    const draw = () => {
      const found = sought ? order.filter((row) => row.words.includes(sought)) : order;
      const inside = found.slice(0, most);
      body.replaceChildren(...inside.map((row) => row.element()));
      said.textContent = found.length === rows.length && inside.length === found.length
        ? `${rows.length.toLocaleString("en")} rows`
        : `${inside.length.toLocaleString("en")} of ${found.length.toLocaleString("en")} rows shown`
          + (found.length < rows.length ? `, ${rows.length.toLocaleString("en")} in all` : "");
      more.hidden = inside.length === found.length;
      more.textContent = `Show ${Math.min(STEP, found.length - inside.length).toLocaleString("en")} more`;
    };

    const key = (row, place) => {
      const value = row.keys[place];
      if (!numeric[place]) return String(value);
      return typeof value === "string" ? number(value) : value === null ? NaN : value;
    };

    const compare = (a, b, place) => {
      if (!numeric[place]) return key(a, place).localeCompare(key(b, place), undefined, { numeric: true });
      const one = key(a, place), other = key(b, place);
      return Number.isNaN(one) ? (Number.isNaN(other) ? 0 : 1) : Number.isNaN(other) ? -1 : one - other;
    };

    const sort = (place) => {
      const down = heads[place].getAttribute("aria-sort") === "ascending";
      heads.forEach((head) => head.removeAttribute("aria-sort"));
      heads[place].setAttribute("aria-sort", down ? "descending" : "ascending");
      const missing = (row) => numeric[place] && Number.isNaN(key(row, place));
      order = [...rows].sort((a, b) => {
        const turned = down && !missing(a) && !missing(b) ? -1 : 1;  // what has no value stays last
        return turned * compare(a, b, place);
      });
      most = FIRST;
      draw();
    };

    heads.forEach((head, place) => {
      if (head.querySelector(".quiet")) return;
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = head.textContent;
      button.addEventListener("click", () => sort(place));
      head.replaceChildren(button);
    });

    if (rows.length > 10) {
      const label = document.createElement("label"), field = document.createElement("input");
      field.type = "search";
      field.addEventListener("input", () => {
        sought = field.value.trim().toLowerCase();
        most = FIRST;
        draw();
      });
      label.append("Search ", field);
      tools.append(label, said);
      table.parentElement.before(tools);
      table.parentElement.after(more);
    }
    more.addEventListener("click", () => { most += STEP; draw(); });
    draw();
  };

  document.querySelectorAll("table.sortable").forEach(enhance);
  window.addEventListener("beforeprint", () => {
    document.querySelectorAll("details").forEach((part) => { part.open = true; });
  });
})();
