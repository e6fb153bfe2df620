'use strict';
/* What people do with messages once they are said: change, take back, answer by key, tick, pass on one by one or as one,
 * see who has read them, pin, announce, be called by another name, jump to where they were mentioned. Two people, live
 * on both screens; a third one only counts. */
const { before, after } = require('node:test');
const assert = require('node:assert/strict');
const { spawnSync } = require('node:child_process');
const { startServer } = require('../harness/server.js');
const { missing, launch, visit, storyOf } = require('../harness/browser.js');
const { freeim, PASSWORD } = require('../harness/client.js');
const { missing: noSql, sql } = require('../harness/sql.js');
const { until } = require('../harness/wait.js');

let server, browser, f, alice, bob, carol, group;
const visitors = [];

/* Everybody is known to the server before the first browser opens: what is played here begins in a conversation. */
before(async () => {
    if (missing) return;
    [server, browser] = await Promise.all([startServer(), launch()]);
    f = freeim(server);
    const names = ['alice', 'bob', 'carol'];
    const [a, b, c] = await Promise.all(names.map((name) => f.register(name)));
    await Promise.all([f.befriend(a, b), f.befriend(a, c), f.befriend(b, c)]);
    group = await f.group(a, [b, c], { name: 'Tea' });
    carol = c;
    const come = async (name) => {
        const one = await visit(browser, server.url, { viewport: { width: 1200, height: 800 } });
        await one.enter('login', name, PASSWORD);
        return one;
    };
    [alice, bob] = await Promise.all(['alice', 'bob'].map(come));
    visitors.push(alice, bob);
    alice.api = a;
    bob.api = b;
});
after(async () => {
    await browser?.close();
    await server?.stop();
});

const scene = storyOf('messages', () => visitors);
const complaints = () => visitors.flatMap((one) => one.complaints.map((what) => `${one.name}: ${what}`));

/* The menu of a message, by its text. */
async function act(one, text, action) {
    const row = one.message(text);
    await row.hover();
    await row.getByTestId('message-menu').click();
    await one.id(action).click();
}
const inGroup = (one) => one.openChat(group.id);
const gone = (locator) => locator.waitFor({ state: 'detached' });
const focused = (one) => one.page.evaluate(() => document.activeElement?.dataset.testid);

scene('a message is changed from its menu, live on the other screen; Escape leaves it as it was', async () => {
    await alice.openChat(bob.accountId);
    await bob.openChat(alice.accountId);
    await alice.write('tea at fore');
    await bob.message('tea at fore').waitFor();
    await alice.id('composer').fill('a draft');
    await act(alice, 'tea at fore', 'edit');
    await alice.id('edit-bar').waitFor();
    assert.equal(await alice.id('composer').inputValue(), 'tea at fore');
    await alice.id('composer').fill('never said');
    await alice.page.keyboard.press('Escape');
    await gone(alice.id('edit-bar'));
    assert.equal(await alice.id('composer').inputValue(), 'a draft');
    await alice.id('composer').fill('');
    await act(alice, 'tea at fore', 'edit');
    await alice.write('tea at four');
    for (const one of [alice, bob]) {
        await one.message('tea at four').getByTestId('edited').waitFor();
        await gone(one.message('tea at fore'));
        assert.equal(await one.id('message').count(), 1);
    }
    await gone(alice.id('edit-bar'));
    await bob.message('tea at four').hover();
    await bob.message('tea at four').getByTestId('message-menu').click();
    await bob.id('reply').waitFor();
    assert.equal(await bob.id('edit').count(), 0);
    await bob.page.keyboard.press('Escape');
    await gone(bob.id('reply'));
});

scene('ArrowUp in an empty field changes my last message', async () => {
    await alice.write('see you their');
    await bob.message('see you their').waitFor();
    await bob.write('ok');
    await alice.message('ok').waitFor();
    await alice.id('composer').press('ArrowUp');
    await alice.id('edit-bar').waitFor();
    await alice.write('see you there');
    await bob.message('see you there').getByTestId('edited').waitFor();
});

scene('what is taken back can be edited again', async () => {
    await alice.write('half a thought');
    await bob.message('half a thought').waitFor();
    await act(alice, 'half a thought', 'recall');
    await alice.id('edit-again').click();
    assert.equal(await alice.id('composer').inputValue(), 'half a thought');
    await alice.write('a whole thought');
    await bob.message('a whole thought').waitFor();
});

