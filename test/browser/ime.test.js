'use strict';
/* Writing with an input method: the Enter that takes a candidate does not send, Shift+Enter makes a line, Enter sends. The
 * compositions are the browser's own, by its debugging protocol. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { missing, launch, visit } = require('../harness/browser.js');
const { freeim, PASSWORD } = require('../harness/client.js');

let server, browser, alice, bob, page, keys;

before(async () => {
    if (missing) return;
    server = await startServer();
    const f = freeim(server);
    [alice, bob] = [await f.register('alice'), await f.register('bob')];
    await f.befriend(alice, bob);
    browser = await launch();
    page = await visit(browser, server.url);
    await page.enter('login', 'alice', PASSWORD);
    await page.openChat(bob.id);
    keys = await page.context.newCDPSession(page.page);
    await page.id('composer').focus();
});
after(async () => {
    await browser?.close();
    await server?.stop();
});
const scene = (name, play) => test(name, { skip: missing }, play);

const compose = (text) => keys.send('Input.imeSetComposition', { text, selectionStart: text.length, selectionEnd: text.length });
const commit = (text) => keys.send('Input.insertText', { text });
const press = async (key, code, modifiers = 0, text = undefined) => {
    await keys.send('Input.dispatchKeyEvent', { type: 'rawKeyDown', key, code: key, windowsVirtualKeyCode: code, modifiers });
    if (text) await keys.send('Input.dispatchKeyEvent', { type: 'char', key, text, modifiers });
    await keys.send('Input.dispatchKeyEvent', { type: 'keyUp', key, code: key, windowsVirtualKeyCode: code, modifiers });
};
const enter = () => press('Enter', 13, 0, '\r');
const said = async () => (await bob.history(alice)).items.map((one) => one.body);
const written = () => page.id('composer').inputValue();

scene('Enter within a composition does not send', async () => {
    await compose('n');
    await compose('nihao');
    assert.equal(await written(), 'nihao');
    /* What a page sees of a key the input method has taken, and of one it lets through. */
    await press('Process', 229);
    await press('Enter', 13);
    assert.deepEqual(await said(), []);
    await compose('你好');
    await commit('你好');
    assert.equal((await written()).trim(), '你好');
    assert.deepEqual(await said(), []);
});

scene('nor does the Enter that ends one, which some browsers tell only by its number', async () => {
    const isTaken = await page.id('composer').evaluate((area) => {
        area.dispatchEvent(new CompositionEvent('compositionend', { data: '你好', bubbles: true }));
        const key = new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229, bubbles: true, cancelable: true });
        return !area.dispatchEvent(key);
    });
    assert.equal(isTaken, false, 'the key was taken for sending');
    assert.deepEqual(await said(), []);
});

scene('Shift+Enter makes a line, Enter sends both', async () => {
    await page.id('composer').fill('你好');
    await press('Enter', 13, 8, '\r');
    await commit('世界');
    assert.equal(await written(), '你好\n世界');
    assert.deepEqual(await said(), []);
    await page.page.waitForTimeout(300); /* the moment after a composition in which an Enter may still be its own */
    await enter();
    await page.page.getByTestId('message').filter({ hasText: '世界' }).waitFor();
    await page.page.locator('[data-testid="tick"][data-state="stored"], [data-testid="tick"][data-state="delivered"]').first().waitFor();
    assert.deepEqual(await said(), ['你好\n世界']);
    assert.equal(await written(), '');
});

scene('composing again right after works as before', async () => {
    await compose('zaijian');
    await press('Enter', 13);
    await commit('再见');
    await page.page.waitForTimeout(300);
    await enter();
    await page.page.getByTestId('message').filter({ hasText: '再见' }).waitFor();
    await page.page.locator('[data-testid="message"]').nth(1).locator('[data-testid="tick"]:not([data-state="pending"])').waitFor();
    const last = (await said()).find((body) => body.includes('再见'));
    assert.equal(last.trim(), '再见');
    assert.deepEqual(page.complaints, []);
});
