/** Names with their values, a line each. */
export function Variables({ values }: { values: Record<string, string> }) {
  return (
    <ul class="variables">
      {Object.entries(values).map(([name, value]) => (
        <li key={name}>
          <code>
            {name}={value}
          </code>
        </li>
      ))}
    </ul>
  );
}
