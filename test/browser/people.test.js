'use strict';
/* What is mine on the server, and how people are brought in: devices, files, blocked people, everything as a file; links and
 * QR codes of invitations and cards, at servers whose registration is open, by invitation or closed. */
const { before, after } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const { startServer } = require('../harness/server.js');
const { missing, launch, visit, storyOf } = require('../harness/browser.js');
const { makeAdmin } = require('../harness/setup.js');
const { freeim, PASSWORD } = require('../harness/client.js');
const { until } = require('../harness/wait.js');

let server, browser, f, alice, page;
const visitors = [];
const come = async (url = server.url, options) => {
    visitors.push(await visit(browser, url, options));
    return visitors.at(-1);
};

before(async () => {
    if (missing) return;
    server = await startServer();
    f = freeim(server);
    browser = await launch();
    alice = await f.register('alice');
    page = await come();
    await page.enter('login', 'alice', PASSWORD);
});
after(async () => {
    await browser?.close();
    await server?.stop();
});
const scene = storyOf('people', () => visitors);

async function open(visitor, name) {
    await visitor.id('tab-settings').click();
    await visitor.id(`settings-${name}`).click();
}

scene('devices: this one is marked, the others can be signed out', async () => {
    const phone = await come(server.url, { viewport: { width: 390, height: 780 } });
    await phone.enter('login', 'alice', PASSWORD);
    await open(page, 'devices');
    const devices = page.id('device');
    await devices.first().waitFor();
    const before = await devices.count();
    assert.ok(before >= 3, `${before} devices: the test's own two and the one of the requests`);
    assert.equal(await page.page.locator('[data-testid="device"][data-current="true"]').count(), 1);
    assert.match(await devices.first().textContent(), /Chrome, Linux.*This device/s);
    const { items } = await alice.ok('GET /devices');
    const [newest] = items.filter((one) => one.online).sort((a, b) => b.id - a.id);
    await page.page.locator(`[data-testid="device"][data-id="${newest.id}"]`).getByTestId('device-end').click();
    await phone.id('login-form').waitFor();
    await until(async () => (await devices.count()) === before - 1, 'the device to be gone from the list');
    await page.id('devices-end-others').click();
    await page.id('confirm-yes').click();
    await until(async () => (await devices.count()) === 1, 'only this device');
    await page.id('dialog-close').click();
    assert.equal((await alice.call('GET /me/info')).status, 401);
    alice = await f.login('alice');
});

scene('files: what they weigh, and how one is removed', async () => {
    const { uploadToken } = await alice.ok('GET /upload/qiniu/params');
    for (const [name, size] of [['a.txt', 2000], ['b.txt', 3000]]) {
        const form = new FormData();
        form.set('token', uploadToken);
        form.set('file', new Blob(['x'.repeat(size)]), name);
        assert.equal((await fetch(`${server.url}/qiniu`, { method: 'POST', body: form })).status, 200);
    }
    await open(page, 'storage');
    await page.id('file').first().waitFor();
    assert.equal(await page.id('file').count(), 2);
    assert.match(await page.id('usage').textContent(), /5 kB/);
    await page.page.locator('[data-testid="file"]', { hasText: 'a.txt' }).getByTestId('file-delete').click();
    await page.id('confirm-yes').click();
    await until(async () => (await page.id('file').count()) === 1, 'the file to be gone');
    assert.match(await page.id('usage').textContent(), /3 kB.*1 file/s);
    await page.id('dialog-close').click();
    assert.deepEqual((await alice.ok('GET /files')).items.map((one) => one.name), ['b.txt']);
});

scene('blocked people can be let in again', async () => {
    const mallory = await f.register('mallory');
    await alice.ok('POST /friends/blaklist', { toId: mallory.id });
    await open(page, 'blocked');
    await page.id('blocked-person').getByTestId('unblock').click();
    await page.id('blocked-person').waitFor({ state: 'detached' });
    await page.id('dialog-close').click();
    assert.deepEqual((await alice.ok('GET /friends', { blacklist: 1 })).items, []);
});

scene('everything is downloaded as one file', async () => {
    const bob = await f.register('bob');
    await f.befriend(alice, bob);
    await bob.say(alice, 'to be taken along 你好');
    await open(page, 'export');
    const [download] = await Promise.all([page.page.waitForEvent('download'), page.id('export-start').click()]);
    assert.equal(download.suggestedFilename(), `chatd-${alice.id}.json`);
    const data = JSON.parse(fs.readFileSync(await download.path(), 'utf8'));
    assert.deepEqual(data.conversations[0].messages.map((one) => one.body), ['to be taken along 你好']);
    await page.id('dialog-close').click();
});

/* A QR code is a picture of the URL it says it is of. */
async function shownQr(visitor) {
    const code = visitor.id('qr');
    await until(() => code.evaluate((img) => img.complete && img.naturalWidth > 0), 'the QR code');
    return code.getAttribute('data-url');
}

