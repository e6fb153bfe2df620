// Sign in and register: one form with two headings.

import { html, useEffect, useRef, useState } from "../lib/preact.js";
import { useStore } from "../lib/store.js";
import { t } from "../lib/i18n.js";
import { call } from "../api.js";
import { refreshSite, sessionStore, signIn, siteStore } from "../store/session.js";
import { Logo } from "./icons.js";
import { Field, FormError, Spinner, useAction } from "./parts.js";
import { LanguageSelect, ThemeButton } from "./settings.js";

const SHORTEST_PASSWORD = 6;
const LONGEST_PASSWORD = 50;

/** The picture to copy digits from; a new one for every try, since each serves once. */
function useCaptcha(type, isWanted) {
    const [captcha, setCaptcha] = useState(null);
    const latest = useRef(0);
    const renew = async () => {
        const own = ++latest.current;
        if (!isWanted) return;
        setCaptcha(null);
        try {
            const fresh = await call("GET", "captcha/image", { query: { type }, isPublic: true });
            if (own === latest.current) setCaptcha(fresh);
        } catch {
            if (own === latest.current) setCaptcha({ key: "", captcha: "" });
        }
    };
    useEffect(() => {
        renew();
        return () => {
            latest.current++;
        };
    }, [type, isWanted]);
    return [captcha, renew];
}

function Captcha({ captcha, value, onInput, onRenew, error }) {
    return html`<div class="captcha">
        <${Field} id="captcha" label=${t("auth.captcha")} value=${value} testId="captcha-input"
            onInput=${onInput} inputmode="numeric" autocomplete="off" maxlength="8"
            error=${error} />
        <button type="button" class="captcha-picture" onClick=${onRenew}
            aria-label=${t("auth.captchaRenew")} title=${t("auth.captchaRenew")}
            data-testid="captcha-renew">
            ${captcha && captcha.captcha
                ? html`<img src="data:image/png;base64,${captcha.captcha}" data-testid="captcha"
                    data-key=${captcha.key} width="82" height="32" alt=${t("auth.captchaAlt")} />`
                : captcha ? t("common.retry") : html`<${Spinner} />`}
        </button>
    </div>`;
}

/**
 * @returns {Record<string, string>} what is wrong with each field that is
 */
function check(fields, isRegister, needsCaptcha) {
    /** @type {Record<string, string>} */
    const wrong = {};
    if (!fields.account.trim()) wrong.account = t("auth.accountMissing");
    const length = Array.from(fields.password).length;
    if (!length) {
        wrong.password = t("auth.passwordMissing");
    } else if (isRegister && (length < SHORTEST_PASSWORD || length > LONGEST_PASSWORD)) {
        wrong.password = t("auth.passwordLength",
            { least: SHORTEST_PASSWORD, most: LONGEST_PASSWORD });
    }
    if (needsCaptcha && !fields.captcha.trim()) wrong.captcha = t("auth.captchaMissing");
    return wrong;
}

/**
 * @param {{ mode: "login" | "register", site: any, invite?: string,
 *     onEntered?: () => Promise<void> }} props  invite: token of an invitation to register with;
 *     onEntered: what is done once signed in, whose failure is told here
 */
