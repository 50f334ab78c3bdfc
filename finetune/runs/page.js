// Of the tab with trainings: `element` holds it, `trigger` calls the server, `watch` tells of news.
// While a training runs it is looked at again, but not for ever: a question to the server counts as
// use, and a page that nobody sits before has to log out.
const EVERY = 10_000;
const AWAY = 5 * 60_000;
let used = Date.now();
window.trainingPage?.abort();
window.trainingPage = new AbortController();
const {signal} = window.trainingPage;
for (const what of ["pointermove", "keydown", "wheel"]) {
  document.addEventListener(what, () => { used = Date.now(); }, {signal, passive: true});
}

const valueOf = (name) => element.querySelector(`[data-${name}]`)?.value;
const boxes = () => [...element.querySelectorAll("input[data-run]")];

function ask(step = valueOf("step"), seen = undefined) {
  const chosen = boxes().filter((box) => box.checked).map((box) => box.dataset.run);
  // The newest step is followed, one that was turned to stays.
  const newest = element.querySelector("[data-step] option:last-child")?.value;
  const said = {chosen, samples: valueOf("samples") ?? "", step: step === newest ? "" : step ?? ""};
  trigger("act", {said: seen ? {...said, seen} : said});
}

element.addEventListener("change", ({target}) => {
  if (target.dataset.samples !== undefined) ask("");
  else ask();
});

// Gradio changes the page where it differs from the one before, and leaves what a user ticked.
watch("value", () => setTimeout(() => {
  for (const box of boxes()) box.checked = box.defaultChecked;
  for (const option of element.querySelectorAll("option")) option.selected = option.defaultSelected;
}));

const timer = setInterval(() => {
  const shown = element.querySelector("[data-running='1']");
  if (!shown?.offsetParent || document.hidden || Date.now() - used > AWAY) return;
  ask(valueOf("step"), shown.dataset.seen);
}, EVERY);
signal.addEventListener("abort", () => clearInterval(timer));
