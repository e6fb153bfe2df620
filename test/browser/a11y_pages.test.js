'use strict';
/* The pages around the conversations under axe-core, light and dark, at desktop and phone width: invitations, what is mine,
 * contacts, people nearby, search. Nothing serious may be found, and a dialog gives the focus back. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { missing, launch, visit } = require('../harness/browser.js');
const { clean } = require('../harness/axe.js');
const { freeim, PASSWORD } = require('../harness/client.js');

let server, browser, f, alice, desk, phone;

before(async () => {
    if (missing) return;
    server = await startServer();
    f = freeim(server);
    alice = await f.register('alice');
    const place = { longitude: 113.5, latitude: 22.5 };
    await alice.ok('PUT /me/update/info', place);
    const [bob, carol, dan] = await f.people('near', 3);
    for (const one of [bob, carol, dan]) await one.ok('PUT /me/update/info', place);
    await f.befriend(alice, bob);
    await bob.say(alice, 'the drawings are ready');
    await carol.ok('POST /friends/add', { toId: alice.id, reason: 'it is me' });
    await alice.ok('POST /friends/blaklist', { toId: dan.id });
    await f.group(alice, [bob], { name: 'walkers' });
    await f.login('alice', { platform: 'android' });
    const { uploadToken } = await alice.ok('GET /upload/qiniu/params');
    const form = new FormData();
    form.set('token', uploadToken);
    form.set('file', new Blob(['x']), 'note.txt');
    await fetch(`${server.url}/qiniu`, { method: 'POST', body: form });
    browser = await launch();
    const more = { geolocation: { latitude: 22.5, longitude: 113.5 }, permissions: ['geolocation'] };
    desk = await visit(browser, server.url, { viewport: { width: 1200, height: 800 }, ...more });
    phone = await visit(browser, server.url, { viewport: { width: 390, height: 844 }, locale: 'zh-CN', ...more });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});
const scene = (name, play) => test(name, { skip: missing }, play);

scene('invitations: good, into a group, over', async () => {
    const group = (await alice.ok('GET /chatGroups')).items[0];
    const tokens = [(await alice.ok('POST /invites')).token, (await alice.ok(`POST /groups/${group.id}/invites`)).token, '0'.repeat(32)];
    for (const one of [desk, phone])
        for (const token of tokens) {
            await one.page.goto('about:blank');
            await one.page.goto(`${server.url}/#/invite/${token}`);
            await one.page.locator('[data-testid="invitation-from"], [data-testid="invitation-over"]').waitFor();
            await clean(one, `invitation ${token}`);
        }
});

/* Opens it by a button, checks it, closes it by the keyboard: the focus is back on the button. */
async function checkDialog(visitor, opener, sign) {
    await visitor.id(opener).focus();
    await visitor.page.keyboard.press('Enter');
    await visitor.id(sign).first().waitFor();
    await clean(visitor, opener);
    await visitor.page.keyboard.press('Escape');
    await visitor.page.locator('dialog[open]').waitFor({ state: 'detached' });
    assert.equal(await visitor.page.evaluate(() => document.activeElement.dataset.testid), opener, 'the focus is where it was');
}

scene('what is mine', async () => {
    for (const one of [desk, phone]) {
        await one.page.goto(server.url);
        await one.enter('login', 'alice', PASSWORD);
        await one.id('tab-settings').click();
        await one.id('preferences').waitFor();
        await clean(one, 'settings');
        for (const [name, sign] of [['devices', 'device-end'], ['storage', 'file'], ['blocked', 'unblock'], ['export', 'export-start'], ['card', 'qr'], ['invite', 'invite-make']])
            await checkDialog(one, `settings-${name}`, sign);
    }
});

scene('a link just made, and a question over a dialog', async () => {
    for (const one of [desk, phone]) {
        await one.id('settings-invite').click();
        await one.id('invite-make').click();
        await one.id('invite-made').waitFor();
        await clean(one, 'the link');
        await one.id('invite').first().getByTestId('invite-revoke').click();
        await one.id('confirm-yes').waitFor();
        await clean(one, 'the question');
        await one.page.keyboard.press('Escape');
        await one.page.keyboard.press('Escape');
        await one.page.locator('dialog[open]').waitFor({ state: 'detached' });
    }
});

scene('contacts, people nearby, search', async () => {
    for (const one of [desk, phone]) {
        await one.id('tab-contacts').click();
        await one.id('request').waitFor();
        await clean(one, 'contacts');
        await one.id('add-menu').click();
        await one.id('nearby-people').click();
        await one.id('nearby-look').waitFor();
        await clean(one, 'nearby asks');
        await one.id('nearby-look').click();
        await one.id('near').first().waitFor();
        await clean(one, 'nearby');
        await one.page.keyboard.press('Escape');
        await one.page.goto(`${server.url}/#/chats~search`);
        await one.id('search-field').fill('drawings');
        await one.page.locator('[data-testid="hit"][data-section="messages"]').waitFor();
        await clean(one, 'search');
        assert.deepEqual(one.complaints, []);
    }
});
