import { useState } from "preact/hooks";

type NamesOf<T, V> = { [N in keyof T]: T[N] extends V ? N : never }[keyof T];

export interface Draft<T extends object> {
  value: T;
  change: (part: Partial<T>) => void;
  /** Props of an input, select or textarea for a text. */
  text: <N extends NamesOf<T, string>>(
    name: N,
  ) => { value: T[N]; onInput: (event: { currentTarget: { value: string } }) => void };
  /** Props of a checkbox. */
  tick: <N extends NamesOf<T, boolean>>(
    name: N,
  ) => { checked: T[N]; onChange: (event: { currentTarget: { checked: boolean } }) => void };
}

/** What a person is typing into a form: kept here until it is sent, so that a refusal loses nothing. */
export function useDraft<T extends object>(initial: T | (() => T)): Draft<T> {
  const [value, setValue] = useState(initial);
  const change = (part: Partial<T>) => setValue((before) => ({ ...before, ...part }));
  const put = (name: keyof T, entered: string | boolean) => change({ [name]: entered } as Partial<T>);
  return {
    value,
    change,
    text: (name) => ({ value: value[name], onInput: (event) => put(name, event.currentTarget.value) }),
    tick: (name) => ({ checked: value[name], onChange: (event) => put(name, event.currentTarget.checked) }),
  };
}
