// Too late: the open lead most like the one that is gone, with its own button.
import { t } from "./captions.js";
import * as rows from "./rows.js";

/** Put the nearest lead below the text of an answer; `open` opens a row that stands on this page. */
export async function offer(box, text, action, open) {
  const answer = await fetch(`/markt/${encodeURIComponent(box.row.id)}/aehnlich`).catch(() => null);
  if (!answer?.ok || answer.redirected) return;
  const { count, href, leads: [nearest] } = await answer.json();
  action.href = href;
  action.textContent = count > 1 ? t("ans_similar_n", { n: count }) : t("ans_similar_none");
  if (!nearest) return;
  const line = document.createElement("p");
  line.className = "xs t2 num alike";
  line.textContent = t("ans_similar_next", nearest);
  text.after(line);
  const link = document.createElement("a");
  link.className = "btn p";
  link.textContent = t("ans_similar_one");
  link.href = `/markt/${encodeURIComponent(nearest.id)}`;
  link.addEventListener("click", (event) => {
    if (!rows.get(nearest.id)) return;
    event.preventDefault();
    open(nearest.id, { focus: true });
  });
  action.before(link);
  const held = document.activeElement === action || !box.form.contains(document.activeElement);
  if (count < 2) action.remove();
  if (held) link.focus({ preventScroll: true });
}
