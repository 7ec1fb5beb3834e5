/** The mark and the name. Parley is held under a flag: here the flag is a speech bubble. */
export function Logo() {
  return (
    <span class="logo">
      <svg viewBox="0 0 32 32" aria-hidden="true">
        <path class="logo-pole" d="M6 4v25" />
        <path class="logo-flag" d="M6 5h17a5 5 0 0 1 5 5v6a5 5 0 0 1-5 5H13l-7 5z" />
        <path class="logo-words" d="M12.5 13h.01M17.5 13h.01M22.5 13h.01" />
      </svg>
      Parley
    </span>
  );
}
