import type { ProfileRequest } from "../../../protocol/api.ts";
import { FailureBox } from "../../controls/failure-box.tsx";
import { failureNamed, shownNamed } from "./check-words.ts";
import { ProfileContents } from "./profile-contents.tsx";
import type { ProfileDraft } from "./profile-draft.ts";
import { useProfileCheck } from "./use-profile-check.ts";

interface ProfileCheckProps {
  draft: ProfileDraft;
  /** What the draft asks for, once it is whole. */
  request: ProfileRequest | undefined;
}

/** Says what is in the files before they are stored, or why they can't sign. */
export function ProfileCheck({ draft, request }: ProfileCheckProps) {
  const checked = useProfileCheck(request, draft);
  return (
    <div aria-live="polite">
      {checked?.shown && (
        <div class="profile-check">
          <p class="good">✓ This can sign. Found in it:</p>
          <ProfileContents shown={shownNamed(checked.shown, draft.name)} />
        </div>
      )}
      {request && !checked && <p class="quiet">Looking into it…</p>}
      {!request && <p class="quiet">{MISSING}</p>}
      <FailureBox failure={checked?.failure && failureNamed(checked.failure, draft.name)} />
    </div>
  );
}

const MISSING = "As soon as files and passwords are entered, you see here what is in them.";
