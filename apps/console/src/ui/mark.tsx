/** The sign of Holdfast. */
export const Mark = ({ size = 22 }: { readonly size?: number }) => (
  <svg viewBox="0 0 32 32" width={size} height={size} aria-hidden="true">
    <rect width="32" height="32" rx="8" fill="var(--mantine-color-teal-7)" />
    <path d="M11 8v16M21 8v16M11 16h10" stroke="#fff" strokeWidth="3.4" strokeLinecap="round" fill="none" />
  </svg>
)