scene('one message is passed on with a comment, to somebody found by name', async () => {
    await act(alice, 'tea at four', 'forward');
    await alice.id('forward-search').fill('carol');
    await alice.id('forward-target').click();
    await alice.id('forward-comment').fill('for you too');
    await alice.id('forward-send').click();
    await gone(alice.id('forward-dialog'));
    const texts = await until(async () => {
        const { items } = await carol.history(alice.accountId);
        return items.length === 2 && items.map(({ body }) => body);
    }, 'the forward and its comment at carol');
    assert.deepEqual(texts, ['tea at four', 'for you too']);
});

scene('several are ticked and go to the group as one, which opens into who said what when', async () => {
    await act(alice, 'tea at four', 'select');
    await alice.id('selection-bar').waitFor();
    await alice.message('ok').click();
    await alice.message('a whole thought').click();
    await alice.message('a whole thought').click();
    await alice.id('select-count').filter({ hasText: '2 selected' }).waitFor();
    await alice.id('forward-merged').click();
    await alice.id('forward-search').fill('tea');
    await alice.page.locator(`[data-testid="forward-target"][data-key="group:${group.id}"]`).click();
    await alice.id('forward-send').click();
    await gone(alice.id('forward-dialog'));
    await gone(alice.id('selection-bar'));
    await inGroup(bob);
    await bob.id('message-card').click();
    const items = bob.id('forwarded-item');
    await items.first().waitFor();
    const lines = await items.evaluateAll((rows) => rows.map((row) => [
        row.querySelector('strong')?.textContent,
        row.querySelector('[data-testid="message-text"]').textContent,
        Math.abs(Date.parse(row.querySelector('time').dateTime) - Date.now()) < 600000,
    ]));
    assert.deepEqual(lines, [['alice', 'tea at four', true], ['bob', 'ok', true]]);
    await bob.page.keyboard.press('Escape');
    await gone(bob.id('forwarded'));
});

scene('several go one by one; keys tick too, and Escape ends it', async () => {
    await act(alice, 'ok', 'select');
    await until(async () => (await focused(alice)) === 'select-box', 'the focus on the message');
    await alice.page.keyboard.press('Escape');
    await gone(alice.id('selection-bar'));
    await act(alice, 'ok', 'select');
    await until(async () => (await focused(alice)) === 'select-box', 'the focus on the message');
    await alice.page.keyboard.press('ArrowUp');
    await alice.page.keyboard.press('ArrowUp');
    await alice.page.keyboard.press('Space');
    await alice.id('select-count').filter({ hasText: '2 selected' }).waitFor();
    await alice.id('forward-each').click();
    await alice.id('forward-search').fill('tea');
    await alice.id('forward-search').press('Enter');
    await alice.id('forward-send').click();
    await bob.message('tea at four').waitFor();
    await bob.message('ok').waitFor();
    await gone(alice.id('selection-bar'));
});

scene('my message in a group tells how many have read it, and who', async () => {
    await bob.openChat(alice.accountId);
    await inGroup(alice);
    await alice.write('who is coming?');
    await alice.page.locator('[data-testid="read-by"][data-read="0"]').waitFor();
    await inGroup(bob);
    await alice.page.locator('[data-testid="read-by"][data-read="1"]').click();
    assert.equal(await alice.id('read-by').textContent().then((text) => text.trim()), 'Read by 1 of 2');
    await alice.id('has-read').locator(`[data-id="${bob.accountId}"]`).waitFor();
    await alice.id('has-not-read').locator(`[data-id="${carol.id}"]`).waitFor();
    await carol.ok('POST /chat/read', { toId: group.id });
    await alice.id('has-read').locator(`[data-id="${carol.id}"]`).waitFor();
    await alice.page.keyboard.press('Escape');
    await gone(alice.id('readers-list'));
    await alice.page.locator('[data-testid="read-by"][data-read="2"]').waitFor();
});

