/** Loads older rows, where there are some. */
export function MoreButton({ more }: { more: (() => void) | undefined }) {
  if (!more) return null;
  return (
    <p>
      <button type="button" onClick={more}>
        Show older ones
      </button>
    </p>
  );
}
