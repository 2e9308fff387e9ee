import { moveStore } from "../../controller/moving/move-store.ts";
import { EXIT } from "../exit-codes.ts";
import type { Session } from "../session.ts";

/** `millwright controller migrate`. Throws what `moveStore` throws. */
export async function migrateStore(session: Session, dataFolder: string, to: string): Promise<number> {
  const tables = await moveStore(dataFolder, to, ({ table, rows }) => session.output.note(`${table}: ${rows}`));
  const rows = tables.reduce((sum, table) => sum + table.rows, 0);
  session.answer({ tables, rows }, (output) => {
    output.line(`${rows} rows of ${tables.length} tables were copied and compared.`);
    output.line(
      `Start the controller with the same --data and the new --store; ${dataFolder}/millwright.db is no longer used.`,
    );
  });
  return EXIT.success;
}
