import { join } from "node:path";

/** What `npm run build` makes of src/page. It is as far from here in src/ as in dist/. */
export const PAGE_FOLDER = join(import.meta.dirname, "../../../../dist/page");
