'use strict';
/* The client in a language nobody speaks: every word of the locale accented and a third longer. What then still reads as
 * plain English does not come from the locale; what no longer fits its box at 390 pixels would not fit German either. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { startServer, REPO } = require('../harness/server.js');
const { missing, launch, visit } = require('../harness/browser.js');
const { makeAdmin, anotherToken } = require('../harness/setup.js');
const { freeim, PASSWORD } = require('../harness/client.js');

const ACCENTS = { a: 'á', b: 'ƀ', c: 'ç', d: 'đ', e: 'é', f: 'ƒ', g: 'ğ', h: 'ĥ', i: 'í', j: 'ĵ', k: 'ķ', l: 'ĺ', m: 'ḿ', n: 'ñ', o: 'ó', p: 'þ', q: 'ǫ', r: 'ŕ', s: 'š', t: 'ţ', u: 'ú', v: 'ṽ', w: 'ŵ', x: 'ẋ', y: 'ý', z: 'ž' };

/* "Copy {what}" as "Çópý {what} ~~~". */
function pseudo(text) {
    const accented = text.replace(/\{\w+\}|[a-z]/gi, (one) => {
        if (one.length > 1) return one;
        const letter = ACCENTS[one.toLowerCase()];
        return one === one.toLowerCase() ? letter : letter.toUpperCase();
    });
    return `${accented} ${'~'.repeat(Math.ceil(text.length / 3))}`;
}
const locale = (name) => {
    const words = JSON.parse(fs.readFileSync(path.join(REPO, 'www/locales', name), 'utf8'));
    return JSON.stringify(Object.fromEntries(Object.entries(words).map(([key, text]) => [key, pseudo(text)])));
};

/* What people, the server and the browser say, not the client: names, addresses, days and units by Intl, keys. */
const NOT_OURS = /https?:\S+|chatd\S*|\balice\b|\bwalkers\b|\bnote\.txt\b|\bEnglish\b|\bChrome, Linux\b|\bYYYY-MM-DD\b|\b(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)\w*|\b(?:Mon|Tues?|Wed|Thu|Fri|Sat|Sun)\w*day\b|\b(?:Today|Yesterday|byte)\b|\d+ (?:second|minute|hour)s?\b|\bSQLite\b|\bOpenSSL\b.*|\bfreeim\b|\b(?:Ctrl|Alt|Shift|Enter|Esc|Escape)\b/g;

let server, browser, alice, page;

