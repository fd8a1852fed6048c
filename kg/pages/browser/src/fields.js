// Suggestions of names for form fields, as they are written.

/** Lets a field with a datalist ask the graph for names. */
export function suggestNames(input, address) {
  const list = input.list;
  if (!list) return;
  const initial = [...list.children];
  let timer = 0;
  let latest = 0;
  input.addEventListener("input", () => {
    clearTimeout(timer);
    const words = input.value.trim();
    if (words.length < 2) {
      list.replaceChildren(...initial);
      return;
    }
    timer = setTimeout(async () => {
      latest += 1;
      const turn = latest;
      const query = new URLSearchParams({ q: words, kind: input.dataset.kind });
      const response = await fetch(`${address}?${query}`).catch(() => null);
      if (!response?.ok || turn !== latest) return;
      const found = await response.json();
      const count = (label) => found.filter((one) => one.label === label).length;
      list.replaceChildren(...found.map((one) => {
        const option = document.createElement("option");
        option.value = count(one.label) > 1 ? one.iri : one.label;
        option.textContent = one.label === one.matched ? "" : one.matched;
        return option;
      }));
    }, 150);
  });
}

/** Shows only the questions that have all the words written. */
export function siftQuestions(input, list) {
  input.hidden = false;
  input.addEventListener("input", () => {
    const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    for (const item of list.children) {
      const text = item.textContent.toLowerCase();
      item.hidden = !words.every((word) => text.includes(word));
    }
  });
}