export function AuthForm({ mode, site, invite = "", onEntered = async () => {} }) {
    const isRegister = mode === "register";
    const [fields, setFields] = useState({ account: "", password: "", captcha: "" });
    const [wrong, setWrong] = useState(/** @type {Record<string, string>} */ ({}));
    const [captcha, renewCaptcha] = useCaptcha(mode, site.captcha);
    const [isBusy, error, run] = useAction();
    const form = useRef(null);
    const setter = (name) => (event) => {
        const { value } = event.currentTarget;
        setFields((now) => ({ ...now, [name]: value }));
        setWrong((now) => ({ ...now, [name]: "" }));
    };
    const focusOn = (name) => form.current && form.current.elements[name]?.focus();
    const submit = (event) => {
        event.preventDefault();
        const found = check(fields, isRegister, site.captcha);
        setWrong(found);
        const first = ["account", "password", "captcha"].find((name) => found[name]);
        if (first) {
            focusOn(first);
            return;
        }
        run(async () => {
            const proof = site.captcha
                ? { captchaKey: captcha?.key || "", captcha: fields.captcha.trim() } : {};
            try {
                await signIn(mode, {
                    account: fields.account.trim(), password: fields.password, ...proof,
                    ...(invite ? { inviteCode: invite } : {}),
                });
                await onEntered();
            } catch (problem) {
                if (site.captcha) {
                    setFields((now) => ({ ...now, captcha: "" }));
                    renewCaptcha();
                }
                throw problem;
            }
        });
    };
    return html`<form ref=${form} class="auth-form" onSubmit=${submit} novalidate
        data-testid="${mode}-form" aria-labelledby="auth-title">
        <${Field} id="account" name="account" label=${t("auth.account")} value=${fields.account}
            testId="account" onInput=${setter("account")} autocomplete="username"
            autocapitalize="none" spellcheck=${false} maxlength="50" error=${wrong.account}
            hint=${isRegister ? t("auth.accountHint") : ""} />
        <${Field} id="password" name="password" type="password" label=${t("auth.password")}
            value=${fields.password} testId="password" onInput=${setter("password")}
            autocomplete=${isRegister ? "new-password" : "current-password"}
            error=${wrong.password}
            hint=${isRegister ? t("auth.passwordHint", { least: SHORTEST_PASSWORD }) : ""} />
        ${site.captcha && html`<${Captcha} captcha=${captcha} value=${fields.captcha}
            onInput=${setter("captcha")} onRenew=${renewCaptcha} error=${wrong.captcha} />`}
        <${FormError} error=${error} />
        <button type="submit" class="button is-primary is-wide" disabled=${isBusy}
            data-testid="submit">
            ${isBusy ? html`<${Spinner} />` : t(isRegister ? "auth.register" : "auth.signIn")}
        </button>
    </form>`;
}

function NoServer() {
    const [isBusy, , run] = useAction();
    useEffect(() => {
        const timer = setInterval(() => refreshSite().catch(() => {}), 5000);
        return () => clearInterval(timer);
    }, []);
    return html`<div class="auth-wait" role="status">
        <p>${t("auth.noServer")}</p>
        <button type="button" class="button" disabled=${isBusy}
            onClick=${() => run(refreshSite)}>${t("common.retry")}</button>
    </div>`;
}

/** What stands before the chat. */
export function AuthScreen() {
    const site = useStore(siteStore);
    const hasExpired = useStore(sessionStore, (state) => state.hasExpired);
    const [mode, setMode] = useState(/** @type {"login" | "register"} */ ("login"));
    const [isLate, setLate] = useState(false);
    useEffect(() => {
        const timer = setTimeout(() => setLate(true), 1500);
        return () => clearTimeout(timer);
    }, []);
    const isOpen = site && site.registration === "open";
    const shown = isOpen ? mode : "login";
    return html`<main class="auth">
        <div class="auth-tools"><${LanguageSelect} /><${ThemeButton} /></div>
        <div class="auth-card">
            <div class="auth-head">
                <${Logo} />
                <h1 id="auth-title">${site ? site.siteName : "chatd"}</h1>
                <p class="auth-lead">
                    ${t(shown === "register" ? "auth.registerLead" : "auth.signInLead")}</p>
            </div>
            ${hasExpired && html`<p class="form-notice" role="status">${t("auth.expired")}</p>`}
            ${site && html`<${AuthForm} key=${shown} mode=${shown} site=${site} />`}
            ${!site && (isLate ? html`<${NoServer} />`
                : html`<div class="auth-wait"><${Spinner} /></div>`)}
            ${site && (isOpen ? html`<p class="auth-switch">
                ${t(shown === "login" ? "auth.noAccountYet" : "auth.haveAccount")}${" "}
                <button type="button" class="link" data-testid="switch-mode"
                    onClick=${() => setMode(shown === "login" ? "register" : "login")}>
                    ${t(shown === "login" ? "auth.register" : "auth.signIn")}</button></p>`
                : html`<p class="auth-switch">${t("auth.closed")}</p>`)}
        </div>
    </main>`;
}
