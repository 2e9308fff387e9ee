import { useTitle } from "./title.ts";

/** For addresses that lead nowhere, or to what one may not read. */
export function NotFound({ what = "page" }: { what?: string }) {
  useTitle("Not found");
  return (
    <section class="not-found">
      <h1>There is no such {what}</h1>
      <p>It was removed, or you may not see it.</p>
      <p>
        <a href="/builds">To the builds</a>
      </p>
    </section>
  );
}