scene('a pin stands above the conversation for everybody, leads to its message, and is let go', async () => {
    await act(alice, 'tea at four', 'pin-message');
    for (const one of [alice, bob]) assert.match(await one.id('pin-newest').textContent(), /tea at four/);
    await bob.message('tea at four').hover();
    await bob.message('tea at four').getByTestId('message-menu').click();
    await bob.id('reply').waitFor();
    assert.equal(await bob.id('pin-message').count(), 0, 'members may not pin');
    await bob.page.keyboard.press('Escape');
    await bob.id('pin-newest').click();
    await bob.page.locator('[data-testid="message"].is-aimed').waitFor();
    await act(alice, 'who is coming?', 'pin-message');
    await bob.id('pin-newest').filter({ hasText: 'who is coming?' }).waitFor();
    await bob.id('pin-all').click();
    await bob.id('pin').nth(1).waitFor();
    await bob.page.keyboard.press('Escape');
    await alice.id('pin-all').click();
    await alice.id('pin-remove').first().click();
    await bob.id('pin-newest').filter({ hasText: 'tea at four' }).waitFor();
    await until(async () => (await alice.id('pin-remove').count()) === 1, 'one pin left');
    await alice.id('pin-remove').click();
    await alice.page.keyboard.press('Escape');
    for (const one of [alice, bob]) await gone(one.id('pin-bar'));
});

scene('the group notice is written by who runs it and shown once to the others', async () => {
    await alice.id('chat-info').click();
    await alice.id('notice-edit').click();
    await alice.id('notice-input').fill('Bring a cup.\nhttps://example.org/cups');
    await alice.id('notice-save').click();
    await alice.id('notice-text').filter({ hasText: 'Bring a cup.' }).waitFor();
    await bob.id('announcement').filter({ hasText: 'Bring a cup.' }).waitFor();
    assert.equal(await alice.id('announcement').count(), 0, 'who wrote it knows it');
    await bob.page.locator('[data-testid="notice"][data-type="groupNotice"]').waitFor();
    await bob.id('announcement-seen').click();
    await gone(bob.id('announcement'));
    await bob.page.reload();
    await bob.message('who is coming?').waitFor();
    await bob.id('chat-info').click();
    await bob.id('notice-text').filter({ hasText: 'Bring a cup.' }).waitFor();
    assert.equal(await bob.id('announcement').count(), 0);
    assert.equal(await bob.id('notice-edit').count(), 0);
});

scene('my name in the group is what others see there', async () => {
    await bob.id('group-nickname').click();
    await bob.id('group-nickname-input').fill('Bob the Kettle');
    await bob.id('group-nickname-save').click();
    await bob.page.locator('[data-testid="member"]').filter({ hasText: 'Bob the Kettle' }).waitFor();
    await bob.write('it boils');
    await alice.message('it boils').filter({ hasText: 'Bob the Kettle' }).waitFor();
    await bob.id('info-close').click();
    await gone(bob.id('info'));
    await alice.id('info-close').click();
    await gone(alice.id('info'));
});

scene('a chip leads through the unread messages that mention me', async () => {
    await bob.openChat(alice.accountId);
    await alice.api.say(group, '@bob first', { mentions: [bob.accountId] });
    for (let i = 0; i < 25; i++) await alice.api.say(group, `line ${i}\nand\nmore`);
    await alice.api.say(group, '@bob second', { mentions: [bob.accountId] });
    for (let i = 0; i < 25; i++) await alice.api.say(group, `rest ${i}\nand\nmore`);
    await until(async () => /52/.test(await bob.id('unread-badge').textContent().catch(() => '')), '52 unread');
    await inGroup(bob);
    await bob.id('unread-divider').waitFor();
    const chip = (count) => bob.page.locator(`[data-testid="mention-jump"][data-count="${count}"]`);
    // The first stands below the divider, in sight.
    await chip(1).click();
    await gone(bob.id('mention-jump'));
    const isInSight = await bob.page.evaluate(() => {
        const row = [...document.querySelectorAll('[data-testid="message"]')].find((one) => one.textContent.includes('@bob second'));
        const at = row.getBoundingClientRect();
        return at.top > 0 && at.bottom < innerHeight;
    });
    assert.ok(isInSight);
    await bob.id('new-pill').click();
    await bob.message('rest 24\nand\nmore').waitFor();
    await gone(bob.id('unread-badge'));
});

