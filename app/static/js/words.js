/** Words that scripts say; base.html carries them in the language of the page. */
const words = document.getElementById("words")?.dataset ?? {};

export function word(name, values = {}) {
  let text = words[name] ?? "";
  for (const [key, value] of Object.entries(values)) text = text.replace(`{${key}}`, value);
  return text;
}
