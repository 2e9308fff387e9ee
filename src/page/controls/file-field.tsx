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
  const choose = async (chosen: FileList | null) => {
    const read = await Promise.all([...(chosen ?? [])].map((file) => readFile(file, mostBytes)));
    setWrong(read.find((each) => typeof each === "string"));
    onChosen(read.filter((each) => typeof each !== "string"));
  };
  return (
    <Field label={label} hint={hint} wrong={wrong}>
      <input type="file" {...input} onChange={(event) => choose(event.currentTarget.files)} />
    </Field>
  );
}
