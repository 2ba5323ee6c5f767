// @ts-check
/** Asks for a key where the server wants one, and forgets it again. Scripts never keep the key. */

import * as client from "./client.js";
import { find } from "./dom.js";
import { on } from "./events.js";

const SIGNED_IN = "sfumato.signed-in"; // the session itself is out of a script's reach

const dialog = find("#sign-in", HTMLDialogElement);
const key = find("#sign-in-key", HTMLInputElement);
const problem = find("#sign-in-error", HTMLElement);
const leave = find("#sign-out", HTMLButtonElement);

leave.hidden = localStorage.getItem(SIGNED_IN) === null;
on("locked", () => {
  leave.hidden = true;
  if (!dialog.open) dialog.showModal();
});
find("#sign-in-form", HTMLFormElement).addEventListener("submit", (event) => {
  event.preventDefault();
  void signIn();
});
leave.addEventListener("click", async () => {
  await client.signOut();
  localStorage.removeItem(SIGNED_IN);
  location.reload();
});

async function signIn() {
  try {
    await client.signIn(key.value);
  } catch (error) {
    problem.textContent = error instanceof Error ? error.message : String(error);
    problem.hidden = false;
    key.setAttribute("aria-invalid", "true");
    key.focus();
    return;
  }
  localStorage.setItem(SIGNED_IN, "yes");
  location.reload();
}
