/** The style of all pages, served as /assets/style.css: one narrow column, light or dark as the system says. */
export const stylesheet = `:root {
  color-scheme: light dark;
  --ground: #f4f5f7; --surface: #fff; --text: #1c2026; --quiet: #586069; --line: #d5d9df;
  --accent: #1f5fbf; --on-accent: #fff; --warn-ground: #fff6dd; --warn-line: #d9a400;
  --bad-ground: #ffebe9; --bad-line: #cf222e;
}
@media (prefers-color-scheme: dark) {
  :root {
    --ground: #14171c; --surface: #1d2128; --text: #e6e9ee; --quiet: #a0a8b3; --line: #363d47;
    --accent: #79aefc; --on-accent: #0c1a30; --warn-ground: #332a10; --warn-line: #c99a1b;
    --bad-ground: #3a1b1d; --bad-line: #f0626a;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--ground); color: var(--text); font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", sans-serif; }
header, main { max-width: 40rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.5rem; padding-bottom: 1rem; font-size: .9rem; }
header a { color: var(--quiet); text-decoration: none; }
main { background: var(--surface); border: 1px solid var(--line); border-radius: .75rem; padding: 1.75rem; margin-bottom: 3rem; }
@media (max-width: 42rem) { main { border-width: 1px 0; border-radius: 0; padding: 1.25rem; } }
h1 { margin: 0 0 1rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
.claim { padding: 0 .3rem; border-radius: .3rem; background: var(--ground); box-decoration-break: clone; -webkit-box-decoration-break: clone; }
h2 { margin: 0; font-size: 1.1rem; }
h3 { margin: 1rem 0 .25rem; font-size: .9rem; }
p { margin: .75rem 0; overflow-wrap: anywhere; }
a { color: var(--accent); }
dl { margin: 1.25rem 0; border-top: 1px solid var(--line); }
dl > div { display: grid; grid-template-columns: 9.5rem 1fr; gap: .25rem 1rem; padding: .6rem 0; border-bottom: 1px solid var(--line); }
dl.members > div { grid-template-columns: 14rem 1fr; }
@media (max-width: 30rem) { dl > div, dl.members > div { grid-template-columns: 1fr; } }
dt { color: var(--quiet); }
dd { margin: 0; overflow-wrap: anywhere; }
.logo { float: left; width: 2.5rem; height: 2.5rem; margin: 0 .75rem .25rem 0; object-fit: contain; border-radius: .4rem; background: #fff; }
.address { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: .9em; overflow-wrap: anywhere; }
.tag { font-size: .8rem; color: var(--quiet); border: 1px solid var(--line); border-radius: 1rem; padding: 0 .5rem; display: inline-block; max-width: 100%; overflow-wrap: anywhere; }
.warning, .problem { border-left: .25rem solid var(--warn-line); background: var(--warn-ground); padding: .6rem .9rem; border-radius: .25rem; }
.problem { border-color: var(--bad-line); background: var(--bad-ground); }
form { margin: 1rem 0 0; }
label { display: block; font-weight: 600; }
input:not([type]), select, textarea { display: block; width: 100%; margin: .25rem 0 1rem; padding: .6rem .75rem; font: inherit; color: inherit; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; }
textarea { resize: vertical; }
input.code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; letter-spacing: .15em; text-transform: uppercase; }
button { font: inherit; font-weight: 600; padding: .65rem 1.25rem; border: 1px solid var(--line); border-radius: .5rem; background: transparent; color: inherit; cursor: pointer; }
button.primary { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; }
.buttons { display: flex; flex-wrap: wrap; gap: .75rem; margin-top: 1.25rem; }
.account { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .75rem; margin-top: 0; }
.account button { padding: .35rem .9rem; }
fieldset { margin: 1rem 0; padding: .25rem 1rem .75rem; border: 1px solid var(--line); border-radius: .5rem; }
legend { padding: 0 .25rem; font-weight: 600; }
fieldset p { margin: .25rem 0 .5rem; }
.choice { display: flex; gap: .75rem; align-items: baseline; padding: .4rem 0; font-weight: 400; }
.quiet { color: var(--quiet); }
time { white-space: nowrap; }
button.danger { border-color: var(--bad-line); color: var(--bad-line); }
.rows { list-style: none; margin: .5rem 0; padding: 0; }
.rows li { display: flex; flex-wrap: wrap; align-items: center; justify-content: space-between; gap: .5rem 1rem; padding: .5rem 0; overflow-wrap: anywhere; }
.rows form { margin: 0; }
.rows button { padding: .35rem .9rem; }
section { border-top: 1px solid var(--line); padding: 1rem 0; }
section .address { margin: .25rem 0 .5rem; }
summary { cursor: pointer; color: var(--accent); }
.operation { margin: .6rem 0; }
.operation .meaning { display: block; color: var(--text); }
.operation dl { margin: .5rem 0 1rem; }
pre { margin: 0; padding: .75rem; background: var(--ground); border: 1px solid var(--line); border-radius: .5rem; white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
pre.code { font-size: 1rem; user-select: all; }
`;