before(async () => {
    if (missing) return;
    server = await startServer();
    const f = freeim(server);
    await makeAdmin(server, 'alice');
    alice = await f.login('alice');
    for (const [i, nickname] of ['王芳', '李娜', '陈晓明'].entries()) {
        const other = await f.register(`1000${i}`);
        await other.ok('PUT /me/update/info', { nickname });
        if (i === 0) await f.befriend(alice, other);
        if (i === 0) await other.say(alice, '你好');
        if (i === 1) await other.ok('POST /friends/add', { toId: alice.id, reason: '你好' });
        if (i === 2) await alice.ok('POST /friends/blaklist', { toId: other.id });
    }
    await alice.ok('POST /chatGroups', { name: '讨论', intro: '' });
    const { uploadToken } = await alice.ok('GET /upload/qiniu/params');
    const form = new FormData();
    form.set('token', uploadToken);
    form.set('file', new Blob(['x']), 'note.txt');
    await fetch(`${server.url}/qiniu`, { method: 'POST', body: form });
    browser = await launch();
    page = await visit(browser, 'about:blank', { viewport: { width: 390, height: 844 }, serviceWorkers: 'block' });
    await page.page.route('**/locales/en*.json', (route) => {
        const name = new URL(route.request().url()).pathname.split('/').at(-1);
        return route.fulfill({ contentType: 'application/json', body: locale(name) });
    });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

/* {texts: what the page says or tells a screen reader; wide: what does not fit}. */
const readPage = () =>
    page.page.evaluate(() => {
        const isShown = (node) => node.checkVisibility({ visibilityProperty: true });
        const top = [...document.querySelectorAll('dialog[open]')].at(-1) || document.body;
        const texts = [];
        const walker = document.createTreeWalker(top, NodeFilter.SHOW_TEXT);
        while (walker.nextNode()) {
            const { parentElement, data } = walker.currentNode;
            if (parentElement.closest('noscript, script, [data-testid="log-line"], [lang]:not(html)')) continue;
            if (data.trim() && (isShown(parentElement) || parentElement.closest('option'))) texts.push(data.trim());
        }
        for (const node of top.querySelectorAll('[aria-label], [title], [placeholder], img[alt]'))
            if (isShown(node))
                for (const name of ['aria-label', 'title', 'placeholder', 'alt']) if (node.getAttribute(name)) texts.push(node.getAttribute(name));
        const scrolls = (node) => {
            for (let one = node; one && one !== document.body; one = one.parentElement) if (/auto|scroll/.test(getComputedStyle(one).overflowX) && one.scrollWidth > one.clientWidth) return true;
            return false;
        };
        const wide = [];
        for (const node of top.querySelectorAll('button, label, p, h1, h2, h3, li, a, input, select, .tag, .note, .segment, .row-title')) {
            if (!isShown(node) || node.closest('.visually-hidden') || scrolls(node.parentElement)) continue;
            const box = node.getBoundingClientRect();
            const name = `${node.tagName.toLowerCase()}.${node.className} "${(node.textContent || node.value || '').trim().slice(0, 40)}"`;
            if (box.right > innerWidth + 1 || box.left < -1) wide.push(`${name} leaves the screen (${Math.round(box.left)}..${Math.round(box.right)})`);
            const isCut = getComputedStyle(node).textOverflow === 'ellipsis';
            if (/BUTTON|LABEL/.test(node.tagName) && !isCut && node.scrollWidth > node.clientWidth + 1 && node.clientWidth > 0) wide.push(`${name} overflows its box (${node.scrollWidth} in ${node.clientWidth})`);
        }
        if (document.scrollingElement.scrollWidth > innerWidth) wide.push(`the page scrolls sideways (${document.scrollingElement.scrollWidth})`);
        return { texts, wide };
    });

async function check(where) {
    await page.page.waitForTimeout(150); /* colours and dialogs settle */
    const { texts, wide } = await readPage();
    assert.ok(texts.some((text) => text.includes('~')), `${where}: nothing of the locale is there`);
    const english = texts.filter((text) => /[a-z]{3,}/i.test(text.replace(NOT_OURS, '')));
    assert.deepEqual(english, [], `${where}: words that are not of the locale`);
    assert.deepEqual(wide, [], `${where}: too long`);
}
const scene = (name, play) =>
    test(name, { skip: missing }, async () => {
        try {
            await play();
        } catch (error) {
            await page.screenshot(`pseudo-${name.replace(/\W+/g, '-')}`);
            throw error;
        }
    });
const close = () => page.id('dialog-close').last().click();

scene('before signing in', async () => {
    await page.page.goto(server.url);
    await page.id('account').waitFor();
    await check('sign-in');
    await page.id('submit').click();
    await check('sign-in with its complaints');
    await page.id('switch-mode').click();
    await check('register');
    const { token } = await alice.ok('POST /invites');
    for (const [where, hash] of [['an invitation', token], ['an invitation that is over', '0'.repeat(32)]]) {
        await page.page.goto('about:blank');
        await page.page.goto(`${server.url}/#/invite/${hash}`);
        await page.id(hash === token ? 'invitation-from' : 'invitation-over').waitFor();
        await check(where);
    }
    await page.page.goto(`${server.url}/setup#${await anotherToken(server)}`);
    await page.id('setup-form').waitFor();
    await check('set-up');
});

scene('lists and dialogs', async () => {
    await page.page.goto(server.url);
    await page.enter('login', 'alice', PASSWORD);
    await check('chats');
    await page.id('add-menu').click();
    await check('the menu');
    for (const name of ['find-people', 'new-group', 'join-group', 'invite-people', 'nearby-people']) {
        if (!(await page.id(name).count())) await page.id('add-menu').click();
        await page.id(name).click();
        await page.page.locator('dialog[open]').waitFor();
        await check(name);
        await close();
        await page.page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
    await page.id('tab-contacts').click();
    await page.id('request').waitFor();
    await check('contacts');
    await page.page.goto(`${server.url}/#/chats~search`);
    await page.id('search-field').fill('你好');
    await page.id('hit').first().waitFor();
    await check('search');
});

scene('settings and what is mine', async () => {
    await page.page.goto(`${server.url}/#/settings`);
    await page.id('preferences').waitFor();
    await page.id('quietHours').click();
    await page.id('quietFrom').waitFor();
    await check('settings');
    await page.id('edit-profile').click();
    await page.id('new-password').waitFor();
    await check('profile');
    await page.id('edit-profile').click();
    for (const [name, sign] of [['devices', 'device'], ['storage', 'file'], ['blocked', 'blocked-person'], ['export', 'export-start'], ['card', 'qr'], ['invite', 'invite-make'], ['keys', null]]) {
        await page.id(`settings-${name}`).click();
        await (sign ? page.id(sign).first() : page.page.locator('dialog[open]')).waitFor();
        await check(name);
        if (name === 'invite') {
            await page.id('invite-make').click();
            await page.id('invite-made').waitFor();
            await check('the link');
        }
        await close();
        await page.page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
});

scene("the operator's page", async () => {
    await page.page.goto(`${server.url}/#/admin`);
    for (const name of ['overview', 'people', 'online', 'groups']) {
        await page.page.locator(`.admin-tabs [data-value="${name}"]`).click();
        await page.page.waitForTimeout(400);
        await check(`admin ${name}`);
    }
});

scene('a conversation and its details', async () => {
    await page.page.goto(`${server.url}/#/chats`);
    await page.id('conversation').first().click();
    await page.id('composer').waitFor();
    await check('a conversation');
    await page.id('day').click();
    await page.id('to-date').waitFor();
    await check('its dates');
    await close();
    await page.id('chat-info').click();
    await page.id('info').waitFor();
    await check('its details');
    assert.deepEqual(page.complaints.filter((what) => !/Failed to load resource/.test(what)), []);
});
