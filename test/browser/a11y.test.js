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
    await alice.id('day').click();
    await alice.id('to-date').waitFor();
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

/* The menu of a message, by its text. */
async function act(one, text, action) {
    await one.message(text).hover();
    await one.message(text).getByTestId('message-menu').click();
    await one.id(action).click();
}

scene('what is done with messages: changing, ticking, passing on, pinning, who has read', async () => {
    await alice.id('notice-edit').click();
    await alice.id('notice-input').fill('Saturday at nine, gate B. https://example.org/map');
    await clean(alice);
    await alice.id('notice-save').click();
    await alice.id('notice-text').waitFor();
    await clean(alice);
    const groupId = Number(await alice.id('group-id').textContent());
    await bob.id('info-back').click();
    await bob.id('back').click();
    await bob.id('add-menu').click();
    await bob.id('join-group').click();
    await bob.id('join-id').fill(String(groupId));
    await bob.id('join-submit').click();
    await alice.id('group-requests').getByTestId('accept').click();
    await alice.page.locator(`[data-testid="member"][data-id="${bob.accountId}"]`).waitFor();
    await alice.id('info-close').click();
    await bob.openChat(groupId);
    await bob.id('announcement').waitFor();
    await alice.write('who brings the tea?');
    await alice.write('and the map?');
    await bob.message('and the map?').waitFor();
    await bob.write('I do');
    await alice.message('I do').waitFor();
    await act(alice, 'who brings the tea?', 'pin-message');
    for (const one of [alice, bob]) await one.id('pin-bar').waitFor();
    await alice.id('read-by').waitFor();
    await alice.id('divider').waitFor();
    await clean(alice);
    await clean(bob);
    await alice.id('read-by').click();
    await alice.id('reader').first().waitFor();
    await clean(alice);
    await alice.page.keyboard.press('Escape');
    await alice.id('pin-all').click();
    await alice.id('pin').waitFor();
    await clean(alice);
    await alice.page.keyboard.press('Escape');
    await act(alice, 'and the map?', 'edit');
    await alice.id('edit-bar').waitFor();
    await clean(alice);
    await alice.page.keyboard.press('Escape');
    await act(alice, 'who brings the tea?', 'select');
    await alice.id('selection-bar').waitFor();
    await alice.message('I do').click();
    await clean(alice);
    await alice.id('forward-merged').click();
    await alice.page.locator(`[data-testid="forward-target"][data-key$="${bob.accountId}"]`).click();
    await clean(alice);
    await alice.id('forward-send').click();
    await alice.id('forward-dialog').waitFor({ state: 'detached' });
    await bob.id('back').click();
    await bob.openChat(alice.accountId);
    await bob.id('message-card').click();
    await bob.id('forwarded-item').first().waitFor();
    await clean(bob);
});
