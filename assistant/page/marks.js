// Of the list of findings, run once it is there: `element` is the list, `trigger` calls the server.
window.marks?.abort();
window.marks = new AbortController();
const {signal} = window.marks;

function show(opener) {
  const panel = document.getElementById(opener.dataset.place);
  if (!panel) return;
  const mark = document.getElementById(opener.dataset.place.replace("place", "fact"));
  const inSight = mark?.offsetParent;
  if (inSight && mark !== opener) mark.scrollIntoView({block: "nearest"});
  const at = (inSight ? mark : opener).getBoundingClientRect();
  if (!panel.matches(":popover-open")) panel.showPopover();
  const size = panel.getBoundingClientRect();
  const below = at.bottom + 8;
  const top = below + size.height < innerHeight ? below : Math.max(8, at.top - size.height - 8);
  const left = Math.max(8, Math.min(at.left, innerWidth - size.width - 8));
  Object.assign(panel.style, {margin: 0, top: `${top}px`, left: `${left}px`});
}

async function copy(button) {
  const {copy: words} = button.dataset;
  try {
    await navigator.clipboard.writeText(words);
  } catch {
    // Browsers have no clipboard for pages that come by plain http.
    const box = Object.assign(document.createElement("textarea"), {value: words});
    document.body.append(box);
    box.select();
    document.execCommand("copy");
    box.remove();
  }
  const said = button.textContent;
  button.textContent = "Copied";
  setTimeout(() => (button.textContent = said), 1500);
}

document.addEventListener("click", (event) => {
  const target = event.target.closest?.("[data-act], [data-copy], [data-add], [data-place]");
  if (!target) return;
  const {act, start, end, said, add, place} = target.dataset;
  if (act) {
    target.closest("[popover]")?.hidePopover();
    trigger("settle", {act, start: Number(start), end: Number(end), said});
  } else if (target.dataset.copy) copy(target);
  else if (add) trigger("include", {line: add});
  else if (place) show(target);
}, {signal});

document.addEventListener("keydown", (event) => {
  if (!["Enter", " "].includes(event.key) || !event.target.dataset?.place) return;
  event.preventDefault();
  show(event.target);
  document.querySelector(".place:popover-open button")?.focus({preventScroll: true});
}, {signal});
