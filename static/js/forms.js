// What makes forms kinder: focus on the error summary, one post per press, the week of a date.

// The summary takes focus once, so that the errors are read aloud and the keyboard starts there.
const summary = document.querySelector("[data-focus]");
if (summary) {
  summary.removeAttribute("data-focus");
  summary.focus();
}

// The same form is not sent twice. aria-disabled keeps the focus where disabled would lose it.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || event.defaultPrevented) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "1";
  event.submitter?.setAttribute("aria-disabled", "true");
  // A download or a failed connection leaves the page standing: then the form may be sent again.
  setTimeout(() => {
    delete form.dataset.sent;
    event.submitter?.removeAttribute("aria-disabled");
  }, 8000);
});

// ISO 8601: the week belongs to the year of its Thursday.
function isoWeek(text) {
  const day = new Date(`${text}T00:00:00Z`);
  if (Number.isNaN(day.getTime())) return null;
  day.setUTCDate(day.getUTCDate() + 4 - (day.getUTCDay() || 7));
  const start = Date.UTC(day.getUTCFullYear(), 0, 1);
  return Math.ceil(((day - start) / 86400000 + 1) / 7);
}

function showWeek(input) {
  const place = input.parentElement?.querySelector("[data-week]");
  if (!place) return;
  const week = isoWeek(input.value);
  place.textContent = week ? `${place.dataset.week} ${week}` : "";
}

document.querySelectorAll('.date input[type="date"]').forEach(showWeek);
document.addEventListener("input", (event) => {
  if (event.target.matches?.('.date input[type="date"]')) showWeek(event.target);
});
