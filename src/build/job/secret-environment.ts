import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { JobContext } from "./context.ts";
import { openPrivateFolder } from "./private-folder.ts";

/**
 * Runs `use` with the secret variables of the job's environment. File secrets lie in a private folder meanwhile, and their
 * variables hold the paths; afterwards they are gone, however it ended.
 */
export async function withSecrets<T>(
  context: JobContext,
  use: (variables: Record<string, string>) => Promise<T>,
): Promise<T> {
  const { secrets, files } = await context.materials.environment();
  if (Object.keys(files).length === 0) return use(secrets);
  const folder = openPrivateFolder(context, "environment");
  try {
    const paths: Record<string, string> = {};
    for (const [name, { fileName, base64 }] of Object.entries(files)) {
      // The variable's name keeps two files of one name apart; tools go by the ending at most.
      const path = join(folder.path, `${name}-${fileName.replace(/[^A-Za-z0-9._-]+/g, "-")}`);
      writeFileSync(path, Buffer.from(base64, "base64"), { mode: 0o600 });
      paths[name] = path;
    }
    return await use({ ...secrets, ...paths });
  } finally {
    folder.close();
  }
}
