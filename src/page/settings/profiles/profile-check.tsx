import type { ProfileRequest } from "../../../protocol/api.ts";
import { FailureBox } from "../../controls/failure-box.tsx";
import { failureNamed, shownNamed } from "./check-words.ts";
import { ProfileContents } from "./profile-contents.tsx";
import { useProfileCheck } from "./use-profile-check.ts";

interface ProfileCheckProps {
  /** The name that it will have. */
  name: string;
  /** What is asked for, once it is whole; another object is looked into anew. */
  request: ProfileRequest | undefined;
}

/** Says what is in the files before they are stored, or why they can't sign. */
export function ProfileCheck({ name, request }: ProfileCheckProps) {
  const checked = useProfileCheck(request);
  return (
    <div aria-live="polite">
      {checked?.shown && (
        <div class="profile-check">
          <p class="good">✓ This can sign. Found in it:</p>
          <ProfileContents shown={shownNamed(checked.shown, name)} />
        </div>
      )}
      {request && !checked && <p class="quiet">Looking into it…</p>}
      {!request && <p class="quiet">{MISSING}</p>}
      <FailureBox failure={checked?.failure && failureNamed(checked.failure, name)} />
    </div>
  );
}

const MISSING = "As soon as files and passwords are entered, you see here what is in them.";
