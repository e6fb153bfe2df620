// What others see of me, and my password.

import { html, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { call } from "../api.js";
import { t } from "../lib/i18n.js";
import { refreshAccount, sessionStore } from "../store/session.js";
import { toast } from "../store/toasts.js";
import { pickAvatar } from "./avatar-picker.js";
import { Field, FormError, useAction } from "./parts.js";
import { ActionRow, EditRow } from "./person.js";

const SHORTEST_PASSWORD = 6;

async function update(fields) {
    await call("PUT", "me/update/info", { body: fields });
    await refreshAccount();
}

function Password() {
    const [password, setPassword] = useState("");
    const [isBusy, error, run] = useAction();
    const submit = (event) => {
        event.preventDefault();
        run(async () => {
            await call("PUT", "me/update/password", { body: { password } });
            setPassword("");
            toast(t("profile.passwordSet"));
        });
    };
    return html`<form class="section" onSubmit=${submit}>
        <${Field} id="new-password" type="password" label=${t("profile.newPassword")}
            value=${password} autocomplete="new-password" maxlength="50" testId="new-password"
            hint=${t("profile.passwordHint")}
            onInput=${(event) => setPassword(event.currentTarget.value)} />
        <${FormError} error=${error} />
        <button type="submit" class="button" data-testid="set-password"
            disabled=${isBusy || Array.from(password).length < SHORTEST_PASSWORD}>
            ${t("profile.setPassword")}</button>
    </form>`;
}

/** My profile, as a part of the settings. */
export function Profile() {
    const account = useStore(sessionStore, (state) => state.account);
    const field = (name, most) => html`<${EditRow} label=${t(`profile.${name}`)}
        value=${account[name] || ""} hint=${t("profile.unset")} most=${most}
        testId="my-${name}" onSave=${(value) => (value ? update({ [name]: value })
            : Promise.resolve())} />`;
    return html`<section class="section">
            <${ActionRow} icon="image" label=${t("profile.avatar")} testId="my-avatar"
                onRun=${async () => pickAvatar((avatar) => update({ avatar }))} />
            ${field("nickname", 50)}${field("intro", 200)}
            ${field("gender", 10)}${field("birth", 10)}${field("city", 50)}</section>
        <${Password} />`;
}
