// Copyright (c) 2026, the mailops.smtp maintainers
// GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
// SPDX-License-Identifier: GPL-3.0-or-later

// What the page does better with JavaScript: find, filter, and open the transcript behind a link.
// It reads text and hides elements. It never makes an element, so no text can become one.
"use strict";

(() => {
  const form = document.getElementById("filter");
  const words = document.getElementById("words");
  const only = document.getElementById("only");
  const found = document.getElementById("found");
  const table = document.getElementById("squares");
  const passed = document.getElementById("passed");
  const items = [...document.querySelectorAll(".item")];
  const texts = new Map();
  let sections = null;
  let timer = 0;

  // Texts are made lower case once, and not before somebody searches.
  const textOf = (element) => {
    if (!texts.has(element)) texts.set(element, element.textContent.toLowerCase());
    return texts.get(element);
  };

  // A word such as cause:2 finds the cells of a cause. All others find texts.
  const has = (text, cause, wanted) =>
    wanted.every((one) => (one.startsWith("cause:") ? one === `cause:${cause}` : text.includes(one)));

  const causeOf = (element) => element.closest("[data-cause]")?.dataset.cause;

  // A cell of a card is found by the sentence of the card, too.
  const itemMatches = (item, wanted) => {
    const card = item.localName === "article" ? null : item.closest("article");
    const sentence = card ? `${textOf(card.querySelector("h3"))} ` : "";
    return has(sentence + textOf(item), causeOf(item), wanted);
  };

  const readSections = () => {
    if (!table) return [];
    const servers = [...table.tHead.rows[0].cells].slice(1).map(textOf);
    return [...table.tBodies].map((body) => {
      const group = body.querySelector(".group");
      const above = group ? `${textOf(group)} ` : "";
      return {
        body,
        rows: [...body.querySelectorAll("tr:not(.group)")].map((row) => {
          const [host, ...cells] = row.cells;
          return {
            row,
            cells: cells.map((cell, index) => ({
              text: cell.textContent && `${above}${textOf(host)} ${servers[index]} ${textOf(cell)}`,
              cause: cell.dataset.cause,
            })),
          };
        }),
      };
    });
  };

  // A row and a column are shown where a cell of theirs matches, a group where a row does.
  const filterTable = (wanted, brokenOnly) => {
    sections ??= readSections();
    const columns = new Set();
    let shown = 0;
    const matches = (cell) => (cell.cause || !brokenOnly) && cell.text && has(cell.text, cell.cause, wanted);
    for (const { body, rows } of sections) {
      let inGroup = 0;
      for (const { row, cells } of rows) {
        let here = false;
        cells.forEach((cell, index) => {
          if (!matches(cell)) return;
          here = true;
          columns.add(index);
        });
        row.hidden = !here;
        inGroup += here;
      }
      body.hidden = !inGroup;
      shown += inGroup;
    }
    if (table) {
      for (const row of table.rows) {
        [...row.cells].slice(1).forEach((cell, index) => (cell.hidden = !columns.has(index)));
      }
    }
    return shown;
  };

  const count = (number, what) => `${number.toLocaleString("en")} ${what}${number === 1 ? "" : "s"}`;

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    let causes = 0;
    for (const item of items) {
      item.hidden = !itemMatches(item, wanted);
      causes += item.localName === "article" && !item.hidden;
    }
    const shown = filterTable(wanted, only.checked);
    if (passed) passed.hidden = only.checked;
    for (const names of document.querySelectorAll(".others")) names.hidden = only.checked;
    const all = !wanted.length && !only.checked;
    found.value = all ? "" : `${count(shown, "host")} in the table, ${count(causes, "cause")}`;
  };

  // Open what is behind a link, and show it should a filter hide it.
  const reveal = (hash) => {
    const target = document.getElementById(hash.slice(1));
    if (!target || !target.hasAttribute("tabindex")) return;
    if (target.closest("[hidden]")) {
      form.reset();
      filter();
    }
    for (let one = target; one; one = one.parentElement) if (one.localName === "details") one.open = true;
  };

  // Find what a link is about: the cells of a cause.
  const find = (what) => {
    form.reset();
    words.value = what;
    filter();
  };

  const later = () => {
    clearTimeout(timer);
    timer = setTimeout(filter, 120);
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  words.addEventListener("input", later);
  only.addEventListener("change", filter);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link?.dataset.find) find(link.dataset.find);
    else if (link) reveal(link.hash);
  });
  addEventListener("hashchange", () => reveal(location.hash));
  form.hidden = false;
  reveal(location.hash);
  if (words.value || only.checked) filter();
})();
