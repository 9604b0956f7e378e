// What operators tell everybody: the bars beneath the header follow the live stream.
import { t } from "./captions.js";
import * as stream from "./stream.js";

const place = document.getElementById("notices");

function bar(text) {
  const line = document.createElement("p");
  line.className = "notice-bar";
  line.dataset.testid = "notice";
  line.dataset.text = text;
  const title = document.createElement("b");
  title.textContent = `${t("notice_bar")}:`;
  line.append(title, ` ${text}`);
  return line;
}

stream.on("notices", ({ texts }) => {
  const shown = [...place.children].map((line) => line.dataset.text);
  if (shown.join("\n") === texts.join("\n")) return;
  place.replaceChildren(...texts.map(bar));
});
