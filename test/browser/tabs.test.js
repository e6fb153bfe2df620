'use strict';
/* One person with two tabs: one socket, and either may close. The page opens without the server, and says when the
 * server has another client. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { missing, launch, visit } = require('../harness/browser.js');
const { SLOW, until } = require('../harness/wait.js');

const PASSWORD = 'correct-horse-7';
let server, browser, alice, bob;

before(async () => {
    if (missing) return;
    server = await startServer();
    browser = await launch();
    alice = await visit(browser, server.url);
    bob = await visit(browser, server.url);
    await alice.enter('register', 'alice', PASSWORD);
    await bob.enter('register', 'bob', PASSWORD);
    await alice.befriend(bob);
    await bob.openChat(alice.accountId);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});
const scene = (name, play) => test(name, { skip: missing }, play);

scene('two tabs share one socket, and the second goes on when the first closes', async () => {
    const sockets = [];
    alice.context.on('page', (page) => page.on('websocket', (socket) => sockets.push(socket)));
    const second = await alice.context.newPage();
    await second.goto(server.url);
    await second.locator(`[data-testid="conversation"][data-id="${bob.accountId}"]`).click();
    await bob.write('to both of your tabs');
    for (const page of [alice.page, second]) {
        await page.locator('[data-testid="conversation"]', { hasText: 'to both of your tabs' }).waitFor();
    }
    assert.equal(sockets.length, 0);
    await alice.page.close();
    await until(() => sockets.length === 1, 'the second tab takes the socket over');
    await bob.write('and to the one that is left');
    await second.getByTestId('message-text').filter({ hasText: 'and to the one that is left' }).waitFor();
    await second.getByTestId('composer').fill('still here');
    await bob.id('typing').waitFor();
    await second.getByTestId('composer').press('Enter');
    await bob.message('still here').waitFor();
    alice.page = second;
});

scene('the page opens while the server is away, with what it knew', async () => {
    await alice.page.reload();
    await alice.id('conversation').first().waitFor();
    await until(() => alice.page.evaluate(() => Boolean(navigator.serviceWorker.controller)), 'the worker has the page');
    await alice.page.reload();
    await alice.id('conversation').first().waitFor();
    await alice.context.setOffline(true);
    await alice.page.reload();
    await alice.id('banner').waitFor();
    await until(async () => Math.abs(Date.parse(await alice.id('synced').getAttribute('datetime')) - Date.now()) < 60000 * SLOW, 'when it was last in sync');
    await alice.id('tab-settings').waitFor();
    await alice.context.setOffline(false);
    await alice.id('banner').waitFor({ state: 'detached' });
});
