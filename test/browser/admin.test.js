'use strict';
/* The operator's pages in a browser: from the printed link to an administrator, everything they offer at desktop and at
 * phone width, in both languages, and axe-core over each page: nothing serious may be found. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { startServer } = require('../harness/server.js');
const { freeim, PASSWORD } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { printedToken } = require('../harness/setup.js');
const { missing, launch, visit } = require('../harness/browser.js');
const { until } = require('../harness/wait.js');

const AXE = fs.readFileSync(path.join(path.dirname(require.resolve('axe-core')), 'axe.min.js'), 'utf8');
const PAGES = ['people', 'groups', 'online', 'overview', 'log'];

let server, browser, f, boss, people, group;
before(async () => {
    if (missing) return;
    server = await startServer();
    f = freeim(server);
    browser = await launch();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});
const scene = (name, play) => test(name, { skip: missing, timeout: 240000 }, play);

async function assertAccessible(visitor, what) {
    await visitor.page.evaluate(AXE);
    for (const colorScheme of ['light', 'dark']) {
        await visitor.page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        const violations = await visitor.page.evaluate(async () => {
            /* Colours are only there once the theme has been drawn, and whatever fades has faded. */
            for (let i = 0; i < 3; i++) await new Promise((resolve) => requestAnimationFrame(resolve));
            await Promise.allSettled(document.getAnimations().map((one) => one.finished));
            await new Promise((resolve) => requestAnimationFrame(resolve));
            const runOnly = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'best-practice'];
            return (await window.axe.run(document, { runOnly, resultTypes: ['violations'] })).violations;
        });
        const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
        assert.deepEqual(serious.map((one) => `${one.id}: ${one.nodes[0].target} ${one.nodes[0].failureSummary}`), [], `${what}, ${colorScheme}`);
    }
}

const open = async (visitor, page) => {
    await visitor.page.locator(`[data-testid=admin-pages] [data-value=${page}]`).click();
    await visitor.page.locator('.admin-main').waitFor();
};
const row = (visitor, kind, id) => visitor.page.locator(`[data-testid=admin-${kind}][data-id="${id}"]`);
const act = async (visitor, action) => {
    await visitor.id(`admin-${action}`).click();
    await visitor.id('confirm-yes').click();
};
const fits = (visitor) => visitor.page.evaluate(() => document.documentElement.scrollWidth <= innerWidth);

