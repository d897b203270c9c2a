// The page's colours, light or dark, for what is drawn and not styled.
export function colours() {
  const style = getComputedStyle(document.documentElement);
  const read = (name) => style.getPropertyValue(name).trim();
  return {
    ink: read("--ink"), faint: read("--faint"), line: read("--line"), sheet: read("--sheet"),
    accent: read("--accent"), for: read("--for"), against: read("--against"),
  };
}