scene('Escape closes what is on top, then returns to the field, then to the newest', async () => {
    const { keyboard } = bob.page;
    await bob.id('filter').fill('zzz');
    await keyboard.press('Escape');
    await until(async () => (await bob.id('filter').inputValue()) === '', 'an empty filter');
    await bob.id('chat-info').click();
    await bob.id('members').waitFor();
    await act(bob, 'rest 24\nand\nmore', 'reply');
    await bob.id('reply-bar').waitFor();
    await keyboard.press('Escape');
    await gone(bob.id('reply-bar'));
    assert.equal(await bob.id('info').count(), 1);
    await keyboard.press('Escape');
    await gone(bob.id('info'));
    await bob.id('messages').focus();
    await keyboard.press('Escape');
    await until(async () => (await focused(bob)) === 'composer', 'the focus in the field');
    await bob.id('messages').evaluate((box) => {
        box.scrollTop = 0;
    });
    await bob.id('new-pill').waitFor();
    await keyboard.press('Escape');
    await gone(bob.id('new-pill'));
});

scene('who does not want Enter to send uses Ctrl+Enter', async () => {
    await alice.openChat(bob.accountId);
    await bob.openChat(alice.accountId);
    await alice.id('tab-settings').click();
    await alice.id('enterSends').uncheck();
    await until(async () => (await alice.api.ok('GET /settings')).enterSends === false, 'the setting');
    await alice.id('tab-chats').click();
    await alice.id('composer').fill('one');
    await alice.id('composer').press('Enter');
    await alice.id('composer').pressSequentially('two');
    assert.equal(await alice.id('composer').inputValue(), 'one\ntwo');
    await alice.id('composer').press('Control+Enter');
    await bob.message('one\ntwo').waitFor();
    await inGroup(bob);
});

scene('the details say what I want of the conversation: here, on a phone too', async () => {
    await inGroup(alice);
    await alice.id('chat-info').click();
    await alice.id('notify-here').selectOption('mentions');
    await alice.id('here-pin').click();
    await alice.id('here-mute').click();
    await alice.id('here-unmute').waitFor();
    const state = await until(async () => {
        const now = await alice.api.conversation(group);
        return now.pinned && now.muteUntil > Date.now() && now;
    }, 'a pinned and muted conversation');
    assert.equal(state.notify, 'mentions');
    await alice.id('here-clear').click();
    await alice.id('confirm-yes').click();
    await gone(alice.message('who is coming?'));
    await bob.message('rest 24\nand\nmore').waitFor();
    await alice.id('info-close').click();
});

scene('the list asks as well before it clears', async () => {
    const row = alice.page.locator(`[data-testid="conversation"][data-id="${bob.accountId}"]`).locator('..');
    await row.hover();
    await row.getByTestId('conversation-menu').click();
    await alice.id('clear').click();
    await alice.id('confirm').waitFor();
    await alice.page.keyboard.press('Escape');
    await gone(alice.id('confirm'));
    assert.ok((await alice.api.conversation(bob.accountId)).last, 'nothing was cleared');
});

/* Note i was said 36 hours after the one before; some days have none. In bob's day, which the page counts by. */
const NOTES = 64;
const noted = (i) => new Date(2025, 2, 1, 9).getTime() + i * 36 * 3600 * 1000;
const dayOf = (ms) => new Date(ms - new Date(ms).getTimezoneOffset() * 60000).toISOString().slice(0, 10);
const noteSince = (ms) => Array.from({ length: NOTES }, (_, i) => i).find((i) => noted(i) >= ms);

