// Of a list with pages and buttons on the admin's tab: `element` holds it, `trigger` calls the
// server, `watch` tells of a new list.
let back; // where the keyboard goes on once the list is there anew

function ticked(letter) {
  const boxes = [...letter.querySelectorAll("input[data-span]")];
  const chosen = boxes.filter((box) => box.checked).map((box) => box.dataset.span);
  return {spans: chosen, all: chosen.length === boxes.length};
}

element.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const {turn, verdict} = button.dataset;
  if (turn) {
    back = "nav button";
    trigger("turn", {page: Number(turn)});
  } else if (verdict) {
    const letter = button.closest("[data-letter]");
    const {letter: id, hash, seen, page} = letter.dataset;
    back = `[data-letter="${CSS.escape(id)}"] button`;
    trigger("decide", {letter: id, hash, seen, verdict, page: Number(page), ...ticked(letter)});
  }
});

watch("value", () => {
  const wanted = back;
  back = undefined;
  if (wanted) setTimeout(() => element.querySelector(wanted)?.focus());
});
