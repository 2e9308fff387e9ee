import { useEffect, useState } from "preact/hooks";
import type { Failure } from "../../../base/errors/millwright-error.ts";
import type { ProfileRequest, ShownProfile } from "../../../protocol/api.ts";
import { call, RequestFailed } from "../../client/api.ts";

/** People type passwords in one go. */
const PAUSE_MS = 400;

interface Checked {
  shown?: ShownProfile;
  failure?: Failure;
}

/** What the controller finds in a profile that isn't stored yet; undefined while it looks, and while there is nothing. */
export function useProfileCheck(request: ProfileRequest | undefined): Checked | undefined {
  const [checked, setChecked] = useState<Checked>();
  useEffect(() => {
    setChecked(undefined);
    if (!request) return;
    const asking = new AbortController();
    const timer = window.setTimeout(() => {
      call<{ shown: ShownProfile }>("POST", "/profiles/check", request, asking.signal)
        .then(({ shown }) => setChecked({ shown }))
        .catch((error: unknown) => {
          if (asking.signal.aborted) return;
          if (!(error instanceof RequestFailed)) throw error;
          setChecked({ failure: error.failure });
        });
    }, PAUSE_MS);
    return () => {
      window.clearTimeout(timer);
      asking.abort();
    };
  }, [request]);
  return checked;
}
