// Captions of the page's language: written into the page by the server, so that no text lives in two places.
const texts = JSON.parse(document.getElementById("captions")?.textContent ?? "{}");

export const lang = document.documentElement.lang;

/** A caption with its blanks filled in; an unknown key is a mistake worth hearing of. */
export function t(key, blanks = {}) {
  if (!(key in texts)) throw new Error(`no caption ${key}`);
  return texts[key].replace(/\{(\w+)\}/g, (whole, name) => (name in blanks ? String(blanks[name]) : whole));
}
