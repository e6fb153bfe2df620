'use strict';
/* Every screen of the web client under axe-core, light and dark, and at phone width: nothing serious may be found. */
const { test, before, after } = require('node:test');
const { startServer } = require('../harness/server.js');
const { missing, launch, visit } = require('../harness/browser.js');
const { clean } = require('../harness/axe.js');

const PASSWORD = 'correct-horse-7';

let server, browser, alice, bob;

before(async () => {
    if (missing) return;
    server = await startServer();
    browser = await launch();
    alice = await visit(browser, server.url, { viewport: { width: 1200, height: 800 } });
    bob = await visit(browser, server.url, { viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
});
after(async () => {
    await browser?.close();
    await server?.stop();
});
const scene = (name, play) => test(name, { skip: missing }, play);

scene('signing in and registering', async () => {
    await alice.id('account').waitFor();
    await clean(alice);
    await bob.id('switch-mode').click();
    await clean(bob);
});

scene('an empty chat, the dialogs, the settings', async () => {
    await alice.enter('register', 'alice', PASSWORD);
    await bob.page.reload();
    await bob.enter('register', 'bob', PASSWORD);
    await clean(alice);
    await clean(bob);
    await alice.id('add-menu').click();
    await clean(alice);
    await alice.id('find-people').click();
    await clean(alice);
    await alice.id('dialog-close').click();
    await alice.id('tab-settings').click();
    await alice.id('edit-profile').click();
    await alice.id('new-password').waitFor();
    await clean(alice);
    await alice.id('tab-chats').click();
});

scene('a conversation with everything open', async () => {
    await alice.befriend(bob);
    await alice.openChat(bob.accountId);
    await bob.openChat(alice.accountId);
    await alice.write('plain, **bold**, `code`, https://example.org/\n> a quote');
    await bob.id('message').first().waitFor();
    await bob.write('👍');
    await alice.message('👍').waitFor();
    await clean(alice);
    await clean(bob);
    await alice.id('message').first().hover();
    await alice.id('message').first().getByTestId('message-menu').click();
    await clean(alice);
    await alice.id('reply').click();
    await alice.id('emoji-open').click();
    await alice.id('emoji').first().waitFor();
    await clean(alice);
    await alice.page.keyboard.press('Escape');
    await alice.id('chat-info').click();
    await alice.id('remark').waitFor();
    await clean(alice);
    await bob.id('chat-info').click();
    await bob.id('remark').waitFor();
    await clean(bob);
});

scene('a group and its settings', async () => {
    await alice.id('add-menu').click();
    await alice.id('new-group').click();
    await alice.id('group-name').fill('walkers');
    await alice.id('create').click();
    await alice.page.locator('[data-testid="chat"][data-key^="group"]').waitFor();
    await alice.id('chat-info').click();
    await alice.id('group-settings').waitFor();
    await clean(alice);
});
