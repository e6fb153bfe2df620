'use strict';
/* The web client as people use it: two of them register, find each other, talk, see each other type and read, take
 * something back, form a group, lose the server and find it again. Nothing may be complained of on the way. */
const { before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { missing, launch, visit, storyOf } = require('../harness/browser.js');
const { until, SLOW } = require('../harness/wait.js');

const PASSWORD = 'correct-horse-7';

let server, browser, alice, bob;
const visitors = [];
const come = async (options) => {
    visitors.push(await visit(browser, server.url, options));
    return visitors.at(-1);
};

before(async () => {
    if (missing) return;
    server = await startServer();
    browser = await launch();
    [alice, bob] = [await come(), await come()];
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const scene = storyOf('two_people', () => visitors);

/* Everything the pages have complained of so far. */
const complaints = () => visitors.flatMap((one) => one.complaints.map((what) => `${one.name}: ${what}`));

scene('both register and stand before an empty chat', async () => {
    await alice.enter('register', 'alice', PASSWORD);
    await bob.enter('register', 'bob', PASSWORD);
    assert.ok(alice.accountId >= 10000000 && bob.accountId !== alice.accountId);
    await alice.id('empty-find').waitFor();
    assert.deepEqual(complaints(), []);
});

scene('a wrong password is told at the form', async () => {
    const stranger = await come();
    await stranger.id('account').fill('alice');
    await stranger.id('password').fill('wrong-password');
    await stranger.id('submit').click();
    await stranger.id('form-error').waitFor();
    assert.equal(await stranger.id('form-error').getAttribute('data-error'), 'bad_credentials');
    await stranger.context.close();
    visitors.pop();
});

scene('alice finds bob and asks, bob sees it at once and accepts', async () => {
    await alice.id('add-menu').click();
    await alice.id('find-people').click();
    await alice.id('search-input').fill('nobody-of-that-name');
    await alice.id('search-submit').click();
    await alice.id('search-empty').waitFor();
    await alice.id('search-input').fill('bob');
    await alice.id('search-submit').click();
    await alice.id('search-result').waitFor();
    await alice.id('reason').fill('it is me, <b>alice</b>');
    await alice.id('add-friend').click();
    await alice.id('asked').waitFor();
    await alice.id('dialog-close').click();

    await bob.id('tab-contacts').click();
    const request = bob.id('request');
    await request.waitFor();
    assert.match(await request.textContent(), /it is me, <b>alice<\/b>/);
    await bob.id('accept').click();
    await request.waitFor({ state: 'detached' });
    await bob.page.locator(`[data-testid="contact-friend"][data-id="${alice.accountId}"]`).waitFor();
    await bob.id('tab-chats').click();
    await alice.page.locator(`[data-testid="conversation"][data-id="${bob.accountId}"]`).waitFor();
});

scene('a message arrives live, is counted while unread, and its tick turns when it was read', async () => {
    await alice.openChat(bob.accountId);
    await alice.write('hello bob');
    const mine = alice.message('hello bob');
    await mine.waitFor();
    await mine.locator('[data-testid="tick"][data-state="stored"]').waitFor();
    await bob.id('unread-badge').waitFor();
    assert.match(await bob.id('unread-badge').textContent(), /1/);
    await bob.openChat(alice.accountId);
    await bob.message('hello bob').waitFor();
    await mine.locator('[data-testid="tick"][data-state="read"]').waitFor();
    await bob.id('unread-badge').waitFor({ state: 'detached' });
});

scene('each sees the other type, and stop', async () => {
    await bob.id('composer').pressSequentially('I am ty', { delay: 20 });
    await alice.id('typing').first().waitFor();
    await bob.id('composer').fill('');
    await alice.id('typing').first().waitFor({ state: 'detached' });
    await bob.write('typed it');
    await alice.message('typed it').waitFor();
});

scene('who goes is seen to go, and to come back, with nothing said meanwhile', async () => {
    const presence = alice.id('presence');
    await alice.page.locator('[data-testid="presence"].is-online').waitFor();
    await bob.page.goto('about:blank');
    await until(async () => !(await presence.getAttribute('class')).includes('is-online'), 'bob to be seen gone', 60000);
    await bob.page.goto(server.url);
    await alice.page.locator('[data-testid="presence"].is-online').waitFor();
    await bob.openChat(alice.accountId);
});

scene('texts of every sort are shown as they were written', async () => {
    const texts = [
        '<img src=x onerror="alert(1)">',
        '</script><script>alert(2)</script>',
        '${alert(3)}',
        'javascript:alert(4)',
        '你好，世界 😀',
        'a & b < c > d "e"',
        "'; DROP TABLE messages; --",
    ];
    for (const text of texts) {
        await alice.write(text);
        await bob.message(text).waitFor();
    }
    await alice.write('see https://example.org/a?b=1&c=2 now');
    const link = bob.id('message-text').locator('a').last();
    await link.waitFor();
    assert.equal(await link.getAttribute('href'), 'https://example.org/a?b=1&c=2');
    assert.match(await link.getAttribute('rel'), /noopener/);
    assert.equal(await bob.page.locator('a[href^="javascript"]').count(), 0);
    assert.equal(await bob.page.locator('[data-testid="messages"] img[src="x"]').count(), 0);
    assert.deepEqual(complaints(), []);
});

scene('what is taken back is gone on both sides', async () => {
    await alice.write('I regret this');
    await bob.message('I regret this').waitFor();
    const mine = alice.message('I regret this');
    await mine.hover();
    await mine.getByTestId('message-menu').click();
    await alice.id('recall').click();
    for (const one of [alice, bob]) {
        await one.page.locator('[data-testid="message"][data-recalled="true"]').waitFor();
        await one.message('I regret this').waitFor({ state: 'detached' });
        assert.ok(!(await one.id('messages').textContent()).includes('I regret this'));
    }
});

scene("a second device of alice's sees what the first one sends", async () => {
    const phone = await come({ viewport: { width: 390, height: 780 } });
    await phone.enter('login', 'alice', PASSWORD);
    await phone.openChat(bob.accountId);
    await phone.message('hello bob').waitFor();
    await alice.write('from the desk');
    await phone.message('from the desk').waitFor();
    await phone.write('from the phone');
    for (const one of [alice, bob]) await one.message('from the phone').waitFor();
    await alice.id('composer').fill('to be gone on with');
    await until(async () => (await phone.id('composer').inputValue()) === 'to be gone on with', 'the draft on the phone');
    await phone.id('composer').fill('');
    await until(async () => (await alice.id('composer').inputValue()) === '', 'the draft to be gone at the desk');
    await alice.id('add-menu').click();
    await alice.id('new-group').click();
    await alice.id('group-name').fill('made at the desk');
    await alice.id('create').click();
    await phone.id('back').click();
    await phone.id('tab-contacts').click();
    await phone.id('contact-group').filter({ hasText: 'made at the desk' }).waitFor();
    await alice.openChat(bob.accountId);
    await alice.id('chat-info').click();
    for (const remark of ['Bobby', '']) {
        await alice.id('remark').click();
        await alice.id('remark-input').fill(remark);
        await alice.id('remark-save').click();
        await phone.id('contact-friend').filter({ hasText: remark || /^(?!.*Bobby)/ }).waitFor();
    }
    await alice.id('info-close').click();
    assert.deepEqual(complaints(), []);
    await phone.context.close();
    visitors.pop();
});

scene('reloading keeps the conversation, in order', async () => {
    const shown = async (one) => one.id('message').evaluateAll((rows) => rows.map((row) => Number(row.dataset.seq)));
    for (const one of [alice, bob]) {
        await one.message('from the phone').waitFor();
        const before = await shown(one);
        await one.page.reload();
        await one.message('from the phone').waitFor();
        await until(
            async () => JSON.stringify(await shown(one)) === JSON.stringify(before),
            'the same messages after a reload',
        );
        assert.deepEqual(
            before,
            before.slice().sort((a, b) => a - b),
        );
    }
});

scene('a group: made, asked for, let in, talked in', async () => {
    await bob.id('add-menu').click();
    await bob.id('new-group').click();
    await bob.id('group-name').fill('Tea & 茶');
    await bob.id('create').click();
    await bob.page.locator('[data-testid="chat"][data-key^="group"]').waitFor();
    await bob.id('chat-info').click();
    const groupId = Number(await bob.id('group-id').textContent());
    await alice.id('add-menu').click();
    await alice.id('join-group').click();
    await alice.id('join-id').fill(String(groupId));
    await alice.id('join-submit').click();
    await bob.id('group-requests').getByTestId('accept').click();
    await bob.page.locator(`[data-testid="member"][data-id="${alice.accountId}"]`).waitFor();
    await alice.openChat(groupId);
    await alice.write('is there tea?');
    await bob.message('is there tea?').waitFor();
    await bob.write('there is');
    await alice.message('there is').waitFor();
    assert.equal(await alice.id('chat-title').textContent(), 'Tea & 茶');
    assert.deepEqual(complaints(), []);
});

scene('while the server is away that is said; what is written then is sent once when it is back', async () => {
    for (const one of [alice, bob]) await one.openChat(one === alice ? bob.accountId : alice.accountId);
    const { port } = server;
    const before = Date.now();
    await server.halt();
    await alice.id('banner').waitFor();
    assert.match(await alice.id('synced').textContent(), /last in sync \d+:\d\d/);
    const synced = Date.parse(await alice.id('synced').getAttribute('datetime'));
    assert.ok(synced > before - 60000 * SLOW && synced < Date.now(), `${synced - before} ms from when the server went`);
    await alice.write('written in the dark');
    await alice.message('written in the dark').locator('[data-testid="tick"][data-state="pending"]').waitFor();
    server.options.set = { ...server.options.set, listen: `127.0.0.1:${port}` };
    await server.start();
    await bob.message('written in the dark').waitFor({ timeout: 60000 * SLOW });
    await alice.id('banner').waitFor({ state: 'detached', timeout: 60000 * SLOW });
    assert.equal(await alice.id('synced').count(), 0);
    await alice.message('written in the dark').locator('[data-testid="tick"]:not([data-state="pending"])').waitFor();
    for (const one of [alice, bob]) assert.equal(await one.message('written in the dark').count(), 1);
    await bob.write('welcome back');
    await alice.message('welcome back').waitFor();
    /* Requests that failed meanwhile are the browser's complaint, not the page's. */
    const noise = /Failed to load resource|ERR_CONNECTION|WebSocket connection to/;
    assert.deepEqual(
        complaints().filter((what) => !noise.test(what)),
        [],
    );
});

scene('twenty messages written while the server is away, and a reload meanwhile: each arrives once, in order', async () => {
    const said = Array.from({ length: 20 }, (_, i) => `dark ${String(i + 1).padStart(2, '0')}`);
    await until(() => alice.page.evaluate(() => Boolean(navigator.serviceWorker.controller)), 'the worker to have the page');
    await server.halt();
    await alice.id('banner').waitFor();
    for (const text of said) await alice.write(text);
    await alice.message(said.at(-1)).locator('[data-testid="tick"][data-state="pending"]').waitFor();
    await alice.page.reload();
    await alice.id('tab-chats').waitFor();
    await server.start();
    await bob.message(said.at(-1)).waitFor({ timeout: 60000 * SLOW });
    await alice.openChat(bob.accountId);
    await alice.message(said.at(-1)).locator('[data-testid="tick"]:not([data-state="pending"])').waitFor();
    const dark = (one) => one.page.locator('[data-testid="message"]', { hasText: /^dark|dark \d\d/ }).allTextContents();
    for (const one of [alice, bob]) {
        const found = (await dark(one)).map((text) => /dark \d\d/.exec(text)[0]);
        assert.deepEqual(found, said, one.name);
    }
});

scene('signing out shows the form, forgets everything here, and ends the session', async () => {
    await alice.id('tab-settings').click();
    await alice.id('sign-out').click();
    await alice.id('login-form').waitFor();
    const kept = await alice.page.evaluate(() => JSON.stringify({ ...localStorage, ...sessionStorage }));
    assert.ok(!/eyJ|hello bob|written in the dark/.test(kept), `something was kept: ${kept.slice(0, 500)}`);
    await alice.page.reload();
    await alice.id('login-form').waitFor();
    await bob.write('are you still there?');
    await bob.message('are you still there?').waitFor();
});

scene('the page asks nobody but this server', async () => {
    const asked = new Set();
    const guest = await visit(browser, 'about:blank');
    guest.page.on('request', (request) => asked.add(new URL(request.url()).origin));
    await guest.page.goto(server.url);
    await guest.id('login-form').waitFor();
    assert.deepEqual(
        [...asked].filter((origin) => origin !== server.url && origin !== 'null'),
        [],
    );
    await guest.context.close();
});
