import { z } from "zod";
import { loadYaml } from "../../base/config/load-yaml.ts";
import { errorOf, MillwrightError } from "../../base/errors/millwright-error.ts";

const clientConfig = z.strictObject({
  url: z.string("expected the controller's address, such as http://HOST:PORT").optional(),
  tokenFile: z.string("expected the name of a file that holds the token").optional(),
});

export type ClientConfig = z.output<typeof clientConfig>;

/** The person's own configuration. Throws CLIENT_CONFIG_INVALID with file and line, FILE_UNREADABLE. */
export function readClientConfig(file: string): ClientConfig {
  try {
    return loadYaml(file, clientConfig);
  } catch (error) {
    if (!(error instanceof MillwrightError)) throw error;
    const code = error.code === "CONFIG_INVALID" ? "CLIENT_CONFIG_INVALID" : "FILE_UNREADABLE";
    throw errorOf(code, { file, reason: error.failure.why }, { cause: error });
  }
}
