'use strict';
/* People at a real browser. Whatever the page complains of (errors, refused policies, dialogs nobody expects) is kept
 * and fails the test that asks. */
const { test } = require('node:test');
const fs = require('node:fs');
const path = require('node:path');
const { REPO } = require('./server.js');
const { SLOW } = require('./wait.js');

const CHROMIUM = process.env.CHROMIUM || '/usr/bin/chromium';
/* The same engine without the browser around it: a third less of the processor. */
const SHELL = '/usr/bin/chromium-headless-shell';
const FLAGS = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
];

/* Why there can be no browser test here, or false. */
const missing = fs.existsSync(CHROMIUM) ? false : `no ${CHROMIUM} on this machine`;

/* flags and env: beside the usual ones. isWhole: the browser people have, for what is more than a page. */
async function launch({ flags = [], env = {}, isWhole = false } = {}) {
    const { chromium } = require('playwright-core');
    env = { ...process.env, LC_ALL: 'C.UTF-8', ...env }; /* or it finds no file with a Chinese name */
    const executablePath = isWhole || process.env.CHROMIUM || !fs.existsSync(SHELL) ? CHROMIUM : SHELL;
    return chromium.launch({ executablePath, args: [...FLAGS, ...flags], env, timeout: 60000 * SLOW });
}

class Visitor {
    constructor(page, context) {
        this.page = page;
        this.context = context;
        this.complaints = [];
        const complain = (what) => this.complaints.push(what);
        page.on('pageerror', (error) => complain(`error: ${error.stack || error}`));
        page.on(
            'console',
            (message) => message.type() === 'error' && complain(`console: ${message.text()} ${message.location().url}`),
        );
        page.on('dialog', (dialog) => {
            complain(`dialog: ${dialog.message()}`);
            dialog.dismiss();
        });
    }

    id(name) {
        return this.page.getByTestId(name);
    }

    /* A message of the open conversation by its text. */
    message(text) {
        return this.id('message').filter({ has: this.page.getByText(text, { exact: true }) });
    }

    async enter(mode, account, password) {
        const { page } = this;
        if (mode === 'register') await this.id('switch-mode').click();
        await this.id('account').fill(account);
        await this.id('password').fill(password);
        await this.id('submit').click();
        await this.id('tab-chats').waitFor();
        this.name = account;
        await this.id('tab-settings').click();
        this.accountId = Number(await this.id('my-id').textContent());
        await this.id('tab-chats').click();
        return page;
    }

    /* Asks another visitor to be a friend, who accepts. */
    async befriend(other) {
        await this.id('add-menu').click();
        await this.id('find-people').click();
        await this.id('search-input').fill(other.name);
        await this.id('search-submit').click();
        await this.id('add-friend').click();
        await this.id('asked').waitFor();
        await this.id('dialog-close').click();
        await other.id('tab-contacts').click();
        await other.id('accept').first().click();
        await other.id('request').waitFor({ state: 'detached' });
        await other.id('tab-chats').click();
    }

    async openChat(targetId) {
        await this.page.locator(`[data-testid="conversation"][data-id="${targetId}"]`).click();
        await this.page.locator(`[data-testid="chat"][data-key$="${targetId}"]`).waitFor();
    }

    async write(text) {
        await this.id('composer').fill(text);
        await this.id('composer').press('Enter');
    }

    async screenshot(name) {
        const dir = path.join(REPO, 'build/browser');
        fs.mkdirSync(dir, { recursive: true });
        await this.page.screenshot({ path: path.join(dir, `${name}.png`) }).catch(() => {});
    }
}

/* Makes the function that tells a story: a scene is a test, and where it goes wrong, build/browser keeps what everybody
 * saw. visitors: those of the moment, by a function, since they come one after the other. */
const storyOf = (prefix, visitors) => (name, play, { skip = false } = {}) =>
    test(name, { skip: missing || skip }, async () => {
        try {
            await play();
        } catch (error) {
            for (const [i, one] of visitors().entries()) await one.screenshot(`${prefix}-${name.replace(/\W+/g, '-')}-${i}`);
            error.message += ` ${JSON.stringify(visitors().map((one) => one.complaints))}`;
            throw error;
        }
    });

/* A person with a browser of their own: no cookie, no storage of anybody else's. */
async function visit(browser, url, options = {}) {
    const context = await browser.newContext({
        locale: 'en-US',
        ignoreHTTPSErrors: true,
        viewport: { width: 1100, height: 800 },
        ...options,
    });
    context.setDefaultTimeout(30000 * SLOW);
    await context.addInitScript(() => {
        document.addEventListener('securitypolicyviolation', (event) =>
            console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`),
        );
    });
    const page = await context.newPage();
    const visitor = new Visitor(page, context);
    await page.goto(url);
    return visitor;
}

module.exports = { missing, launch, visit, storyOf };
