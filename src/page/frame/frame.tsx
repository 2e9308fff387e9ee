import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso";
import { account, lookAt, mayDo, me, signOut } from "../session/session.ts";
import { Notices } from "./notices.tsx";
import { THEMES, type Theme, theme } from "./theme.ts";
import "./frame.css";

const PLACES = [
  { href: "/builds", name: "Builds" },
  { href: "/agents", name: "Agents" },
  { href: "/settings", name: "Settings" },
];

/** What stands around every page: where one is, who one is, and the way to a new build. */
export function Frame({ children }: { children: ComponentChildren }) {
  return (
    <>
      <a class="skip" href="#content">
        Skip to the content
      </a>
      <header class="frame">
        <a class="frame-name" href="/builds">
          Millwright
        </a>
        <Places />
        <div class="frame-person">
          {mayDo("build") && (
            <a class="button primary" href="/start">
              Start a build
            </a>
          )}
          <Accounts />
          <Themes />
          <span class="frame-who">{me.value?.name}</span>
          <button type="button" class="quiet-button" onClick={signOut}>
            Sign out
          </button>
        </div>
      </header>
      <main id="content" tabIndex={-1}>
        {children}
      </main>
      <Notices />
    </>
  );
}

function Places() {
  const { path } = useLocation();
  return (
    <nav aria-label="Main">
      {PLACES.map(({ href, name }) => (
        <a key={href} href={href} aria-current={path === href || path.startsWith(`${href}/`) ? "page" : undefined}>
          {name}
        </a>
      ))}
    </nav>
  );
}

function Accounts() {
  const accounts = me.value?.accounts ?? [];
  if (accounts.length < 2) return null;
  return (
    <select aria-label="Account" value={account.value} onChange={(event) => lookAt(event.currentTarget.value)}>
      <option value="">All accounts</option>
      {accounts.map(({ id, name }) => (
        <option key={id} value={id}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Themes() {
  const choose = (chosen: string) => {
    theme.value = chosen as Theme;
  };
  return (
    <select aria-label="Colours" value={theme.value} onChange={(event) => choose(event.currentTarget.value)}>
      {THEMES.map((each) => (
        <option key={each} value={each}>
          {each}
        </option>
      ))}
    </select>
  );
}
