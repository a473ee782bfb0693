/** The one store: holds the state, reduces actions, tells who listens. */

import { type Action, reduce, type State } from "./state";

export type Store = {
  get(): State;
  dispatch(action: Action): void;
  subscribe(listener: () => void): () => void;
};

export function createStore(initial: State): Store {
  let state = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => state,
    dispatch(action) {
      const next = reduce(state, action);
      if (next === state) return;
      state = next;
      for (const listener of [...listeners]) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}
