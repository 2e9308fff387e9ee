/**
 * Waits for the one line of JSON that names the job folder; undefined when the stream ends without one. A supervisor may
 * have been started ahead and wait long.
 */
export async function takeOrder(stdin: NodeJS.ReadableStream): Promise<string | undefined> {
  let text = "";
  for await (const chunk of stdin) {
    text += chunk.toString();
    const end = text.indexOf("\n");
    if (end >= 0) return folderOf(text.slice(0, end));
  }
  return text.trim() === "" ? undefined : folderOf(text);
}

function folderOf(line: string): string {
  const { folder } = JSON.parse(line) as { folder?: unknown };
  if (typeof folder !== "string" || !folder.startsWith("/")) throw new Error("the order names no absolute folder");
  return folder;
}
