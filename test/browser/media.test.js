'use strict';
/* What a message can carry beside text, as two people see it: pictures without where they were taken, large files byte
 * by byte, voice notes, quotes that lead back, and what survives a reload. */
const { before, after } = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const os = require('node:os');
const path = require('node:path');
const { startServer } = require('../harness/server.js');
const { missing, launch, visit, storyOf } = require('../harness/browser.js');
const { until } = require('../harness/wait.js');

const PASSWORD = 'correct-horse-7';
const MEDIA = ['--use-fake-device-for-media-stream', '--use-fake-ui-for-media-stream'];
const folder = fs.mkdtempSync(path.join(os.tmpdir(), 'chatd-media-'));

let server, browser, alice, bob;

before(async () => {
    if (missing) return;
    server = await startServer();
    browser = await launch({ flags: MEDIA });
    alice = await visit(browser, server.url, { permissions: ['microphone'] });
    bob = await visit(browser, server.url);
    await alice.enter('register', 'alice', PASSWORD);
    await bob.enter('register', 'bob', PASSWORD);
    await alice.befriend(bob);
    await alice.openChat(bob.accountId);
    await bob.openChat(alice.accountId);
});
after(async () => {
    await browser?.close();
    await server?.stop();
    fs.rmSync(folder, { recursive: true, force: true });
});
const scene = storyOf('media', () => [alice, bob]);

const sum = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/* A file as a person finds it on their disk. */
function onDisk(name, bytes) {
    const file = path.join(folder, name);
    fs.writeFileSync(file, bytes);
    return file;
}

async function choose(visitor, item, files) {
    await visitor.id('attach-menu').click();
    const [chooser] = await Promise.all([visitor.page.waitForEvent('filechooser'), visitor.id(item).click()]);
    await chooser.setFiles(files);
    await visitor.id('attach-send').click();
}

/* A JPEG the browser draws, with an EXIF block that holds a place name put into it. */
async function jpegWithPlace(page) {
    const base64 = await page.evaluate(async () => {
        const canvas = document.createElement('canvas');
        [canvas.width, canvas.height] = [640, 320];
        const pen = canvas.getContext('2d');
        pen.fillStyle = 'rgb(200, 40, 40)';
        pen.fillRect(0, 0, 640, 320);
        return canvas.toDataURL('image/jpeg').split(',')[1];
    });
    const jpeg = Buffer.from(base64, 'base64');
    const exif = Buffer.concat([Buffer.from('Exif\0\0'), Buffer.from('II*\0\x08\0\0\0\0\0'), Buffer.from('SECRET-PLACE')]);
    const head = Buffer.from([0xff, 0xe1, 0, 0]);
    head.writeUInt16BE(exif.length + 2, 2);
    return Buffer.concat([jpeg.subarray(0, 2), head, exif, jpeg.subarray(2)]);
}

scene('a picture arrives with its size known before it is loaded, and without where it was taken', async () => {
    const jpeg = await jpegWithPlace(alice.page);
    assert.ok(jpeg.includes('SECRET-PLACE'));
    await choose(alice, 'attach-media', onDisk('holiday.jpg', jpeg));
    const picture = bob.id('picture').last();
    await picture.waitFor();
    const address = await picture.locator('img').getAttribute('src');
    const stored = Buffer.from(await (await fetch(address)).arrayBuffer());
    assert.equal(stored.readUInt16BE(0), 0xffd8);
    assert.ok(!stored.includes('SECRET-PLACE') && !stored.includes('Exif'));
    const box = await picture.boundingBox();
    assert.ok(Math.abs(box.width / box.height - 2) < 0.05, `${box.width} x ${box.height}`);
    await picture.click();
    await bob.id('lightbox').waitFor();
    await bob.page.keyboard.press('Escape');
    await bob.id('lightbox').waitFor({ state: 'detached' });
});

