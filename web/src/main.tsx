/** Where the page begins. */

import { render } from "preact";
import { App } from "./app/app";
import { StoreContext } from "./app/context";
import { showState } from "./app/seam";
import { startingLanguage, startingTheme } from "./app/settings";
import { fresh } from "./state/state";
import { createStore } from "./state/store";

const root = document.getElementById("app");
if (root) {
  const store = createStore(fresh(startingLanguage(), startingTheme()));
  showState(store);
  render(
    <StoreContext.Provider value={store}>
      <App />
    </StoreContext.Provider>,
    root,
  );
}
