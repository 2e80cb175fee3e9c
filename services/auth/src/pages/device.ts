import {
  type AuthorizationSummary,
  type ClientFacts,
  renderClientFacts,
  renderHostWarning,
} from "./authorization-summary.ts";
import { type ConsentChoices, decisionButtons, questionOf, renderChoices, renderPermissions } from "./consent.ts";
import { html } from "./html.ts";
import { renderPage } from "./layout.ts";

/** The page on which a person enters the code that a device shows (RFC 8628 3.3). */
export function renderDeviceEntry(view: {
  readonly csrf: string;
  readonly login: string;
  /** What to fill in: of a link that carries the code, or what was typed before. */
  readonly userCode: string;
  readonly problem?: string;
}): string {
  return renderPage(
    "Connect a device",
    html`${view.problem !== undefined && html`<p class="problem" role="alert">${view.problem}</p>`}
<p>You are signed in as <strong>${view.login}</strong>. Enter the code that your device or program shows. If this page has filled it in, check that it is the same.</p>
<form method="post" action="/device">
<input type="hidden" name="csrf" value="${view.csrf}">
<label for="user_code">Code</label>
<input id="user_code" name="user_code" value="${view.userCode}" class="code" placeholder="XXXX-XXXX" autocomplete="off" autocapitalize="characters" spellcheck="false" maxlength="20" required>
<div class="buttons"><button class="primary">Continue</button></div>
</form>`,
  );
}

export interface DeviceConsentView extends ConsentChoices {
  readonly csrf: string;
  readonly login: string;
  /** As the device shows it. */
  readonly userCode: string;
  readonly summary: ClientFacts & Pick<AuthorizationSummary, "server">;
}

/** The page on which a person agrees to what a device asked for (RFC 8628 5.4: it may be somebody else's device). */
export function renderDeviceConsent(view: DeviceConsentView): string {
  const { summary } = view;
  const [title, heading] = questionOf(summary);
  return renderPage(
    title,
    html`<p>You are signed in as <strong>${view.login}</strong>.</p>
<dl>
${renderClientFacts(summary)}
<div><dt>Code on the device</dt><dd class="address">${view.userCode}</dd></div>
</dl>
<form method="post" action="/device/consent">
<input type="hidden" name="csrf" value="${view.csrf}">
<input type="hidden" name="user_code" value="${view.userCode}">
${view.choices.length > 0 && renderChoices(view.choices)}
${renderPermissions(view)}
${renderHostWarning(summary)}
<p class="warning">Allow this only if you started it yourself, on your own device, just now. If somebody sent you the code or this link, say no: they would get access in your name.</p>
${decisionButtons}
</form>`,
    heading,
  );
}

/** What is left to say once it is decided. */
export function renderDeviceDone(isAllowed: boolean): string {
  return isAllowed
    ? renderPage("Device connected", html`<p>Go back to it: it goes on by itself within a few seconds.</p>`)
    : renderPage("Device refused", html`<p>It was given nothing. You can close this page.</p>`);
}
