// Of a list with pages and buttons on the admin's tab: `element` holds it, `trigger` calls the
// server, `watch` tells of a new list.
let back; // where the keyboard goes on once the list is there anew
const off = new Set(); // what was unticked: the boxes alone may come to stand for another letter

const letterOf = (part) => part.closest("[data-letter]");
const keyOf = (box) => `${letterOf(box).dataset.seen} ${box.dataset.span}`;

function ticked(letter) {
  const boxes = [...letter.querySelectorAll("input[data-span]")];
  const chosen = boxes.filter((box) => !off.has(keyOf(box))).map((box) => box.dataset.span);
  return {spans: chosen, all: chosen.length === boxes.length};
}

element.addEventListener("change", ({target}) => {
  if (!target.dataset.span) return;
  if (target.checked) off.delete(keyOf(target));
  else off.add(keyOf(target));
});

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const {turn, verdict} = button.dataset;
  if (turn) {
    back = "nav button";
    trigger("turn", {page: Number(turn)});
  } else if (verdict) {
    const letter = letterOf(button);
    const {letter: id, hash, seen, page} = letter.dataset;
    back = `[data-letter="${CSS.escape(id)}"] button`;
    trigger("decide", {letter: id, hash, seen, verdict, page: Number(page), ...ticked(letter)});
  }
});

watch("value", () => {
  const wanted = back;
  back = undefined;
  setTimeout(() => {
    for (const box of element.querySelectorAll("input[data-span]")) box.checked = !off.has(keyOf(box));
    if (wanted === "nav button") element.querySelector("ol, ul")?.scrollTo(0, 0);
    if (wanted) element.querySelector(wanted)?.focus();
  });
});
