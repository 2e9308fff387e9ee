import { Field } from "../../controls/field.tsx";
import { PairRows } from "../../controls/pair-rows.tsx";
import { type PluginRow, pluginRowFault, variableRowFault } from "./native-config-draft.ts";

interface PluginRowsProps {
  plugins: PluginRow[];
  onChange: (plugins: PluginRow[]) => void;
}

/** Plugins, each with its variables. */
export function PluginRows({ plugins, onChange }: PluginRowsProps) {
  const change = (index: number, part: Partial<PluginRow>) =>
    onChange(plugins.map((row, at) => (at === index ? { ...row, ...part } : row)));
  const add = () => onChange([...plugins, { plugin: "", variables: [{ name: "", value: "" }] }]);
  return (
    <div class="plugin-rows">
      {plugins.map((row, index) => (
        <OnePlugin
          key={index}
          row={row}
          onChange={(part) => change(index, part)}
          onRemove={() => onChange(plugins.filter((_, at) => at !== index))}
        />
      ))}
      <button type="button" class="small" onClick={add}>
        + Add a plugin
      </button>
    </div>
  );
}

interface OnePluginProps {
  row: PluginRow;
  onChange: (part: Partial<PluginRow>) => void;
  onRemove: () => void;
}

function OnePlugin({ row, onChange, onRemove }: OnePluginProps) {
  const { plugin, variables } = row;
  return (
    <div class="plugin-row">
      <div class="plugin-name">
        <Field label="Plugin" wrong={pluginRowFault(row)}>
          <input
            class="pair-name"
            required
            autocomplete="off"
            spellcheck={false}
            placeholder="cordova-plugin-ionic"
            value={plugin}
            onInput={(event: { currentTarget: HTMLInputElement }) => onChange({ plugin: event.currentTarget.value })}
          />
        </Field>
        <button type="button" class="quiet-button" aria-label={`Remove ${plugin || "this plugin"}`} onClick={onRemove}>
          ✕
        </button>
      </div>
      <PairRows
        what="variable"
        pairs={variables}
        faultOf={(pair) => variableRowFault(plugin, pair)}
        onChange={(rows) => onChange({ variables: rows })}
      />
    </div>
  );
}
