// What makes the pages quicker to use; every one of them works without it.

// Names are suggested while one types.
for (const field of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("datalist");
  list.id = `suggestions-${field.name}-${Math.floor(field.getBoundingClientRect().top)}`;
  field.after(list);
  field.setAttribute("list", list.id);
  field.autocomplete = "off";
  let waiting;
  let asked = "";
  field.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(async () => {
      const words = field.value.trim();
      if (words.length < 2 || words === asked) return;
      asked = words;
      const answer = await fetch(`${field.dataset.suggest}?q=${encodeURIComponent(words)}`);
      if (!answer.ok || field.value.trim() !== words) return;
      list.replaceChildren(
        ...(await answer.json()).map(({ name, kind }) => {
          const option = document.createElement("option");
          option.value = name;
          option.label = kind ? `${name} (${kind})` : name;
          return option;
        }),
      );
    }, 150);
  });
}

// A choice is taken at once, without pressing the button.
for (const choice of document.querySelectorAll("form[data-instant] select")) {
  choice.addEventListener("change", () => choice.form.requestSubmit());
}

// Empty fields do not belong into an address that is to be shared.
for (const form of document.querySelectorAll("form[method=get], form:not([method])")) {
  form.addEventListener("submit", () => {
    for (const field of form.elements) if (field.name && field.value === "") field.disabled = true;
    setTimeout(() => {
      for (const field of form.elements) field.disabled = false;
    });
  });
}

// What is to be quoted is copied by one press.
for (const button of document.querySelectorAll("button[data-copy]")) {
  button.hidden = false;
  button.addEventListener("click", async () => {
    const source = document.getElementById(button.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.textContent.trim());
    const words = button.textContent;
    button.textContent = button.dataset.done;
    setTimeout(() => (button.textContent = words), 1500);
  });
}
