// Of the form of a case and the record beside it, run once they are there: `element` holds the
// form, `trigger` calls the server, `watch` tells of a new case.
window.caseForm?.controller.abort();
const controller = new AbortController();
const {signal} = controller;
let typing;
let shown; // the button whose place is marked in the record
const form = () => element.querySelector("form.case-form");
const backButton = () => document.querySelector("#source [data-back]");
const counts = () => form() && !form().classList.contains("over");
const said = (field) => (field.type === "checkbox" ? (field.checked ? "true" : "") : field.value);
const fieldsOf = (row) => [...row.querySelectorAll("[name]")];

function values() {
  const all = {};
  for (const section of form().querySelectorAll("[data-section]")) {
    const rows = [...section.querySelectorAll("[data-row]")];
    all[section.dataset.section] = rows.map((row) =>
      Object.fromEntries(fieldsOf(row).map((field) => [field.name, said(field)])));
  }
  return JSON.stringify(all);
}

function send() {
  clearTimeout(typing);
  if (counts()) trigger("fill", {of: form().dataset.form, fields: values()});
}

function summarise(row) {
  const summary = row?.querySelector(".said");
  if (!summary) return;
  const words = fieldsOf(row).map((field) => {
    const word = said(field).split(/\s+/).join(" ").trim();
    return word && (field.dataset.said ?? "{}").replace("{}", () => word);
  });
  summary.textContent = words.filter(Boolean).join(", ");
}

function rowAt(section, number) {
  return form()?.querySelectorAll(`[data-section="${section}"] [data-row]`)[number];
}

function open(row) {
  for (let at = row; at; at = at.parentElement) if (at.tagName === "DETAILS") at.open = true;
  row.scrollIntoView({block: "nearest"});
}

function show(button) {
  const {shows, start, end} = button.dataset;
  hide();
  const block = document.querySelector(`#source pre[data-block="${shows}"]`);
  if (!block) return;
  if (!block.offsetParent) { // beside the letter: its tab is opened first
    document.getElementById("tab-case-button")?.click();
    setTimeout(() => block.offsetParent && show(button), 100);
    return;
  }
  const text = block.textContent;
  const mark = Object.assign(document.createElement("mark"), {textContent: text.slice(start, end), tabIndex: -1});
  block.replaceChildren(text.slice(0, start), mark, text.slice(end));
  shown = button;
  button.classList.add("shown");
  backButton().hidden = false;
  const box = block.closest(".source");
  const above = mark.getBoundingClientRect().top - box.getBoundingClientRect().top;
  box.scrollTop += above - Math.max(32, (box.clientHeight - mark.offsetHeight) / 3);
  box.scrollIntoView({block: "nearest"});
  mark.focus({preventScroll: true});
}

function hide() {
  const mark = document.querySelector("#source pre mark");
  if (mark) mark.parentElement.textContent = mark.parentElement.textContent;
  shown?.classList.remove("shown");
  if (backButton()) backButton().hidden = true;
}

function goBack() {
  if (!shown?.isConnected) return;
  shown.scrollIntoView({block: "nearest"});
  shown.focus({preventScroll: true});
  hide();
  shown = undefined;
}

window.caseForm = {
  controller,
  fields: () => (counts() ? values() : ""),
  take: (told) => {
    if (!counts() || form().dataset.form !== told.of) return false;
    for (const field of form().querySelectorAll("[aria-invalid]")) field.removeAttribute("aria-invalid");
    for (const [section, number, name] of told.problems) {
      rowAt(section, number)?.querySelector(`[name="${name}"]`)?.setAttribute("aria-invalid", "true");
    }
    return true;
  },
};

// The page patches what is there: what was typed into the form of the case before must not stay.
watch("value", () => { clearTimeout(typing); form()?.reset(); });

document.addEventListener("input", (event) => {
  const field = event.target;
  if (field.closest("#case")) {
    if (!form()) return;
    clearTimeout(typing);
    form().classList.add("over");
    form().querySelector(".sections").inert = true;
  } else if (form()?.contains(field)) {
    summarise(field.closest("[data-row]"));
    clearTimeout(typing);
    typing = setTimeout(send, 400);
  }
}, {signal});

document.addEventListener("change", (event) => { if (form()?.contains(event.target)) send(); }, {signal});
document.addEventListener("submit", (event) => { if (event.target === form()) event.preventDefault(); }, {signal});

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-shows], [data-item], [data-field], [data-new], [data-remove], [data-again], [data-back], [data-begin]");
  if (!target) return;
  const {item, field} = target.dataset;
  if ("shows" in target.dataset) show(target);
  else if ("back" in target.dataset) goBack();
  else if ("begin" in target.dataset) trigger("begin", {});
  else if (item) {
    const row = rowAt(...item.split("/"));
    if (!row) return;
    open(row);
    row.querySelector("summary, [name]").focus({preventScroll: true});
  } else if (field) {
    const [section, number, name] = field.split("/");
    const row = rowAt(section, number);
    if (row) open(row);
    row?.querySelector(`[name="${name}"]`)?.focus();
  } else if ("new" in target.dataset) {
    const section = target.closest("[data-section]");
    const row = section.querySelector("template").content.cloneNode(true).firstElementChild;
    section.querySelector(".rows").append(row);
    section.classList.remove("empty");
    open(row);
    row.querySelector("[name]").focus();
  } else if ("remove" in target.dataset) {
    const section = target.closest("[data-section]");
    target.closest("[data-row]").remove();
    section.querySelector("[data-new]").focus();
    send();
  } else {
    form().classList.remove("over");
    form().querySelector(".sections").inert = false;
    send();
  }
}, {signal});

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.closest?.("#source")) goBack();
}, {signal});