scene("a card leads who scans it to the person", async () => {
    await open(page, 'card');
    const url = await shownQr(page);
    assert.equal(url, `${server.url}/#/add/${alice.id}`);
    await page.id('dialog-close').click();
    const carol = await come(url);
    await carol.id('switch-mode').click();
    await carol.id('account').fill('carol');
    await carol.id('password').fill(PASSWORD);
    await carol.id('submit').click();
    await carol.page.locator(`[data-testid="search-result"][data-id="${alice.id}"]`).waitFor();
    await carol.id('add-friend').click();
    await carol.id('asked').waitFor();
    await page.id('tab-contacts').click();
    await page.id('accept').first().click();
    await carol.context.close();
    visitors.pop();
});

async function makeLink(visitor) {
    await visitor.id('invite-make').click();
    const url = await shownQr(visitor);
    assert.equal(await visitor.id('invite-url').inputValue(), url);
    /* The link names an address others can reach; this machine goes by its own. */
    return `${server.url}/${new URL(url).hash}`;
}

scene('a link into the server: who registers by it is in the conversation with who invited', async () => {
    await open(page, 'invite');
    const url = await makeLink(page);
    const dan = await come(url);
    await dan.id('invitation-from').getByText('alice').waitFor();
    await dan.id('account').fill('dan');
    await dan.id('password').fill(PASSWORD);
    await dan.id('submit').click();
    await dan.page.locator(`[data-testid="chat"][data-key="friend:${alice.id}"]`).waitFor();
    await dan.message('👋').waitFor();
    assert.doesNotMatch(dan.page.url(), /invite/);
    await page.id('invite').waitFor();
    assert.match(await page.id('invite').textContent(), /0 of 1 used|1 of 1 used/);
    await page.id('dialog-close').click();
    await dan.page.goto('about:blank');
    await dan.page.goto(url);
    await dan.id('invitation-over').waitFor();
    await dan.context.close();
    visitors.pop();
});

scene('an invitation that was taken back is over', async () => {
    await open(page, 'invite');
    const url = await makeLink(page);
    const count = await page.id('invite').count();
    await page.id('invite').first().getByTestId('invite-revoke').click();
    await page.id('confirm-yes').click();
    await until(async () => (await page.id('invite').count()) === count - 1, 'it to be gone from the list');
    await page.id('dialog-close').click();
    const guest = await come(url);
    await guest.id('invitation-over').waitFor();
    await guest.context.close();
    visitors.pop();
});

scene("a group's link: who has an account signs in and is a member; who was signed in presses a button", async () => {
    const group = await f.group(alice, [], { name: 'Tea & 茶' });
    await alice.say(group, 'welcome');
    await f.register('erin');
    await f.register('frank');
    await page.id('tab-chats').click();
    await page.openChat(group.id);
    await page.id('chat-info').click();
    await page.id('group-invite').click();
    const url = await makeLink(page);
    await page.id('dialog-close').click();
    const inGroup = (visitor) => visitor.page.locator(`[data-testid="chat"][data-key="group:${group.id}"]`).waitFor();

    const erin = await come(url);
    await erin.id('switch-mode').click();
    await erin.id('account').fill('erin');
    await erin.id('password').fill(PASSWORD);
    await erin.id('submit').click();
    await inGroup(erin);
    await erin.write('hello from erin');
    await page.message('hello from erin').waitFor();

    const frank = await come();
    await frank.enter('login', 'frank', PASSWORD);
    await frank.page.goto(url);
    await frank.id('invitation-accept').click();
    await inGroup(frank);
    /* Opened again, it leads to the same place. */
    await frank.page.goto(url);
    await frank.id('invitation-accept').click();
    await inGroup(frank);
    assert.equal((await alice.ok('GET /chatGroups/info', { groupId: group.id })).membersList.length, 3);
    for (const one of [erin, frank]) await one.context.close();
    visitors.length -= 2;
});

for (const [registration, mayRegister] of [['invite', true], ['closed', false]])
    scene(`where registration is ${registration}, the page offers what is possible`, async () => {
        const other = await startServer({ set: { registration } });
        try {
            const root = await makeAdmin(other);
            const { url } = await root.ok('POST /invites');
            const guest = await come(`${other.url}/${new URL(url).hash}`);
            await guest.id('invitation-from').waitFor();
            await guest.id(mayRegister ? 'register-form' : 'login-form').waitFor();
            assert.equal(await guest.id('switch-mode').count(), mayRegister ? 1 : 0);
            if (mayRegister) {
                await guest.id('account').fill('guest');
                await guest.id('password').fill(PASSWORD);
                await guest.id('submit').click();
                await guest.page.locator(`[data-testid="chat"][data-key="friend:${root.id}"]`).waitFor();
            }
            await guest.context.close();
            visitors.pop();
        } finally {
            await other.stop();
        }
    });

scene('nothing was complained of', () => {
    const noise = /Failed to load resource|WebSocket connection to/; /* sessions ended on purpose */
    assert.deepEqual(visitors.flatMap((one) => one.complaints).filter((what) => !noise.test(what)), []);
});
