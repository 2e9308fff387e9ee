import { formatSize } from "../../base/units.ts";

interface ToolbarProps {
  size: number;
  lines: number | undefined;
  /** Undefined when no more can come. */
  follows: boolean | undefined;
  connected: boolean;
  address: string;
  fileName: string;
  firstError: (() => void) | undefined;
  anyFolded: boolean | undefined;
  onFold: () => void;
  onTop: () => void;
  onEnd: () => void;
  onFollow: () => void;
  onSearch: () => void;
}

/** What can be done with the log, and how much there is. */
export function Toolbar(props: ToolbarProps) {
  const { size, lines, follows, connected, firstError, anyFolded } = props;
  return (
    <div class="row log-tools">
      {firstError && (
        <button type="button" class="small danger" title="e" onClick={firstError}>
          First error
        </button>
      )}
      <button type="button" class="small" title="/ or Ctrl+F" onClick={props.onSearch}>
        Search
      </button>
      <button type="button" class="small" title="g" onClick={props.onTop}>
        Top
      </button>
      <button type="button" class="small" title="G" onClick={props.onEnd}>
        End
      </button>
      {follows !== undefined && (
        <button type="button" class="small" title="f" aria-pressed={follows} onClick={props.onFollow}>
          Follow
        </button>
      )}
      {anyFolded !== undefined && (
        <button type="button" class="small" onClick={props.onFold}>
          {anyFolded ? "Open all steps" : "Fold all steps"}
        </button>
      )}
      <a class="button small" href={props.address} download={props.fileName}>
        Download
      </a>
      <span class="log-size quiet number">
        {lines !== undefined && `${lines.toLocaleString("en")} lines · `}
        {formatSize(size)}
        {!connected && " · not live: trying to reach the controller"}
      </span>
    </div>
  );
}
