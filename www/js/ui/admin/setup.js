// The page behind the one-time link: makes the first administrator and signs them in.

import { html, useState } from "../../lib/preact.js";
import { useStore } from "../../lib/store.js";
import { t } from "../../lib/i18n.js";
import { addStyle } from "../../lib/style.js";
import { call } from "../../api.js";
import { signInWith, siteStore } from "../../store/session.js";
import { Icon, Logo } from "../icons.js";
import { Field, FormError, Spinner, useAction } from "../parts.js";
import { LanguageSelect, ThemeButton } from "../settings.js";

addStyle("css/admin.css");

const SHORTEST_PASSWORD = 6;
const LONGEST_PASSWORD = 50;
const token = location.hash.slice(1);

/** @returns {Record<string, string>} what is wrong with each field that is */
function check({ username, password }) {
    /** @type {Record<string, string>} */
    const wrong = {};
    const length = Array.from(password).length;
    if (!username.trim()) wrong.username = t("auth.accountMissing");
    if (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD) {
        wrong.password = t("auth.passwordLength", { least: SHORTEST_PASSWORD, most: LONGEST_PASSWORD });
    }
    return wrong;
}

/** 0 (nothing) to 3: how hard a password is to guess, as far as its looks tell. */
function strength(password) {
    const length = Array.from(password).length;
    const kinds = [/[a-z]/, /[A-Z]/, /\d/, /[^a-zA-Z\d]/].filter((kind) => kind.test(password)).length;
    if (length < SHORTEST_PASSWORD) return 0;
    if (length >= 16 || (length >= 10 && kinds >= 3)) return 3;
    return length >= 10 || kinds >= 3 ? 2 : 1;
}

function Form() {
    const [fields, setFields] = useState({ username: "", password: "", siteName: "" });
    const [wrong, setWrong] = useState(/** @type {Record<string, string>} */ ({}));
    const [isBusy, error, run] = useAction();
    const setter = (name) => (event) => {
        const { value } = event.currentTarget;
        setFields((now) => ({ ...now, [name]: value }));
        setWrong((now) => ({ ...now, [name]: "" }));
    };
    const submit = (event) => {
        event.preventDefault();
        const found = check(fields);
        setWrong(found);
        if (Object.keys(found).length > 0) return;
        run(async () => {
            const { token: session } = await call("POST", "setup", {
                isPublic: true,
                body: {
                    token, username: fields.username.trim(), password: fields.password,
                    siteName: fields.siteName.trim(),
                },
            });
            await signInWith(session);
            location.replace(new URL("./#/admin", document.baseURI).href);
        });
    };
    const level = strength(fields.password);
    return html`<form class="auth-form" onSubmit=${submit} novalidate data-testid="setup-form"
        aria-labelledby="auth-title">
        <${Field} id="username" name="username" label=${t("auth.account")} value=${fields.username}
            testId="account" onInput=${setter("username")} autocomplete="username"
            autocapitalize="none" spellcheck=${false} maxlength="50" error=${wrong.username}
            hint=${t("setup.nameHint")} />
        <${Field} id="password" name="password" type="password" label=${t("auth.password")}
            value=${fields.password} testId="password" onInput=${setter("password")}
            autocomplete="new-password" error=${wrong.password}
            hint=${fields.password ? t(`setup.strength.${level}`) : t("setup.passwordHint")} />
        ${fields.password && html`<meter class="setup-strength" min="0" max="3" low="1.5" high="2.5"
            optimum="3" value=${level} aria-hidden="true"></meter>`}
        <${Field} id="site-name" name="siteName" label=${t("setup.siteName")} value=${fields.siteName}
            testId="site-name" onInput=${setter("siteName")} maxlength="64" autocomplete="off"
            hint=${t("setup.siteHint")} />
        <${FormError} error=${error} />
        <button type="submit" class="button is-primary is-wide" disabled=${isBusy}
            data-testid="setup-submit">
            ${isBusy ? html`<${Spinner} />` : t("setup.submit")}</button>
    </form>`;
}

export function Setup() {
    const site = useStore(siteStore);
    return html`<main class="auth" data-testid="setup">
        <div class="auth-tools"><${LanguageSelect} /><${ThemeButton} /></div>
        <div class="auth-card">
            <div class="auth-head">
                <${Logo} />
                <h1 id="auth-title">${t("setup.title")}</h1>
                <p class="auth-lead">${t("setup.lead", { site: site ? site.siteName : "chatd" })}</p>
            </div>
            ${token ? html`<${Form} />` : html`<p class="form-error" data-testid="no-token">
                <${Icon} name="alert" size=${18} /><span>${t("setup.noToken")}</span></p>`}
            <p class="auth-switch">${t("setup.note")}</p>
        </div>
    </main>`;
}
