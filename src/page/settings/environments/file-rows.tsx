import { formatSize } from "../../../base/units.ts";
import { FILE_SECRET_LIMITS } from "../../../protocol/api.ts";
import { Field } from "../../controls/field.tsx";
import { FileField } from "../../controls/file-field.tsx";
import { type FileRow, withFileRow } from "./environment-draft.ts";

interface FileRowsProps {
  rows: FileRow[];
  faultOf: (row: FileRow) => string | undefined;
  onChange: (rows: FileRow[]) => void;
}

/** Secret files, each with the variable that will hold its path. */
export function FileRows({ rows, faultOf, onChange }: FileRowsProps) {
  const change = (id: number, part: Partial<FileRow>) =>
    onChange(rows.map((row) => (row.id === id ? { ...row, ...part } : row)));
  return (
    <div class="pair-rows">
      <p class="field-hint">{HINT}</p>
      {rows.map((row) => (
        <OneFile
          key={row.id}
          row={row}
          fault={faultOf(row)}
          onChange={(part) => change(row.id, part)}
          onRemove={() => onChange(rows.filter(({ id }) => id !== row.id))}
        />
      ))}
      <button type="button" class="small" onClick={() => onChange(withFileRow(rows))}>
        + Add a file
      </button>
    </div>
  );
}

const HINT = `During a build the variable holds the file's path. A file may have ${formatSize(FILE_SECRET_LIMITS.each)}, all together ${formatSize(FILE_SECRET_LIMITS.together)}.`;

interface OneFileProps {
  row: FileRow;
  fault: string | undefined;
  onChange: (part: Partial<FileRow>) => void;
  onRemove: () => void;
}

function OneFile({ row: { name, file, keptFileName }, fault, onChange, onRemove }: OneFileProps) {
  const named = name || "this file";
  return (
    <div class="file-row">
      <Field label="Variable" wrong={fault}>
        <input
          class="pair-name"
          required
          autocomplete="off"
          spellcheck={false}
          placeholder="GOOGLE_SERVICES"
          value={name}
          onInput={(event: { currentTarget: HTMLInputElement }) => onChange({ name: event.currentTarget.value })}
        />
      </Field>
      <FileField
        label="File"
        {...(keptFileName && !file ? { hint: `So far ${keptFileName}: choose it again.` } : {})}
        mostBytes={FILE_SECRET_LIMITS.each}
        required={!file}
        onChosen={([chosen]) => onChange({ file: chosen })}
      />
      <button type="button" class="quiet-button" aria-label={`Remove ${named}`} onClick={onRemove}>
        ✕
      </button>
    </div>
  );
}
