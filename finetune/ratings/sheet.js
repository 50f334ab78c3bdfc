// Of the sheet on which a draft is rated: `element` holds it, `trigger` calls the server, `watch`
// tells of another one.
window.ratingSheet?.abort();
window.ratingSheet = new AbortController();
const {signal} = window.ratingSheet;
const sheet = () => element.querySelector("form.sheet");
const questions = () => [...element.querySelectorAll("fieldset")];
const answerOf = (question) => question.querySelector("input:checked");
let moved = false;

function say(go) {
  const form = sheet();
  const said = {round: element.querySelector("[data-round]").dataset.round, go};
  if (form) {
    const given = questions().map((question) => [question.dataset.item, answerOf(question)?.value]);
    const scores = given.filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, value === "" ? null : Number(value)]);
    Object.assign(said, {
      number: Number(form.dataset.number),
      scores: Object.fromEntries(scores),
      comment: form.elements.comment.value,
    });
  }
  moved = go !== "keep";
  trigger("act", {said});
}

// The question that a number key answers: the one that holds the focus, else the first open one.
function asked() {
  return document.activeElement?.closest?.("#ratings fieldset")
    ?? questions().find((question) => !answerOf(question));
}

function mark() {
  const now = asked();
  for (const question of questions()) {
    question.classList.toggle("now", question === now);
    question.classList.toggle("open", !answerOf(question));
  }
}

function focus(question) {
  const box = question && (answerOf(question) ?? question.querySelector("input"));
  box?.focus({preventScroll: true});
  question?.scrollIntoView({block: "nearest"});
  mark();
}

element.addEventListener("click", ({target}) => {
  const go = target.closest("button")?.dataset.go;
  if (go) say(go === "next" ? go : Number(go));
});

element.addEventListener("change", ({target}) => {
  if (target.dataset.rounds !== undefined) {
    moved = true;
    trigger("act", {said: {round: target.value, go: "first"}});
  } else if (target.dataset.drafts !== undefined) {
    if (target.value) say(Number(target.value));
  } else {
    say("keep");
    mark();
  }
});

element.addEventListener("focusin", mark);
element.addEventListener("submit", (event) => event.preventDefault());

document.addEventListener("keydown", (event) => {
  if (!sheet()?.offsetParent) return; // another tab is open
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    say("next");
  } else if (/^\d$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey) {
    if (document.activeElement?.matches("textarea, select, input:not([type=radio])")) return;
    const now = asked();
    const box = now?.querySelector(`input[value="${event.key}"]`);
    if (!box) return;
    event.preventDefault();
    box.checked = true;
    say("keep");
    const all = questions();
    focus(all.slice(all.indexOf(now) + 1).find((question) => !answerOf(question)) ?? now);
  }
}, {signal});

// Gradio changes the page where it differs from the one before: what was ticked there would stay
// ticked, now for another draft. It is undone before any key can come in between.
function reset() {
  sheet()?.reset();
  for (const option of element.querySelectorAll("option")) option.selected = option.defaultSelected;
  mark();
}

const changes = new MutationObserver(reset);
changes.observe(element, {
  childList: true, characterData: true, subtree: true, attributeFilter: ["data-round", "data-number"],
});
signal.addEventListener("abort", () => changes.disconnect());

watch("value", () => setTimeout(() => {
  if (!moved) return;
  moved = false;
  for (const text of element.querySelectorAll(".text > div")) text.scrollTop = 0;
  focus(questions().find((question) => !answerOf(question)) ?? questions()[0]);
}));
reset();