scene('a date leads to its day, or the next with something on it, with what stands around it', async () => {
    for (let i = 0; i < NOTES; i++) await carol.say(bob.accountId, `note ${i}`);
    sql(server, Array.from({ length: NOTES }, (_, i) => `UPDATE messages SET created_at_ms = ${noted(i)} WHERE body = 'note ${i}';`).join(' '));
    await bob.api.ok('POST /chat/read', { toId: carol.id });
    const { keyboard } = bob.page;
    const isShown = (i) => until(() => bob.page.evaluate((text) => {
        const row = [...document.querySelectorAll('[data-testid="message"]')].find((one) => one.querySelector('[data-testid="message-text"]')?.textContent === text);
        const box = document.querySelector('[data-testid="messages"]').getBoundingClientRect();
        const at = row?.getBoundingClientRect();
        return row && at.top >= box.top && at.bottom <= box.bottom && row.classList.contains('is-aimed');
    }, `note ${i}`), `note ${i} in sight`);
    const jump = async (day) => {
        await bob.id('to-date-day').fill(day);
        await keyboard.press('Enter');
    };
    await bob.openChat(carol.id);
    await bob.message(`note ${NOTES - 1}`).waitFor();
    assert.equal(await bob.message('note 3').count(), 0);

    /* A day without any, far above what is loaded: from the chip, by keys. */
    const empty = Array.from({ length: 20 }, (_, i) => new Date(2025, 2, 4 + i).getTime()).find((ms) => noteSince(ms) === noteSince(ms + 24 * 3600 * 1000));
    await bob.id('messages').focus();
    for (let i = 0; i < 40 && (await focused(bob)) !== 'day'; i++) await keyboard.press('ArrowUp');
    await keyboard.press('Enter');
    await bob.id('to-date').waitFor();
    assert.equal(await focused(bob), 'to-date-day');
    await jump(dayOf(empty));
    await isShown(noteSince(empty));
    await gone(bob.id('to-date'));
    assert.equal(await focused(bob), 'messages');
    for (const beside of [-1, 1]) assert.equal(await bob.message(`note ${noteSince(empty) + beside}`).count(), 1);

    /* Nothing is that late; Escape gives the focus back. From the details, to where it all began. */
    await bob.id('chat-info').click();
    await bob.id('here-date').click();
    await jump(dayOf(Date.now() + 48 * 3600 * 1000));
    await until(async () => /Nothing/.test(await bob.id('to-date-nothing').textContent()), 'that nothing is that late');
    await keyboard.press('Escape');
    await gone(bob.id('to-date'));
    assert.equal(await focused(bob), 'here-date');
    await keyboard.press('Enter');
    await bob.id('to-first').click();
    await isShown(0);
    await bob.id('info-close').click();

    /* From the search; and on a phone, where the details give way. */
    await keyboard.press('Control+k');
    await bob.id('search-to-date').click();
    await gone(bob.id('search'));
    await jump(dayOf(noted(40)));
    await isShown(40);
    await bob.page.setViewportSize({ width: 390, height: 844 });
    await bob.id('chat-info').click();
    await bob.id('here-date').click();
    await jump(dayOf(noted(10)));
    await isShown(10);
    await gone(bob.id('info'));
    await bob.page.setViewportSize({ width: 1200, height: 800 });
}, { skip: noSql });

scene('a name by hand means the one who bears it, "@all" only when picked; Chinese names are found by their sound', async () => {
    const said = async (text) => {
        const { mentions = [], mentionAll = false } = await until(
            async () => (await carol.history(group.id, { sort: 'seq:desc', limit: 5 })).items.find(({ body }) => body === text), text);
        return { mentions: mentions.sort((a, b) => a - b), mentionAll };
    };
    const write = async (text) => {
        await bob.write(text);
        return said(text);
    };
    const both = [alice.accountId, carol.id].sort((a, b) => a - b);
    await carol.ok('PUT /me/update/info', { nickname: '张三' });
    await bob.page.reload();
    await inGroup(bob);
    await bob.page.getByText('3 members').waitFor();
    assert.deepEqual(await write('你好@张三，and @ALICE: tea?'), { mentions: both, mentionAll: false });
    await bob.message('你好@张三，and @ALICE: tea?').locator('.mention').nth(1).waitFor();
    assert.deepEqual(await write('@all, x@alice.example, @alicette and @张 are nobody'), { mentions: [], mentionAll: false });

    /* From the list, by keys; the field says what is chosen. */
    const { keyboard } = bob.page;
    const field = bob.id('composer');
    for (const sound of ['zs', 'zhang', '张']) {
        await field.fill('');
        await field.pressSequentially(`@${sound}`);
        await until(async () => (await bob.id('mention-option').allTextContents()).join().includes('张三'), sound);
        assert.equal(await field.getAttribute('aria-activedescendant'), `mention-${carol.id}`);
    }
    await keyboard.press('Tab');
    await until(async () => (await field.inputValue()) === '@张三 ', 'the name in the field');
    await field.pressSequentially('hello');
    await keyboard.press('Enter');
    assert.deepEqual(await said('@张三 hello'), { mentions: [carol.id], mentionAll: false });
    await field.pressSequentially('hello @all');
    await bob.id('mention-option').filter({ hasText: 'all' }).waitFor();
    await keyboard.press('Enter');
    await keyboard.press('Enter');
    assert.deepEqual(await said('hello @all'), { mentions: [], mentionAll: true });

    /* A draft keeps its meaning over a reload, but not one that two people share. */
    await field.fill('@张三 in a draft');
    let letGo;
    const gate = new Promise((resolve) => (letGo = resolve));
    await bob.page.route('**/chatGroups/info*', async (route) => {
        await gate;
        await route.continue();
    });
    await bob.page.reload();
    await inGroup(bob);
    await bob.id('composer').press('Enter');
    await bob.message('@张三 in a draft').waitFor();
    letGo();
    await bob.page.unrouteAll({ behavior: 'wait' });
    assert.deepEqual(await said('@张三 in a draft'), { mentions: [carol.id], mentionAll: false });
    await alice.api.ok('PUT /me/update/info', { nickname: '张三' });
    await bob.page.reload();
    await inGroup(bob);
    await bob.page.getByText('3 members').waitFor();
    assert.deepEqual(await write('@张三 which of you?'), { mentions: [], mentionAll: false });
});