scene('where the pointer is a finger, a photo is taken and sent', async () => {
    const wire = await alice.context.newCDPSession(alice.page);
    const touch = async (enabled) => {
        await wire.send('Emulation.setTouchEmulationEnabled', { enabled });
        await until(async () => (await alice.page.evaluate(() => matchMedia('(pointer: coarse)').matches)) === enabled, 'the pointer');
    };
    /* What the browser is asked for: the chooser's field and whether it takes several. */
    const asked = async (item, file) => {
        await alice.id('attach-menu').click();
        const [chooser] = await Promise.all([alice.page.waitForEvent('filechooser'), alice.id(item).click()]);
        const field = await chooser.element();
        const found = [await field.getAttribute('capture'), await field.getAttribute('accept'), chooser.isMultiple()];
        if (file) await chooser.setFiles(file);
        return found;
    };
    const seen = await bob.id('picture').count();
    await touch(true);
    assert.deepEqual(await asked('attach-photo', onDisk('photo.jpg', await jpegWithPlace(alice.page))), ['environment', 'image/*', false]);
    await alice.id('attach-send').click();
    await until(async () => (await bob.id('picture').count()) === seen + 1, 'the photo');
    await touch(false);
    assert.deepEqual(await asked('attach-media'), [null, 'image/*,video/*', true]);
    await alice.id('attach-menu').click();
    assert.equal(await alice.id('attach-photo').count(), 0);
    await alice.page.keyboard.press('Escape');
    await wire.detach();
});

scene('a file in parts comes back byte by byte under its own name', async () => {
    const bytes = crypto.randomBytes(9 * 1024 * 1024 + 17);
    await choose(alice, 'attach-file', onDisk('报告 final.bin', bytes));
    const file = bob.id('file').last();
    await file.waitFor({ timeout: 60000 });
    assert.match(await file.textContent(), /报告 final\.bin/);
    const answer = await fetch(await file.getAttribute('href'));
    assert.equal(sum(Buffer.from(await answer.arrayBuffer())), sum(bytes));
    assert.match(answer.headers.get('content-disposition'), /attachment/);
});

scene('a voice note is recorded, sent and has a length', async () => {
    await alice.id('record').click();
    await alice.id('recorder').waitFor();
    await until(async () => /0:0[2-9]/.test(await alice.id('recorder').textContent()), 'two seconds of sound');
    await alice.id('recorder-send').click();
    const note = bob.id('voice-play').last();
    await note.waitFor();
    await note.click();
    await bob.page.locator('[data-testid="message-card"][data-playing="true"]').waitFor();
});

scene('a quote shows what it answers and leads there', async () => {
    await alice.write('the first of many');
    for (let i = 0; i < 30; i++) await alice.write(`line ${i}`);
    await bob.message('line 29').waitFor();
    const first = bob.message('the first of many');
    await first.scrollIntoViewIfNeeded();
    await first.hover();
    await first.getByTestId('message-menu').click();
    await bob.id('reply').click();
    await bob.write('I answer that');
    const quote = alice.id('quote').last();
    await quote.waitFor();
    assert.match(await quote.textContent(), /the first of many/);
    assert.equal(await alice.message('the first of many').first().evaluate(inView), false);
    await quote.click();
    await until(() => alice.message('the first of many').first().evaluate(inView), 'the quoted message in view');
});

function inView(row) {
    const [box, room] = [row.getBoundingClientRect(), row.closest('.messages').getBoundingClientRect()];
    return box.top >= room.top && box.bottom <= room.bottom;
}

scene('a reaction is counted on both screens and can be taken back', async () => {
    const row = bob.message('I answer that').first();
    await row.hover();
    await row.getByTestId('message-menu').click();
    await bob.id('react').first().click();
    const chip = alice.id('reaction').last();
    await chip.waitFor();
    assert.match(await chip.textContent(), /1$/);
    await chip.click();
    await bob.id('reaction').filter({ hasText: '2' }).waitFor();
    await chip.click();
    await bob.id('reaction').filter({ hasText: '1' }).waitFor();
});

scene('a file chosen while the server is away is sent after a reload', async () => {
    await alice.context.setOffline(true);
    await choose(alice, 'attach-file', onDisk('late.txt', 'kept in the browser'));
    await alice.id('failure').waitFor();
    await alice.context.setOffline(false);
    await alice.page.reload();
    await alice.id('retry').click();
    await bob.id('file').filter({ hasText: 'late.txt' }).waitFor();
});

scene('emoji are found by words of both languages, and by how Chinese sounds', async () => {
    await alice.id('emoji-open').click();
    for (const word of ['cat', '猫', 'maolian', 'ml']) {
        await alice.id('emoji-search').fill(word);
        await alice.page.locator('[data-testid="emoji"]', { hasText: '🐱' }).waitFor();
    }
    await alice.page.locator('[data-testid="emoji"]', { hasText: '🐱' }).first().click();
    assert.equal(await alice.id('composer').inputValue(), '🐱');
    await alice.id('composer').press('Enter');
    await bob.message('🐱').waitFor();
    assert.deepEqual([...alice.complaints, ...bob.complaints].filter((what) => !/ERR_INTERNET_DISCONNECTED/.test(what)), []);
});
