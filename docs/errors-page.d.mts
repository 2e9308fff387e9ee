export function errorsPage(
  catalogue: Record<string, { blame: string; what: string; why: string; next: string; retry?: boolean }>,
): string;
