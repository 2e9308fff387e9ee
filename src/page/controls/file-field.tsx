import { useState } from "preact/hooks";
import { type ChosenFile, readFile } from "../client/read-file.ts";
import { Field } from "./field.tsx";

interface FileFieldProps {
  label: string;
  hint?: string;
  accept?: string;
  multiple?: boolean;
  required?: boolean;
  mostBytes: number;
  onChosen: (files: ChosenFile[]) => void;
}

/** Asks for files and reads them; what is too large or can't be read is said at once. */
export function FileField({ label, hint, mostBytes, onChosen, ...input }: FileFieldProps) {
  const [wrong, setWrong] = useState<string>();
  const choose = async (field: HTMLInputElement) => {
    const read = await Promise.all([...(field.files ?? [])].map((file) => readFile(file, mostBytes)));
    const fault = read.find((each) => typeof each === "string");
    const files = read.filter((each) => typeof each !== "string");
    // To the browser a file is there, although none was taken: the form isn't to be sent without it.
    field.setCustomValidity(files.length === 0 ? (fault ?? "") : "");
    setWrong(fault);
    onChosen(files);
  };
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      <input type="file" {...input} onChange={(event) => choose(event.currentTarget)} />
    </Field>
  );
}
