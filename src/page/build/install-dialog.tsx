import { useEffect, useState } from "preact/hooks";
import type { Artifact, BuildDetails } from "../../protocol/api.ts";
import type { InstallLink } from "../../protocol/page-api.ts";
import { call } from "../client/api.ts";
import { useAction } from "../client/use-action.ts";
import { CopyButton } from "../controls/copy-button.tsx";
import { Dialog } from "../controls/dialog.tsx";
import { FailureBox } from "../controls/failure-box.tsx";
import { Ago } from "../controls/moments.tsx";
import { QrCode } from "../controls/qr-code.tsx";

interface InstallDialogProps {
  build: BuildDetails;
  artifact: Artifact;
  onClose: () => void;
}

/** An address for a phone's camera, which leads to a page that installs the app. */
export function InstallDialog({ build, artifact, onClose }: InstallDialogProps) {
  const [link, setLink] = useState<InstallLink | undefined>();
  const make = useAction(async () => {
    const path = `/builds/${build.id}/artifacts/${encodeURIComponent(artifact.id)}/install`;
    setLink(await call<InstallLink>("POST", path));
  });
  useEffect(() => {
    void make.run();
  }, []);
  return (
    <Dialog title={`Install ${artifact.name}`} onClose={onClose}>
      <FailureBox failure={make.failure} />
      {link && (
        <div class="install">
          <QrCode text={link.url} label="The address of the install page" />
          <div>
            <p>Point the phone's camera at the code, or open this address on it.</p>
            <p>
              <a href={link.url}>{link.url}</a>
            </p>
            <div class="row">
              <CopyButton text={link.url} label="Copy the address" />
              <span class="quiet">
                It needs no login, and ends <Ago at={link.expiresAt} />.
              </span>
            </div>
          </div>
        </div>
      )}
    </Dialog>
  );
}
