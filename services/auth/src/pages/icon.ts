/** The icon of all pages, served as /assets/icon.svg: a gate. */
export const icon = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#1f5fbf"/><path d="M8 25V14a8 8 0 0 1 16 0v11M16 7v18M8 17h16" fill="none" stroke="#fff" stroke-width="2.5" stroke-linecap="round"/></svg>
`;
