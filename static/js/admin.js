// What Django's admin leaves without a name for those who listen: the search boxes of related records, empty heads.

function nameBoxes() {
  for (const box of document.querySelectorAll(".select2-selection:not([data-named])")) {
    const select = box.closest(".select2").previousElementSibling;
    const label = select?.labels?.[0]?.textContent.trim().replace(/:$/, "") || select?.getAttribute("aria-label");
    const column = select?.closest("td")?.cellIndex;
    const head = column === undefined ? "" : select.closest("table").tHead?.rows[0].cells[column]?.textContent.trim();
    const name = label || head || select?.name || "";
    for (const each of [box, ...box.querySelectorAll("[role=textbox]")]) {
      each.removeAttribute("aria-labelledby");
      each.setAttribute("aria-label", name);
    }
    box.dataset.named = "1";
  }
}

function tidyHeads() {
  for (const head of document.querySelectorAll("th:empty")) head.setAttribute("role", "cell");
}

// On a phone rows become cards: each cell carries its column's name, and the roles that a grid would take away.
const TABLES = "#result_list, .tabular table, .results table";

function labelCells() {
  for (const table of document.querySelectorAll(TABLES)) {
    const names = [...(table.tHead?.rows[0]?.cells ?? [])].flatMap((head) => {
      const name = (head.querySelector(".text") ?? head).textContent.trim();
      return [name, ...Array(head.colSpan - 1).fill("")];
    });
    if (!names.length) continue;
    if (!table.classList.contains("is-labelled")) {
      table.classList.add("is-labelled");
      table.setAttribute("role", "table");
      for (const part of [table.tHead, ...table.tBodies]) part.setAttribute("role", "rowgroup");
      for (const head of table.tHead.rows[0].cells) head.setAttribute("role", head.textContent.trim() ? "columnheader" : "cell");
      table.tHead.rows[0].setAttribute("role", "row");
    }
    for (const body of table.tBodies) for (const row of body.rows) labelRow(row, names);
  }
}

function labelRow(row, names) {
  if (row.getAttribute("role")) return;
  row.setAttribute("role", "row");
  let column = 0;
  for (const cell of row.cells) {
    cell.setAttribute("role", cell.tagName === "TH" ? "rowheader" : "cell");
    const name = names[column];
    if (name && cell.colSpan === 1 && !cell.matches(".action-checkbox, .original")) cell.dataset.label = name;
    if (cell.tagName === "TD" && /^[-–]?$/.test(cell.textContent.trim()) && !cell.firstElementChild) cell.dataset.empty = "";
    column += cell.colSpan;
  }
}

nameBoxes();
tidyHeads();
labelCells();
// Select2 dresses its fields whenever it comes to it, also in rows that are added later.
const added = () => (nameBoxes(), labelCells());
new MutationObserver(added).observe(document.body, { childList: true, subtree: true });