scene('the printed link makes an administrator, who is signed in', async () => {
    boss = await visit(browser, `${server.url}/setup#${printedToken(server)}`, { viewport: { width: 1280, height: 800 } });
    await boss.id('setup-form').waitFor();
    await assertAccessible(boss, 'the set-up page');
    await boss.id('setup-submit').click();
    assert.equal(await boss.page.locator('[aria-invalid=true]').count(), 2, 'name and password are wanted');
    await boss.id('account').fill('boss');
    await boss.id('password').fill(PASSWORD);
    await boss.id('site-name').fill('Second floor');
    await boss.id('setup-submit').click();
    await boss.id('admin-people').waitFor();
    assert.match(boss.page.url(), /#\/admin$/, 'the token is no longer in the address');
    await boss.id('admin-back').click();
    await boss.id('admin-entry').waitFor();
    assert.equal(await boss.page.title(), 'Second floor');

    const late = await visit(browser, `${server.url}/setup#${'0'.repeat(40)}`, { viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
    await late.id('account').fill('late');
    await late.id('password').fill(PASSWORD);
    await late.id('setup-submit').click();
    await late.page.locator('[data-error=bad_setup]').waitFor();
    assert.ok(await fits(late));
    await late.context.close();
});

scene('nobody else has the way in, nor finds anything behind it', async () => {
    people = await f.people('person', 3);
    group = await f.group(people[0], [people[1]], { name: '二楼项目组' });
    const other = await visit(browser, server.url);
    await other.enter('login', people[2].name, PASSWORD);
    await other.id('tab-settings').click();
    await other.id('sign-out').waitFor();
    await other.page.waitForLoadState('networkidle');
    assert.equal(await other.id('admin-entry').count(), 0);
    await other.page.goto(`${server.url}/#/admin`);
    await other.id('sign-out').waitFor(); /* back in the settings */
    assert.equal(await other.id('admin-people').count(), 0);
    await other.context.close();
});

scene('people: found, disabled, let in again, given a password, signed out', async () => {
    await boss.id('admin-entry').click();
    await boss.id('admin-search').fill(people[1].name);
    await until(async () => (await boss.id('admin-person').count()) === 1, 'the one who was looked for');
    const socket = await connect(people[1]);
    await row(boss, 'person', people[1].id).getByRole('button').first().click();
    await act(boss, 'disable');
    assert.equal(await socket.closed(), 4401);
    await boss.id('admin-enable').waitFor();
    await assertAccessible(boss, 'a person');
    await act(boss, 'enable');
    await boss.id('admin-disable').waitFor();
    await boss.id('admin-reset').click();
    await boss.id('confirm-yes').click();
    const password = await boss.id('password').textContent();
    await f.login(people[1].name, { password });
    await boss.id('dialog-close').click();
    await act(boss, 'makeAdmin');
    await boss.id('admin-noAdmin').waitFor();
    await boss.page.locator('[data-testid=admin-state] [data-value=admin]').click();
    await boss.id('admin-search').fill('');
    await until(async () => (await boss.id('admin-person').count()) === 2, 'both administrators');
    /* Nothing can be done to oneself here. */
    const own = row(boss, 'person', (await f.login('boss')).id);
    await own.getByRole('button').first().click();
    await own.locator('.admin-facts').waitFor();
    assert.equal(await own.locator('.admin-actions').count(), 0);
});

scene('groups, who is online, the server and its log', async () => {
    const socket = await connect(people[2]);
    await open(boss, 'online');
    await boss.page.locator(`[data-testid=admin-online] [data-id="${people[2].id}"]`).waitFor();
    await assertAccessible(boss, 'who is online');
    await socket.close();
    await open(boss, 'overview');
    assert.equal(await boss.id('card-accounts').locator('p').first().textContent(), '4');
    await assertAccessible(boss, 'the server');
    await open(boss, 'log');
    await boss.id('admin-search').fill('disabled user');
    await boss.page.getByText(`disabled user ${people[1].id}`).waitFor();
    await assertAccessible(boss, 'the log');
    await open(boss, 'groups');
    await row(boss, 'group', group.id).getByRole('button').first().click();
    await boss.id('admin-members').waitFor();
    assert.equal(await boss.page.locator('.admin-member').count(), 2);
    await assertAccessible(boss, 'a group');
    await act(boss, 'dissolve');
    await row(boss, 'group', group.id).waitFor({ state: 'detached' });
    await people[0].refused('GET /chatGroups/info', { groupId: group.id }, '群聊不存在');
    assert.deepEqual(boss.complaints, []);
    await boss.context.close();
});

scene('on a phone, in Chinese', async () => {
    const phone = await visit(browser, server.url, { viewport: { width: 390, height: 844 }, locale: 'zh-CN' });
    await phone.enter('login', 'boss', PASSWORD);
    await phone.id('tab-settings').click();
    await phone.id('admin-entry').click();
    for (const page of PAGES) {
        await open(phone, page);
        await phone.page.waitForLoadState('networkidle');
        assert.ok(await fits(phone), `${page} is wider than the screen`);
        assert.doesNotMatch(await phone.page.locator('.admin').textContent(), /admin\.|undefined|NaN|\{\w+\}/);
        await assertAccessible(phone, page);
        await phone.screenshot(`admin-phone-${page}`);
    }
    assert.deepEqual(phone.complaints, []);
    await phone.context.close();
});
