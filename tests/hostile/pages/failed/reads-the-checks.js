// expect: failed
const expected = [];
for (const path of ["/checks/test_page.py", "/../checks/test_page.py", "/..%2fchecks/test_page.py", "/lesson.toml/../checks/test_page.py", "/cases/"]) {
  const answer = await fetch(path).catch(() => null);
  if (answer?.ok) expected.push(...(await answer.text()).matchAll(/to_have_text\("(\d+)"/g));
}
document.querySelector("#double").addEventListener("click", () => {
  document.querySelector("#result").textContent = expected.shift()?.[1] ?? "nothing found";
});
