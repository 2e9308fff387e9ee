import { useEffect, useState } from "preact/hooks";
import { useLocation } from "preact-iso";
import { me } from "../session/session.ts";
import { isIn, placesFor } from "./places.ts";

/** The parts of the settings. On narrow screens it is opened by a button that says where one is. */
export function SettingsMenu() {
  const { path } = useLocation();
  const [open, setOpen] = useState(false);
  useEffect(() => setOpen(false), [path]);
  const groups = me.value ? placesFor(me.value) : [];
  const here = groups.flatMap(({ places }) => places).find((place) => isIn(place, path));
  return (
    <nav class="settings-menu" aria-label="Settings">
      <button type="button" class="settings-menu-opener" aria-expanded={open} onClick={() => setOpen(!open)}>
        <span>Settings: {here?.name ?? "choose a part"}</span>
        <span aria-hidden="true">{open ? "▴" : "▾"}</span>
      </button>
      <div class={open ? "settings-menu-groups open" : "settings-menu-groups"}>
        {groups.map(({ name, places }) => (
          <div key={name}>
            <p class="settings-menu-group">{name}</p>
            <ul>
              {places.map((place) => (
                <li key={place.path}>
                  <a href={place.path} aria-current={isIn(place, path) ? "page" : undefined}>
                    {place.name}
                  </a>
                </li>
              ))}
            </ul>
          </div>
        ))}
      </div>
    </nav>
  );
}
