import { receiverHere } from "./receiver.ts";

// Receives until its parent ends it.
receiverHere().then(
  ({ url }) => process.send?.(url),
  () => process.exit(1),
);
process.on("disconnect", () => process.exit(0));