scene('with ?dev=1 a drawer shows what the page asks, to be asked again, and no token', async () => {
    assert.equal(await alice.id('dev-open').count(), 0);
    const one = await visit(browser, `${server.url}?dev=1`, { permissions: ['clipboard-read', 'clipboard-write'] });
    visitors.push(one);
    await one.enter('login', 'carol', PASSWORD);
    await bob.openChat(carol.id);
    await one.openChat(bob.accountId);
    await one.write("it's said");
    await bob.message("it's said").waitFor();
    await one.id('dev-open').focus();
    await one.page.keyboard.press('Enter');
    const entry = (path) => one.page.locator(`[data-testid="dev-entry"][data-path="${path}"]`).first();
    await one.page.locator('[data-path="/api/v1/chat/send"][data-status="200"]').waitFor();
    assert.match(await entry('/api/v1/chat/send').textContent(), /POST.*chat\/send.*200 · \d+ ms/);
    /* Even the first request is there, and the password is not. */
    assert.equal(await entry('/api/v1/site/config').count(), 1);
    await entry('/api/v1/login/basic').locator('summary').click();
    assert.match(await entry('/api/v1/login/basic').textContent(), /"carol"/);
    const token = await one.page.evaluate(() => JSON.parse(localStorage.getItem('chatd.session')).token);
    await entry('/api/v1/chat/send').locator('summary').click();
    await entry('/api/v1/chat/send').getByTestId('dev-copy').click();
    const curl = await one.page.evaluate(() => navigator.clipboard.readText());
    await one.id('dev-frames').check();
    await one.page.locator('[data-testid="dev-entry"][data-kind="received"]').first().waitFor();
    const shown = await one.id('dev').textContent();
    for (const secret of [token, PASSWORD]) assert.ok(!shown.includes(secret) && !curl.includes(secret), shown);
    /* The command does what the page did: its id was there already, so that it is the same message. */
    const ran = spawnSync('sh', ['-c', `${curl} -s`], { encoding: 'utf8', env: { ...process.env, TOKEN: token } });
    assert.equal(JSON.parse(ran.stdout).result?.body, "it's said", ran.stdout + ran.stderr);
    assert.equal(await bob.message("it's said").count(), 1);
    await one.page.keyboard.press('Escape');
    await until(async () => (await focused(one)) === 'dev-open', 'the focus on what opened it');
    assert.deepEqual(one.complaints, []);
    visitors.pop();
    await one.context.close();
});

scene('the list is made wider by keys and pointer, and stays so', async () => {
    const width = () => alice.page.locator('.pane').evaluate((pane) => pane.offsetWidth);
    const before = await width();
    await alice.id('divider').focus();
    await alice.page.keyboard.press('ArrowLeft');
    await until(async () => (await width()) < before, 'a narrower list');
    const box = await alice.id('divider').boundingBox();
    await alice.page.mouse.move(box.x + 4, 300);
    await alice.page.mouse.down();
    await alice.page.mouse.move(box.x + 64, 300, { steps: 4 });
    await alice.page.mouse.up();
    const wide = await width();
    assert.ok(wide > before, `${before} -> ${wide}`);
    await alice.page.reload();
    await alice.id('divider').waitFor();
    assert.equal(await width(), wide);
    assert.equal(Number(await alice.id('divider').getAttribute('aria-valuenow')), wide);
    assert.deepEqual(complaints(), []);
});
